"""Carries Google's side here: reads what concerns the persons of a run, and applies what the plan asks for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import batched

from contactsync.actions import Action, DeleteLocal, Detach, Follow, Wait
from contactsync.listing import decoded, get_persons
from contactsync.match import keys, shared_keys
from contactsync.outgoing import FIRST_BACK_OFF
from contactsync.plan import Reading
from contactsync.records import Deferred, LinkState, Listed, Pair, Person, Reason
from contactsync.writing import Session

#: Actions in one transaction: long enough for bulk SQL, short enough to lose little and to show progress.
ACTIONS = 500


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
    )


async def _without_ghosts(session: Session, persons: Sequence[Person], pairs: Mapping[str, Pair]) -> list[Person]:
    """The persons, those of links that are gone as a get shows them: a listing that lags raises nobody."""
    gone = {source_id for source_id, pair in pairs.items() if pair.link.state is LinkState.GONE}
    found = await get_persons(
        session.provider, [person.resource_name for person in persons if person.source_id in gone]
    )
    now = [found[person.resource_name] if person.source_id in gone else person for person in persons]
    return [person for person in now if person is not None]


async def apply_actions(session: Session, actions: Sequence[Action]) -> None:
    """Applies actions chunk by chunk, deletions last; what had moved on meanwhile is read again when due."""
    last = [action for action in actions if isinstance(action, DeleteLocal | Follow | Detach)]
    first = [action for action in actions if not isinstance(action, DeleteLocal | Follow | Detach)]
    ordered = [*first, *last]
    sources = {person.source_id: person for person in map(_person_of, ordered) if person is not None}
    done = 0
    for chunk in batched(ordered, ACTIONS, strict=False):
        moved_on = await session.repository.apply(chunk)
        if moved_on:
            await session.repository.defer([_again(sources[source_id], session.clock()) for source_id in moved_on])
        done += len(chunk)
        await session.repository.progress(done, len(ordered))


def _person_of(action: Action) -> Person | None:
    return getattr(action, "person", None)


def _again(person: Person, now: datetime) -> Deferred:
    return Deferred(person.source_id, person.resource_name, Reason.STALE, now)


def decoded_or_deferred(session: Session, entries: Iterable[Listed]) -> tuple[list[Person], list[Wait]]:
    """The entries as persons; one that can't be read is deferred and delays nobody else."""
    persons, unreadable = decoded(session.provider, entries)
    due_at = session.clock() + FIRST_BACK_OFF
    return persons, [
        Wait(Deferred(entry.source_id or "", entry.resource_name, Reason.REFUSED, due_at)) for entry in unreadable
    ]
