"""Does the rows of a plan that a person approved, where they still stand."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contactsync.actions import Action, DeleteLocal, Fill, Follow, Import, Joined, Merge, Return, Settle, Wait
from contactsync.carrying import apply_actions, reading_of
from contactsync.changes import FieldChange, field_changes
from contactsync.following import follow_survivors
from contactsync.listing import get_persons, readable
from contactsync.merge import fill, overlay
from contactsync.plan import deferral, plan, plan_missing
from contactsync.ports import Provider, Repository
from contactsync.records import Deferred, Found, LinkState, Pair, Person, Reason
from contactsync.writing import Session, write_changes


@dataclass(frozen=True, slots=True)
class Row:
    """What was approved about one person: it and the contact as they were planned from, no contact where one was to be
    made.

    `is_deletion` and `is_merge` say what becomes of a contact whose person is gone; a merge is a deletion, too.
    `fills_here` and `fills_there` say which side of a first meeting may be filled. `changes` are those of the contact.
    """

    source_id: str
    resource_name: str
    etag: str
    contact_id: str | None
    card_revision: int | None
    is_deletion: bool = False
    is_merge: bool = False
    fills_here: bool = True
    fills_there: bool = True
    changes: tuple[FieldChange, ...] = ()

    @property
    def is_half(self) -> bool:
        """Whether a side of a first meeting is to keep its values, which stands whatever they are by now."""
        return not (self.fills_here and self.fills_there)


async def apply_plan(
    provider: Provider,
    repository: Repository,
    clock: Callable[[], datetime],
    rows: Sequence[Row],
    token: str,
    listed_at: datetime,
) -> frozenset[str]:
    """Applies what still stands; returns the source ids of the rows that have moved, which the next run takes up.

    The persons are read by get, not listed again. The plan's token, of the listing made at `listed_at`, is stored where
    there is none: newcomers, and what changed since, come with the next run.
    """
    start = await repository.start(provider.parameters_hash)
    session = Session(provider, repository, clock, start.policy)
    found = await get_persons(provider, [row.resource_name for row in rows])
    standing = [row for row in rows if _stands(row, found[row.resource_name])]
    actions = await _plan_rows(session, standing, found)
    by_source = {_source_of(action): action for action in actions if not isinstance(action, Wait)}
    done = {row.source_id for row in standing if _is_as_shown(row, by_source.get(row.source_id))}
    moved = [row for row in rows if row.source_id not in done]
    by_row = {row.source_id: row for row in rows}
    await apply_actions(
        session, [_as_taken(action, by_row[key]) for action in actions if (key := _source_of(action)) in done]
    )
    now = clock()
    await repository.defer([Deferred(row.source_id, row.resource_name, Reason.STALE, now) for row in moved])
    if start.token is None and token:
        await _read_sleepers(repository, rows, now)
        await repository.advance(token, is_complete=True, listed_at=listed_at)
    await write_changes(session, frozenset(done))
    return frozenset(row.source_id for row in moved)


async def _read_sleepers(repository: Repository, rows: Sequence[Row], now: datetime) -> None:
    """Lets the next run find out about links asleep of whom the plan says nothing: its listing lacked their persons.

    No listing after that one reports them again.
    """
    others = await repository.absent(frozenset(row.source_id for row in rows))
    asleep = [pair.link for pair in others if pair.link.state is LinkState.DORMANT]
    await repository.defer([deferral(link, Reason.STALE, now) for link in asleep])


def _stands(row: Row, person: Found) -> bool:
    """Whether the person is as the plan showed it; what is not to be filled stays so, whatever it is by now."""
    if row.is_deletion:
        return person is None
    return isinstance(person, Person) and (row.is_half or person.etag == row.etag)


async def _plan_rows(session: Session, rows: Sequence[Row], found: dict[str, Found]) -> list[Action]:
    now = session.clock()
    persons = readable(found[row.resource_name] for row in rows)
    deleted = await session.repository.pairs([row.source_id for row in rows if row.is_deletion])
    deletions = list(_deletions(session, deleted, now))
    reading, deletions = await follow_survivors(session, await reading_of(session, persons), deletions, now)
    return [*plan(reading, session.policy, now), *deletions]


def _deletions(session: Session, pairs: Iterable[Pair], now: datetime) -> Iterable[Action]:
    for pair in pairs:
        yield from plan_missing(pair, None, session.policy, now)


def _is_as_shown(row: Row, action: Action | None) -> bool:
    """Whether what is to be done is what the row said, from the same contact."""
    match action:
        case Import():
            return row.contact_id is None
        case Fill(contact=contact) | Return(contact=contact) if row.is_half:
            return row.contact_id == contact.id
        case Merge() if not _is_merged_as_shown(row, action):
            return False
        case Joined(contact=contact) | DeleteLocal(contact=contact) | Follow(contact=contact):
            if isinstance(action, Follow) != row.is_merge:
                return False
            return row.contact_id == contact.id and row.card_revision == contact.card_revision
        case Settle() | None:
            return row.contact_id is not None and not row.is_deletion and not row.changes
        case _:
            return False


def _is_merged_as_shown(row: Row, merge: Merge) -> bool:
    """Whether the same comes of it for the contact: whose value stands may have been decided otherwise since."""
    changes = field_changes(merge.contact.card, merge.card)
    return merge.person.etag == row.etag and changes == row.changes


def _as_taken(action: Action, row: Row) -> Action:
    """A first meeting as far as it was approved: a side that is not to be filled keeps its values, as its own base."""
    if not isinstance(action, Fill | Return) or not row.is_half:
        return action
    person, here = action.person.card, action.contact.card
    card = action.card if row.fills_here else here
    filled = fill(here, person)
    base = overlay(filled.remote, person, card) if row.fills_there else card
    changed_here = action.link.changed_here and row.fills_there
    link = replace(action.link, local_base=base, remote_base=person, changed_here=changed_here)
    return replace(action, card=card, link=link)


def _source_of(action: Action) -> str:
    match action:
        case Import(person=person) | Joined(person=person):
            return person.source_id
        case Wait(deferred=deferred):
            return deferred.source_id
        case _:
            link = getattr(action, "link", None)
            return link.source_id if link is not None else ""
