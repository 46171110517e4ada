"""The only place that deletes a person in Google: the undo of our own create, and 'erase on both sides'.

Each reads first, and deletes only a person that is as the caller last saw it.
"""

from collections.abc import Awaitable, Callable, Mapping

from contactsync.listing import get_persons
from contactsync.ports import Provider, Repository
from contactsync.records import Person
from contactsync.writes import Doubtful, Missing, Written
from contactsync.writing import raise_unsent


async def delete_persons(
    provider: Provider,
    repository: Repository,
    etags: Mapping[str, str],
    settle: Callable[[Mapping[str, bool]], Awaitable[None]],
) -> None:
    """Deletes persons, given by resource name with the etag they must have; whether each is gone is settled at once.

    One that is not as expected stays. A lost answer is settled by reading once more. A fault stops it with nothing
    unsettled, so that no later run takes for Google's own deletion what was done here.
    """
    await repository.start(provider.parameters_hash)
    found = await get_persons(provider, etags)
    for number, (name, etag) in enumerate(etags.items(), 1):
        person = found[name]
        if isinstance(person, Person) and person.etag == etag:
            await settle({name: await _is_deleted(provider, person)})
        else:
            await settle({name: person is None})
        await repository.progress(number, len(etags))


async def _is_deleted(provider: Provider, person: Person) -> bool:
    outcome = await provider.delete_one(person)
    raise_unsent({person.resource_name: outcome})
    if isinstance(outcome, Doubtful):
        return (await get_persons(provider, [person.resource_name]))[person.resource_name] is None
    return isinstance(outcome, Written | Missing)
