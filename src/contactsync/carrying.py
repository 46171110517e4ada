"""Carries Google's side here: reads what concerns the persons of a run, and applies what the plan asks for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from contactsync.actions import (
    Action,
    Close,
    DeleteLocal,
    Detach,
    Follow,
    Hold,
    Import,
    Joined,
    Settle,
    Wait,
    Wake,
)
from contactsync.healing import find_doubles
from contactsync.listing import decoded, get_persons, readable
from contactsync.match import keys, shared_keys
from contactsync.outgoing import back_off
from contactsync.plan import Reading
from contactsync.records import Deferred, Known, LinkState, Listed, Pair, Person, Reason
from contactsync.writing import Session

#: Actions in one transaction: long enough for bulk SQL, short enough to lose little and to show progress.
ACTIONS = 500
_LAST = (DeleteLocal, Follow, Detach)


async def reading_of(session: Session, persons: Sequence[Person]) -> Reading:
    """The persons with everything here that may concern them."""
    if not persons:
        return Reading((), {}, {})
    repository = session.repository
    pairs = {pair.link.source_id: pair for pair in await repository.pairs([p.source_id for p in persons])}
    persons = await _without_ghosts(session, persons, pairs)
    strangers = [person for person in persons if person.source_id not in pairs]
    marked = await repository.contacts([person.marker for person in strangers if person.marker])
    wanted = frozenset[str]().union(*(keys(person.card) for person in strangers))
    candidates = await repository.candidates(wanted)
    held = await repository.held([p.source_id for p in persons if p.source_id in pairs])
    return Reading(
        persons=persons,
        pairs=pairs,
        marked={known.contact.id: known for known in marked},
        known=candidates.known,
        shared_keys=candidates.shared_keys | shared_keys(person.card for person in persons),
        held=held,
        orphaned=await _orphaned(session, marked),
        doubles=await find_doubles(session, strangers, marked),
    )


async def _orphaned(session: Session, marked: Iterable[Known]) -> frozenset[str]:
    """The tombstones of these contacts whose persons are no longer there, by source id."""
    tombstones = [known.link for known in marked if known.link and known.link.state is LinkState.TOMBSTONE]
    found = await get_persons(session.provider, [link.resource_name for link in tombstones])
    return frozenset(link.source_id for link in tombstones if found[link.resource_name] is None)


async def _without_ghosts(session: Session, persons: Sequence[Person], pairs: Mapping[str, Pair]) -> list[Person]:
    """The persons, those of links that are gone as a get shows them: a listing that lags raises nobody."""
    gone = {source_id for source_id, pair in pairs.items() if pair.link.state is LinkState.GONE}
    found = await get_persons(
        session.provider, [person.resource_name for person in persons if person.source_id in gone]
    )
    return readable(found[person.resource_name] if person.source_id in gone else person for person in persons)


async def apply_actions(session: Session, actions: Sequence[Action]) -> None:
    """Applies actions chunk by chunk, deletions last; a person's actions stay together. Progress counts persons."""
    done, total = 0, _persons_in(actions)
    for chunk in chunks(actions):
        await session.repository.apply(chunk)
        done += _persons_in(chunk)
        await session.repository.progress(done, total)


def _persons_in(actions: Iterable[Action]) -> int:
    return len({_about(action) for action in actions})


def chunks(actions: Iterable[Action]) -> Iterator[list[Action]]:
    """The actions by transaction. Those about one person are never parted.

    So an item is closed only together with what it stood for, and a stop between two transactions hides nothing.
    """
    chunk: list[Action] = []
    for unit in _units(actions):
        if chunk and len(chunk) + len(unit) > ACTIONS:
            yield chunk
            chunk = []
        chunk.extend(unit)
    if chunk:
        yield chunk


def _units(actions: Iterable[Action]) -> list[list[Action]]:
    by_person: dict[str, list[Action]] = {}
    for action in actions:
        by_person.setdefault(_about(action), []).append(action)
    return sorted(by_person.values(), key=lambda unit: any(isinstance(action, _LAST) for action in unit))


def _about(action: Action) -> str:
    match action:
        case Import(person=about) | Joined(person=about):
            return about.source_id
        case Close(deferred=item) | Wait(deferred=item):
            return item.source_id or item.resource_name
        case DeleteLocal(link=link) | Follow(link=link) | Settle(link=link) | Wake(link=link) | Detach(link=link):
            return link.source_id
        case Hold(intended=intended):
            return intended.link.source_id
        case _:
            assert_never(action)


def decoded_or_deferred(session: Session, entries: Iterable[Listed]) -> tuple[list[Person], list[Wait]]:
    """The entries as persons; one that can't be read is deferred and delays nobody else."""
    persons, unreadable = decoded(session.provider, entries)
    return persons, [Wait(_tried_again(session, entry)) for entry in unreadable]


def _tried_again(session: Session, entry: Listed) -> Deferred:
    source_id = entry.source_id or ""
    tries = session.tries.get(source_id, 0)
    return Deferred(source_id, entry.resource_name, Reason.REFUSED, session.clock() + back_off(tries), tries + 1)
