"""The only place that deletes a person in Google: the undo of our own create, and 'erase on both sides'.

Each reads first, and deletes only a person that is as the caller last saw it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from contactsync.card import Card
from contactsync.faults import SyncError
from contactsync.listing import get_persons
from contactsync.normalize import same_card
from contactsync.ports import Provider, Repository
from contactsync.records import Found, Person
from contactsync.writes import Doubtful, Missing, Written
from contactsync.writing import raise_unsent


class Fate(Enum):
    """What became of a person that was to be deleted."""

    DELETED = auto()  #: by us, now
    MISSING = auto()  #: a get finds nobody under its name: it is gone, or has another name that no listing shows yet
    STAYS = auto()  #: it is not as it was last seen, or Google did not delete it


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person must be like to be deleted; its Card only where the etag says too little."""

    etag: str
    card: Card | None = None

    def fits(self, person: Found) -> bool:
        """Whether it is that person, as it was last seen."""
        if not isinstance(person, Person) or person.etag != self.etag:
            return False
        return self.card is None or same_card(person.card, self.card)


class Ledger(Protocol):
    """Where deletions are noted, each by the person's resource name."""

    async def intend(self, resource_name: str) -> None:
        """It goes out next. From now on no run takes it for Google's own deletion, whatever stops this one."""

    async def recall(self, resource_name: str) -> None:
        """It did not go out: all is as it was before it was intended."""

    async def settle(self, resource_name: str, fate: Fate) -> None:
        """What is known of it now."""


async def delete_persons(
    provider: Provider, repository: Repository, persons: Mapping[str, Seen], ledger: Ledger
) -> None:
    """Deletes persons, given by resource name as they must be; what became of each is settled at once.

    One that is not as expected stays. A lost answer is settled by reading once more.
    """
    await repository.start(provider.parameters_hash)
    found = await get_persons(provider, persons)
    for number, (name, seen) in enumerate(persons.items(), 1):
        person = found[name]
        if isinstance(person, Person) and seen.fits(person):
            await _delete(provider, person, ledger)
        else:
            await ledger.settle(name, Fate.MISSING if person is None else Fate.STAYS)
        await repository.progress(number, len(persons))


async def _delete(provider: Provider, person: Person, ledger: Ledger) -> None:
    name = person.resource_name
    await ledger.intend(name)
    try:
        outcome = await provider.delete_one(person)
        raise_unsent({name: outcome})
    except SyncError:
        await ledger.recall(name)
        raise
    is_gone = isinstance(outcome, Written | Missing)
    if isinstance(outcome, Doubtful):
        is_gone = (await get_persons(provider, [name]))[name] is None
    if is_gone:
        await ledger.settle(name, Fate.DELETED)
    else:
        await ledger.recall(name)
        await ledger.settle(name, Fate.STAYS)
