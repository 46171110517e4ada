"""The only place that deletes a person in Google: the undo of our own create, and 'erase on both sides'.

Each reads first, and deletes only a person that is as the caller last saw it.
"""

from collections.abc import Mapping

from contactsync.listing import get_persons
from contactsync.ports import Provider, Repository
from contactsync.records import Person
from contactsync.writes import Doubtful, Missing, Written
from contactsync.writing import raise_unsent


async def delete_persons(provider: Provider, repository: Repository, etags: Mapping[str, str]) -> Mapping[str, bool]:
    """Deletes persons, given by resource name with the etag they must have; whether each is gone now.

    One that is not as expected stays. A lost answer is settled by reading once more.
    """
    await repository.start(provider.parameters_hash)
    found = await get_persons(provider, etags)
    gone: dict[str, bool] = {}
    for name, etag in etags.items():
        person = found[name]
        if not isinstance(person, Person) or person.etag != etag:
            gone[name] = person is None
            continue
        outcome = await provider.delete_one(person)
        raise_unsent({name: outcome})
        if isinstance(outcome, Doubtful):
            gone[name] = (await get_persons(provider, [name]))[name] is None
        else:
            gone[name] = isinstance(outcome, Written | Missing)
        await repository.progress(len(gone), len(etags))
    return gone
