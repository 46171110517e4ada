"""The CRM in memory: every method of the port is one transaction, and burns the fuse before and after it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields, replace
from datetime import datetime
from itertools import count
from typing import assert_never

from contactsync.actions import (
    Action,
    Close,
    DeleteLocal,
    Detach,
    Fill,
    Follow,
    Hold,
    Import,
    Joined,
    Merge,
    Receipt,
    Result,
    Return,
    Send,
    Settle,
    Settled,
    Wait,
    Wake,
)
from contactsync.brake import blanked_by, held_item, kept_apart
from contactsync.card import Card, Field
from contactsync.changes import with_fields_of
from contactsync.faults import LeaseLost
from contactsync.match import keys
from contactsync.merge import Conflict, fill
from contactsync.normalize import clean, same_card
from contactsync.outgoing import FIRST_BACK_OFF
from contactsync.plan import NEW
from contactsync.ports import Candidates, Start
from contactsync.records import (
    ASLEEP,
    Contact,
    Deferred,
    DoubtfulCreate,
    Known,
    Link,
    LinkState,
    Listed,
    Pair,
    Person,
    Policy,
    Reason,
)
from contactsync.writes import Draft
from tests.fake_world import Clock, Fuse

#: As many contacts share a key that is no evidence any more.
TOO_MANY = 3


class NotStored(Exception):
    """What a database refuses: a contact or a person that is linked already, a text with NUL or half a character."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the timeline: what a contact was and is, and who did it."""

    contact_id: str
    event: str
    before: Card | None
    after: Card | None
    by: str


@dataclass(slots=True)
class Journal:
    """What is kept of the past."""

    changes: list[Change] = field(default_factory=list)
    sent: list[Send] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    conflicts: list[tuple[str, Conflict]] = field(default_factory=list)
    duplicates: list[tuple[str, str, str]] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    refused: list[Action] = field(default_factory=list)


class FakeRepository:
    """The Repository port; `before` holds what others do just before the next call of a method, by its name."""

    def __init__(self, clock: Clock, fuse: Fuse | None = None, policy: Policy | None = None) -> None:
        self.clock = clock
        self.fuse = fuse or Fuse()
        self.policy = policy or Policy()
        self.contacts_by_id: dict[str, Contact] = {}
        self.links: dict[str, Link] = {}
        self.deferred: dict[str, Deferred] = {}
        self.creates: dict[str, DoubtfulCreate] = {}
        self._sent_cards: dict[str, list[Card]] = {}
        self.journal = Journal()
        self.token: str | None = None
        self.held_back: dict[str, Hold] = {}
        self.left_keys: dict[str, frozenset[str]] = {}  # by link: of what was said no to
        self.merged_into: dict[str, str] = {}
        self.places = 25_000
        self.reads = 0
        self.before: dict[str, Callable[[], None]] = {}
        self.lease_is_lost = False
        self._parameters = ""
        self._numbers = count(1)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._begin()
        stored = (dict(self.contacts_by_id), dict(self.links), dict(self.deferred), dict(self.creates), self.token)
        kept = {kind: len(rows) for kind, rows in self._journal_rows()}
        try:
            yield
        except Exception:
            self.contacts_by_id, self.links, self.deferred, self.creates, self.token = stored
            for kind, rows in self._journal_rows():
                del rows[kept[kind] :]
            raise
        self.fuse.burn()

    def _begin(self) -> None:
        self.fuse.burn()
        if self.lease_is_lost:
            raise LeaseLost

    def _journal_rows(self) -> Iterator[tuple[str, list[object]]]:
        for each in fields(self.journal):
            yield each.name, getattr(self.journal, each.name)

    def _meanwhile(self, method: str) -> None:
        if happens := self.before.pop(method, None):
            happens()

    # What the port offers.

    async def start(self, parameters_hash: str) -> Start:
        with self._transaction():
            token = self.token if self._parameters == parameters_hash else None
            self._parameters = parameters_hash
            return Start(token, self.policy, first_import=not (token or self.links or self.contacts_by_id))

    async def progress(self, done: int, total: int) -> None:
        self._begin()

    async def unchanged(self, entries: Sequence[Listed]) -> frozenset[str]:
        with self._transaction():
            by_source = {link.source_id: link for link in self.links.values()}
            return frozenset(
                entry.source_id
                for entry in entries
                if entry.source_id in by_source
                and not entry.deleted
                and self._is_unchanged(by_source[entry.source_id], entry)
            )

    def _is_unchanged(self, link: Link, entry: Listed) -> bool:
        return (
            (link.etag, link.resource_name) == (entry.etag, entry.resource_name)
            and link.state in (LinkState.LIVE, LinkState.TOMBSTONE, *ASLEEP)
            and not link.hidden
            and link.pending is None
            and link.source_id not in self.deferred
        )

    async def pairs(self, source_ids: Sequence[str], resource_names: Sequence[str] = ()) -> Sequence[Pair]:
        with self._transaction():
            return [
                self._pair(link)
                for link in self.links.values()
                if link.source_id in source_ids or link.resource_name in resource_names
            ]

    async def absent(self, source_ids: frozenset[str]) -> Sequence[Pair]:
        with self._transaction():
            return [
                self._pair(link)
                for link in self.links.values()
                if link.state is not LinkState.GONE and link.source_id not in source_ids
            ]

    async def due(self, now: datetime) -> Sequence[Deferred]:
        with self._transaction():
            return [item for item in self.deferred.values() if item.due_at <= now]

    async def held(self, source_ids: Sequence[str]) -> frozenset[str]:
        with self._transaction():
            return frozenset(key for key in source_ids if key in self.deferred and self._is_held(self.deferred[key]))

    @staticmethod
    def _is_held(item: Deferred) -> bool:
        return item.reason is Reason.HELD

    async def live_links(self) -> int:
        with self._transaction():
            return sum(link.state is LinkState.LIVE for link in self.links.values())

    async def contacts(self, contact_ids: Sequence[str]) -> Sequence[Known]:
        with self._transaction():
            self.reads += len(contact_ids)
            return [
                self._known(self.contacts_by_id[contact_id])
                for contact_id in dict.fromkeys(contact_ids)
                if contact_id in self.contacts_by_id
            ]

    async def candidates(self, keys: frozenset[str]) -> Candidates:
        with self._transaction():
            found = [contact for contact in self._kept() if keys & _keys(contact)]
            values = {key for key in keys if not key.startswith("name:")}
            counts = Counter(key for contact in self._kept() for key in values & _keys(contact))
            shared = frozenset(key for key, number in counts.items() if number >= TOO_MANY)
            return Candidates([self._known(contact) for contact in found], shared)

    async def known_persons(self, keys: frozenset[str]) -> Sequence[Pair]:
        with self._transaction():
            pairs = [self._pair(link) for link in self.links.values()]
            return [
                pair
                for pair in pairs
                if pair.link.state in (LinkState.LIVE, LinkState.PAUSED, LinkState.TOMBSTONE)
                and pair.contact is not None
                and keys & (_keys(pair.contact) | self.left_keys.get(pair.link.id, frozenset()))
            ]

    async def apply(self, actions: Sequence[Action]) -> frozenset[str]:
        self._meanwhile("apply")
        return self._apply_or_halve(actions)

    def _apply_or_halve(self, actions: Sequence[Action]) -> frozenset[str]:
        try:
            with self._transaction():
                moved_on = [action.person for action in actions if not self._apply(action)]
                self.journal.actions.extend(actions)
                self.deferred.update({person.source_id: self._again(person) for person in moved_on})
                self._show_again(moved_on)
                return frozenset(person.source_id for person in moved_on)
        except NotStored:
            if len(actions) == 1:
                self._refuse(actions[0])
                return frozenset()
        middle = len(actions) // 2
        return self._apply_or_halve(actions[:middle]) | self._apply_or_halve(actions[middle:])

    def _show_again(self, persons: Sequence[Person]) -> None:
        listed = {person.source_id for person in persons if person.hidden is False}
        for link in [link for link in self.links.values() if link.hidden and link.source_id in listed]:
            self._put_link(replace(link, hidden=False))

    def _again(self, person: Person) -> Deferred:
        return Deferred(person.source_id, person.resource_name, Reason.STALE, self.clock())

    def _refuse(self, action: Action) -> None:
        """It is tried again later; a test whose values can all be stored looks at `journal.refused`."""
        assert isinstance(action, Import | Joined | Settle)
        about = action.link if isinstance(action, Settle) else action.person
        with self._transaction():
            self.deferred[about.source_id] = Deferred(
                about.source_id, about.resource_name, Reason.REFUSED, self.clock() + FIRST_BACK_OFF
            )
            self.journal.refused.append(action)

    def _apply(self, action: Action) -> bool:
        """Whether it was done; only a `Joined` whose contact moved on is not."""
        match action:
            case Import(person=person):
                contact_id = self._insert(person.card, by="sync")
                link = Link(
                    NEW, contact_id, person.source_id, person.resource_name, person.etag, person.updated_at,
                    LinkState.LIVE, local_base=person.card, remote_base=person.card,
                )  # fmt: skip
                self._put_link(link)
                self._list_duplicates(contact_id, action.duplicates)
            case Fill() | Merge() | Return():
                return self._join(action)
            case DeleteLocal() | Follow() | Settle() | Wake() | Detach():
                self._apply_to_link(action)
            case Hold() | Wait() | Close():
                self._remember(action)
            case _:
                assert_never(action)
        return True

    def _apply_to_link(self, action: DeleteLocal | Follow | Settle | Wake | Detach) -> None:
        match action:
            case DeleteLocal(link=link):
                self._delete(link)
            case Follow():
                self._follow(action)
            case Settle(link=link):
                self._move(link)
            case Wake(link=link):
                self._wake(link.id)
            case Detach(link=link):
                if link.id in self.links and self.links[link.id].state is link.state:
                    self._drop_link(link.id)
            case _:
                assert_never(action)

    def _follow(self, action: Follow) -> None:
        """Into the survivor's contact goes what it lacks; where that one is in use no more, it is planned again."""
        survivor = self.link_to(action.survivor)
        link = self.links.get(action.link.id)
        if link is None or link.state is not LinkState.LIVE:
            return
        is_as_planned = (link.contact_id, link.version) == (action.link.contact_id, action.link.version)
        if not is_as_planned or survivor is None or survivor.state is not LinkState.LIVE or survivor.contact_id is None:
            self.deferred[link.source_id] = Deferred(link.source_id, link.resource_name, Reason.STALE, self.clock())
            return
        self._delete(action.link)
        card = self.contacts_by_id[survivor.contact_id].card
        self.merged_into[action.contact.id] = survivor.contact_id
        self._write(survivor.contact_id, fill(card, self.contacts_by_id[action.contact.id].card).local, by="sync")
        self._put_link(replace(self.links[survivor.id], changed_here=True))

    def _hold(self, hold: Hold) -> None:
        """Kept until a person answers; what is held already is not held twice."""
        item = held_item(hold)
        self.deferred[item.source_id] = item
        self.held_back[item.source_id] = hold

    def _remember(self, action: Hold | Wait | Close) -> None:
        if isinstance(action, Hold):
            self._hold(action)
            return
        deferred = action.deferred
        if isinstance(action, Wait):
            self._defer(deferred)
        elif self.deferred.get(deferred.source_id) == deferred:
            del self.deferred[deferred.source_id]

    def _join(self, action: Joined) -> bool:
        contact = self.contacts_by_id.get(action.contact.id)
        if contact is None or (contact.card_revision, contact.trashed) != _version(action.contact):
            return False
        if action.link.id and not self._is_free(action.link, contact.id):
            return False
        if contact.trashed and isinstance(action, Return):
            self.contacts_by_id[contact.id] = replace(contact, trashed=False)
            self.journal.changes.append(Change(contact.id, "restored", None, None, "sync"))
        self._write(contact.id, action.card, by="sync")
        self._put_link(action.link)
        self.journal.conflicts.extend((contact.id, conflict) for conflict in action.conflicts)
        self._list_duplicates(contact.id, action.duplicates)
        return True

    def _is_free(self, planned: Link, contact_id: str) -> bool:
        """Whether the link may stand for the contact: it is its own, or nobody's here any more."""
        link = self.links.get(planned.id)
        if link is None or link.state in ASLEEP or link.version != planned.version:
            return False
        return link.contact_id == contact_id or link.state in (LinkState.TOMBSTONE, LinkState.GONE)

    def _list_duplicates(self, contact_id: str, duplicates: Sequence[tuple[str, str]]) -> None:
        listed = {frozenset(pair[:2]) for pair in self.journal.duplicates}
        for other, evidence in duplicates:
            pair = frozenset((contact_id, other))
            if len(pair) == 2 and pair not in listed and pair <= self.contacts_by_id.keys():
                self.journal.duplicates.append((contact_id, other, evidence))
                listed.add(pair)

    def _delete(self, planned: Link) -> None:
        link = self.links.get(planned.id)
        if link is None:
            return
        if link.state is not LinkState.LIVE or link.contact_id is None:
            if link.state is LinkState.TOMBSTONE:
                self._drop_link(link.id)
            return
        if (link.contact_id, link.version) != (planned.contact_id, planned.version):
            self.deferred[link.source_id] = Deferred(link.source_id, link.resource_name, Reason.STALE, self.clock())
            return
        contact = self.contacts_by_id[link.contact_id]
        self.contacts_by_id[contact.id] = replace(contact, trashed=True)
        self.journal.changes.append(Change(contact.id, "trashed", contact.card, None, "sync"))
        self._put_link(replace(link, state=LinkState.GONE, pending=None, changed_here=False))

    def _wake(self, link_id: str) -> None:
        link = self.links.get(link_id)
        if link is None or link.state not in ASLEEP:
            return
        if link.state is LinkState.SEVERED:
            link = replace(link, local_base=None, remote_base=None, pending=None, version=link.version + 1)
        self._put_link(replace(link, state=LinkState.LIVE, changed_here=True))
        self.deferred[link.source_id] = Deferred(link.source_id, link.resource_name, Reason.STALE, self.clock())

    def _move(self, planned: Link) -> None:
        link = self.links.get(planned.id)
        if link is None:
            return
        moved = replace(
            link,
            source_id=planned.source_id,
            resource_name=planned.resource_name,
            etag=planned.etag,
            updated_at=planned.updated_at,
            hidden=planned.hidden,
        )
        self._put_link(moved)

    async def show(self, actions: Sequence[Action], sends: Sequence[Send], token: str) -> None:
        with self._transaction():
            self.shown_token = token
            self.shown = (tuple(actions), tuple(sends))

    async def changed_here(self, limit: int, after: str = "") -> Sequence[Pair]:
        with self._transaction():
            links = [
                link
                for link in sorted(self.links.values(), key=lambda link: link.id)
                if link.id > after and self._is_to_carry(link)
            ]
            return [self._pair(link) for link in links[:limit]]

    def _is_to_carry(self, link: Link) -> bool:
        deferred = self.deferred.get(link.source_id)
        return (
            link.state is LinkState.LIVE
            and link.changed_here
            and link.pending is None
            and (deferred is None or deferred.due_at <= self.clock())
        )

    async def send(self, sends: Sequence[Send]) -> frozenset[str]:
        self._meanwhile("send")
        with self._transaction():
            standing = [send for send in sends if self._stands(send)]
            for send in standing:
                link = replace(self.links[send.link.id], pending=send.pending)
                self._put_link(link)
                self._defer_in_doubt(send.in_doubt)
            self.journal.sent.extend(standing)
            return frozenset(send.link.id for send in standing)

    def _stands(self, send: Send) -> bool:
        link, contact = self.links.get(send.link.id), self.contacts_by_id.get(send.contact.id)
        return (
            link is not None
            and contact is not None
            and link.state is send.link.state
            and link.state in (LinkState.LIVE, LinkState.PAUSED)  # from a paused one none is planned but by an undo
            and link.pending is None
            and (link.contact_id, link.version) == (send.contact.id, send.link.version)
            and _version(contact) == _version(send.contact)
        )

    async def settle(self, settled: Sequence[Settled]) -> None:
        with self._transaction():
            for item in settled:
                self._settle(item)
            self.journal.settled.extend(settled)
            self.journal.receipts.extend(item.receipt for item in settled)

    def _settle(self, item: Settled) -> None:
        """Of a link that its user took apart meanwhile no values are kept, nor of one whose contact is purged."""
        link = self.links.get(item.link.id)
        if link is None:
            return
        if link.contact_id is not None and link.version != item.link.version:
            self._settle_overtaken(item, link)
            return
        self._settle_deferred(link.source_id, item)
        if link.contact_id is None:
            return
        moved_on = self.contacts_by_id[link.contact_id].card_revision != item.planned_revision
        changed_here = link.state is LinkState.LIVE and (item.link.changed_here or moved_on)
        moved = replace(item.link, state=link.state, changed_here=changed_here)
        if link.state is LinkState.SEVERED:
            moved = replace(moved, local_base=None, remote_base=None, pending=None)
        self._put_link(moved)

    def _settle_overtaken(self, item: Settled, link: Link) -> None:
        """What a person did to the link since the write was planned stands; the next run reads the person."""
        if item.deferred is not None and item.link.pending is not None:
            self._defer_in_doubt(item.deferred)
            return
        if item.receipt.result is not Result.UPDATED:
            self._put_link(replace(link, pending=None))
        self.deferred[link.source_id] = Deferred(link.source_id, link.resource_name, Reason.STALE, self.clock())

    def _defer(self, item: Deferred) -> None:
        """What waits for a person's answer waits on, whatever else is open of it."""
        open_item = self.deferred.get(item.source_id)
        if open_item is None or open_item.reason is not Reason.HELD:
            self.deferred[item.source_id] = item

    def _defer_in_doubt(self, item: Deferred) -> None:
        """What is known of an item is kept while a write of it is in doubt."""
        self.deferred[item.source_id] = replace(
            self.deferred.get(item.source_id, item), resource_name=item.resource_name, due_at=item.due_at
        )

    def _settle_deferred(self, source_id: str, item: Settled) -> None:
        open_item = self.deferred.get(source_id)
        if open_item is not None and open_item.reason is Reason.HELD:
            return
        is_done = item.receipt.result in (Result.UPDATED, Result.UNCHANGED)
        if item.deferred is not None and item.link.pending is not None:
            self._defer_in_doubt(item.deferred)
        elif item.deferred is not None:
            self.deferred[source_id] = item.deferred
        elif is_done or open_item is None or open_item.reason is Reason.WAIT:
            self.deferred.pop(source_id, None)
        else:
            self.deferred[source_id] = replace(open_item, due_at=self.clock())

    async def send_creates(self, drafts: Sequence[Draft], token: str | None) -> frozenset[str]:
        self._meanwhile("send_creates")
        with self._transaction():
            stand = frozenset(draft.contact_id for draft in drafts if self._may_be_created(draft.contact_id))
            for draft in (draft for draft in drafts if draft.contact_id in stand):
                self._drop_creates_of(draft.contact_id)
                self._sent_cards.setdefault(draft.contact_id, []).append(draft.card)
                operation_id = self._next("o")
                self.creates[operation_id] = DoubtfulCreate(
                    operation_id, draft.contact_id, draft.card, token, self.clock(), draft.anyway
                )
        return stand

    async def settle_creates(
        self, created: Sequence[Joined], receipts: Sequence[Receipt], deferred: Sequence[Deferred]
    ) -> None:
        with self._transaction():
            for join in created:
                self._settle_create(join)
            for receipt in receipts:
                if receipt.result is not Result.WAITING:
                    self._drop_creates_of(receipt.contact_id)
            self.journal.receipts.extend(receipts)
            for item in deferred:
                self._defer(item)

    def _settle_create(self, join: Joined) -> None:
        self.journal.receipts.append(
            Receipt(join.contact.id, Result.CREATED, join.reason, resource_name=join.link.resource_name)
        )
        contact = self.contacts_by_id.get(join.contact.id)
        if contact is None:
            apart = replace(join.link, contact_id=None, local_base=None, remote_base=None)
            self._put_link(replace(apart, state=LinkState.TOMBSTONE, changed_here=False))
            return
        state = LinkState.TOMBSTONE if contact.trashed else LinkState.LIVE
        moved_on = contact.card_revision != join.contact.card_revision
        changed_here = state is LinkState.LIVE and (join.link.changed_here or moved_on)
        self._put_link(replace(join.link, state=state, changed_here=changed_here))

    async def doubtful_creates(self) -> Sequence[DoubtfulCreate]:
        with self._transaction():
            return list(self.creates.values())

    async def sent_cards(self, contact_ids: Sequence[str]) -> Mapping[str, Sequence[Card]]:
        with self._transaction():
            return {contact_id: tuple(self._sent_cards.get(contact_id, ())) for contact_id in contact_ids}

    async def drop_creates(self, operation_ids: Sequence[str], reason: str) -> None:
        with self._transaction():
            for operation_id in operation_ids:
                self.creates.pop(operation_id, None)

    async def record(self, receipts: Sequence[Receipt], duplicates: Sequence[tuple[str, str, str]] = ()) -> None:
        with self._transaction():
            self.journal.receipts.extend(receipts)
            for one, other, evidence in duplicates:
                self._list_duplicates(one, [(other, evidence)])

    async def room(self) -> int:
        with self._transaction():
            return self.places - sum(link.state is not LinkState.GONE for link in self.links.values())

    async def defer(self, deferred: Sequence[Deferred]) -> None:
        with self._transaction():
            for item in deferred:
                self._defer(item)

    async def advance(self, token: str, *, is_complete: bool, listed_at: datetime | None = None) -> None:
        with self._transaction():
            self.token = token

    # What a user does in the CRM.

    def user_creates(self, card: Card) -> str:
        return self._insert(card, by="person")

    def user_edits(self, contact_id: str, card: Card) -> None:
        self._write(contact_id, card, by="person")
        link = self.link_of(contact_id)
        if link is not None and link.state is LinkState.LIVE:
            self._put_link(replace(link, changed_here=True))

    def user_trashes(self, contact_id: str) -> None:
        contact = self.contacts_by_id[contact_id]
        self.contacts_by_id[contact_id] = replace(contact, trashed=True)
        self.journal.changes.append(Change(contact_id, "trashed", contact.card, None, "person"))
        link = self.link_of(contact_id)
        if link is not None and link.state in (LinkState.LIVE, LinkState.DORMANT, *ASLEEP):
            self._put_link(replace(link, state=LinkState.TOMBSTONE, changed_here=False))

    def user_restores(self, contact_id: str) -> None:
        """Out of the trash: the link of one deleted here lives again; one deleted in Google is kept here."""
        contact = replace(self.contacts_by_id[contact_id], trashed=False)
        self.contacts_by_id[contact_id] = contact
        self.journal.changes.append(Change(contact_id, "restored", None, None, "person"))
        link = self.link_of(contact_id)
        if link is not None and link.state is LinkState.TOMBSTONE:
            self._put_link(replace(link, state=LinkState.LIVE, changed_here=True, etag=""))
            self.deferred[link.source_id] = Deferred(link.source_id, link.resource_name, Reason.STALE, self.clock())

    def user_pauses(self, contact_id: str) -> None:
        self._put_link(replace(self._living_link(contact_id), state=LinkState.PAUSED))

    def user_unlinks(self, contact_id: str) -> None:
        """Both stay, apart: the link knows who the person is, and no values."""
        link = self._living_link(contact_id)
        apart = replace(link, state=LinkState.SEVERED, local_base=None, remote_base=None, pending=None)
        self._put_link(replace(apart, changed_here=False))

    def user_wakes(self, contact_id: str) -> None:
        """'Resume' and 'link again'."""
        link = self.link_of(contact_id)
        assert link is not None
        self._wake(link.id)

    def user_answers(self, contact_id: str, field: Field, theirs: Card) -> None:
        """'Use Tandem's': Google's value is no edit any more, and the contact's is one."""
        link = self.link_of(contact_id)
        assert link is not None
        assert link.local_base is not None
        assert link.remote_base is not None
        pending = link.pending
        if pending is not None:
            pending = replace(pending, local_base=with_fields_of(pending.local_base, theirs, [field]))
        answered = replace(
            link,
            local_base=with_fields_of(link.local_base, theirs, [field]),
            remote_base=with_fields_of(link.remote_base, theirs, [field]),
        )
        self._put_link(replace(answered, pending=pending, changed_here=True, version=link.version + 1))

    def _living_link(self, contact_id: str) -> Link:
        link = self.link_of(contact_id)
        assert link is not None
        self.deferred.pop(link.source_id, None)
        return link

    def user_applies_held(self) -> list[str]:
        """'Apply': the contacts of what was held back, to be planned again by a run of theirs."""
        contact_ids = [str(hold.intended.contact.id) for hold in self.held_back.values()]
        for source_id in self.held_back:
            held = self.deferred[source_id]
            self.deferred[source_id] = replace(held, reason=Reason.APPROVED, due_at=self.clock())
        self.held_back.clear()
        return contact_ids

    def user_rejects_held(self) -> None:
        """'Reject': contacts stay, a blanked field keeps each side's present value as its base."""
        for source_id, hold in self.held_back.items():
            link = self.links[hold.intended.link.id]
            contact = self.contacts_by_id[hold.intended.contact.id]
            if isinstance(hold.intended, DeleteLocal):
                del self.deferred[source_id]
                self._put_link(replace(link, state=LinkState.GONE, pending=None, changed_here=False))
                continue
            there = hold.intended.person.card if isinstance(hold.intended, Joined) else link.remote_base
            assert there is not None
            kept = kept_apart(link, contact.card, there, blanked_by(hold.intended))
            self._put_link(replace(kept, version=link.version + 1))
            self.left_keys[link.id] = frozenset(keys(there)) - _keys(contact)
            self.deferred[source_id] = replace(self.deferred[source_id], reason=Reason.STALE, due_at=self.clock())
        self.held_back.clear()

    def user_disconnects(self) -> None:
        """Links sleep without bases, etags and tokens; a create in doubt is looked for everywhere later."""
        for link in list(self.links.values()):
            was_alive = link.state in (LinkState.LIVE, LinkState.PAUSED)
            state = LinkState.DORMANT if was_alive else link.state
            self._put_link(
                replace(link, state=state, etag="", local_base=None, remote_base=None, pending=None, changed_here=False)
            )
        self.creates = {key: replace(create, token=None) for key, create in self.creates.items()}
        self.deferred.clear()
        self.token = None

    def purge(self, contact_id: str) -> None:
        """A trashed contact is erased; the tombstone stays, without it."""
        del self.contacts_by_id[contact_id]
        link = self.link_of(contact_id)
        if link is not None and link.state is LinkState.TOMBSTONE:
            self.links[link.id] = replace(link, contact_id=None, local_base=None, remote_base=None, pending=None)
        elif link is not None:
            self._drop_link(link.id)
        self._drop_creates_of(contact_id)

    # What a test looks at.

    def card(self, contact_id: str) -> Card:
        return self.contacts_by_id[contact_id].card

    def is_trashed(self, contact_id: str) -> bool:
        return self.contacts_by_id[contact_id].trashed

    def link_of(self, contact_id: str) -> Link | None:
        return next((link for link in self.links.values() if link.contact_id == contact_id), None)

    def link_to(self, source_id: str) -> Link | None:
        return next((link for link in self.links.values() if link.source_id == source_id), None)

    # How it is done.

    def _next(self, kind: str) -> str:
        return f"{kind}{next(self._numbers):04}"

    def _kept(self) -> list[Contact]:
        return [contact for _, contact in sorted(self.contacts_by_id.items()) if not contact.trashed]

    def _known(self, contact: Contact) -> Known:
        doubtful = next((create for create in self.creates.values() if create.contact_id == contact.id), None)
        return Known(contact, self.link_of(contact.id), doubtful)

    def _pair(self, link: Link) -> Pair:
        return Pair(link, self.contacts_by_id.get(link.contact_id) if link.contact_id else None)

    def _insert(self, card: Card, *, by: str) -> str:
        _check_storable(card)
        contact_id = self._next("k")
        self.contacts_by_id[contact_id] = Contact(contact_id, card, 1)
        self.journal.changes.append(Change(contact_id, "created", None, card, by))
        return contact_id

    def _write(self, contact_id: str, card: Card, *, by: str) -> None:
        contact = self.contacts_by_id[contact_id]
        if same_card(contact.card, card):
            return
        _check_storable(card)
        self.contacts_by_id[contact_id] = replace(contact, card=card, card_revision=contact.card_revision + 1)
        self.journal.changes.append(Change(contact_id, "changed", contact.card, card, by))

    def _put_link(self, link: Link) -> None:
        """Stores a link; a contact and a person are linked once, and a linked contact has no create in doubt."""
        stored = replace(link, id=link.id or self._next("l"))
        for other in list(self.links.values()):
            if other.id != stored.id and other.contact_id == stored.contact_id and other.contact_id is not None:
                if other.state is not LinkState.GONE:
                    raise NotStored(f"{stored.contact_id} is linked twice")
                self._drop_link(other.id)
            elif other.id != stored.id and other.source_id == stored.source_id:
                if other.state is LinkState.TOMBSTONE:  # of who was merged into this contact
                    self._drop_link(other.id)
                    continue
                raise NotStored(f"{stored.source_id} is linked twice")
        self.links[stored.id] = stored
        if stored.contact_id is not None and stored.state is not LinkState.GONE:
            self._drop_creates_of(stored.contact_id)

    def _drop_link(self, link_id: str) -> None:
        link = self.links.pop(link_id)
        self.deferred.pop(link.source_id, None)

    def _may_be_created(self, contact_id: str) -> bool:
        contact, link = self.contacts_by_id.get(contact_id), self.link_of(contact_id)
        return contact is not None and not contact.trashed and (link is None or link.state is LinkState.GONE)

    def _drop_creates_of(self, contact_id: str) -> None:
        self.creates = {key: create for key, create in self.creates.items() if create.contact_id != contact_id}


def _keys(contact: Contact) -> frozenset[str]:
    return frozenset(keys(contact.card))


def _version(contact: Contact) -> tuple[int, bool]:
    return (contact.card_revision, contact.trashed)


def _check_storable(card: Card) -> None:
    if any(clean(text) != text for text in _texts(astuple(card))):
        raise NotStored("a text with NUL or half a character")


def _texts(values: tuple[object, ...]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from _texts(value)
