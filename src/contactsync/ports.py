"""The two ports of the engine: a Provider (Google's side) and a Repository (the CRM's side).

Both are coroutines. What stops a run is an exception of `contactsync.faults`; what a write came to is a value.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contactsync.actions import Action, Joined, Receipt, Send, Settled
from contactsync.card import Card
from contactsync.faults import (
    LeaseLost,
    Malformed,
    OperatorFault,
    ReconnectNeeded,
    SyncError,
    TokenExpired,
    Unavailable,
)
from contactsync.records import Deferred, DoubtfulCreate, Found, Known, Listed, Page, Pair, Person, Policy
from contactsync.writes import Doubtful, Draft, Missing, Outcome, Refused, Stale, Unsent, Update, Written

# What implementing a port takes, in one place.
__all__ = [
    "Candidates",
    "Doubtful",
    "Draft",
    "LeaseLost",
    "Malformed",
    "Missing",
    "OperatorFault",
    "Outcome",
    "Provider",
    "ReconnectNeeded",
    "Refused",
    "Repository",
    "Stale",
    "Start",
    "SyncError",
    "TokenExpired",
    "Unavailable",
    "Unsent",
    "Update",
    "Written",
]


class Provider(Protocol):
    """Google's side. Mutations are sent one request at a time; the caller never overlaps two of these calls.

    Any method may raise `Unavailable`, `ReconnectNeeded`, `OperatorFault`, `Malformed` or `LeaseLost`.
    Writes raise only before anything was sent; afterwards each item has its own `Outcome`.
    """

    @property
    def parameters_hash(self) -> str:
        """A hash of the listing's parameters: a token is valid only with the parameters it was made with."""

    def changes(self, token: str | None) -> AsyncIterator[Page]:
        """The listing since `token`, or the full listing, page by page.

        Raises `TokenExpired` when Google no longer takes the token.
        """

    def decode(self, entry: Listed) -> Person:
        """Read an entry whole. Pure. Raises `ValueError` for an entry that can't be read."""

    async def get_many(self, resource_names: Sequence[str]) -> Mapping[str, Found]:
        """The persons as they are now, by the name asked for; None where there is none. Up to 200 a request.

        One that can't be read hinders no other.
        """

    async def create_many(self, drafts: Sequence[Draft]) -> Mapping[str, Outcome]:
        """Create persons, at most 200; outcomes by contact id. Never retried: a lost answer is `Doubtful`."""

    async def update_many(self, updates: Sequence[Update]) -> Mapping[str, Outcome]:
        """Write persons, at most 200, each guarded by its etag; outcomes by the resource name of `newest`."""

    async def read_as_created(self, draft: Draft, resource_name: str) -> Person | None:
        """The person, if it is exactly what a create of this draft makes, and holds nothing else; else None."""

    async def delete_one(self, person: Person) -> Outcome:
        """Delete this person: `Written` where it is gone afterwards, `Doubtful` where no answer came.

        Google guards a deletion by nothing: the caller has just read the person.
        """


@dataclass(frozen=True, slots=True)
class Start:
    """What a run begins with. `token` is None where everything has to be listed."""

    token: str | None
    policy: Policy
    first_import: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """Contacts that share a key with the persons asked for, oldest first, and the keys that prove nothing."""

    known: Sequence[Known]
    shared_keys: frozenset[str] = frozenset()


class Repository(Protocol):
    """The CRM's side of one account, for one run under its lease.

    Each method is one transaction that first checks the lease and raises `LeaseLost` when it is another's.
    """

    async def start(self, parameters_hash: str) -> Start:
        """Where the account stands; a token made with other parameters is not handed out."""

    async def progress(self, done: int, total: int) -> None:
        """Note how far the run is, in persons or contacts."""

    async def unchanged(self, entries: Sequence[Listed]) -> frozenset[str]:
        """The source ids whose link has the same etag and name, nothing pending and nothing deferred."""

    async def pairs(self, source_ids: Sequence[str], resource_names: Sequence[str] = ()) -> Sequence[Pair]:
        """The links of these persons, found by source id or by resource name, in any state."""

    async def absent(self, source_ids: frozenset[str]) -> Sequence[Pair]:
        """The links (not `gone`) whose persons a complete listing does not hold."""

    async def due(self, now: datetime) -> Sequence[Deferred]:
        """The deferred items to read again."""

    async def held(self, source_ids: Sequence[str]) -> frozenset[str]:
        """Those of these persons whose items the brake holds back."""

    async def live_links(self) -> int:
        """How many links of the account are live."""

    async def contacts(self, contact_ids: Sequence[str]) -> Sequence[Known]:
        """These contacts of the owner, the trashed ones too; others are left out."""

    async def candidates(self, keys: frozenset[str]) -> Candidates:
        """The contacts of the owner, trash left out, that share one of these matching keys."""

    async def known_persons(self, keys: frozenset[str]) -> Sequence[Pair]:
        """The linked pairs (live or tombstone) whose contact is found under one of these keys."""

    async def apply(self, actions: Sequence[Action]) -> frozenset[str]:
        """Do what a plan asks for here, contacts, links, changes and journal in one transaction.

        Returns the source ids of `Joined` actions whose contact had moved on: nothing of those was done, and they
        are deferred in the same transaction, to be read again.
        """

    async def show(self, actions: Sequence[Action], sends: Sequence[Send], token: str) -> None:
        """Keep what a plan would do as planned operations, with the token of its listing; do nothing of it."""

    async def changed_here(self, limit: int, after: str = "") -> Sequence[Pair]:
        """Live links with something to carry to Google, in the order of their ids, later than link `after`.

        Left out are links with a write in flight and those deferred to a later moment.
        """

    async def send(self, sends: Sequence[Send]) -> frozenset[str]:
        """Journal writes before they go out. Returns the link ids that stand; another's contact had moved on."""

    async def settle(self, settled: Sequence[Settled]) -> None:
        """Record what the writes came to."""

    async def send_creates(self, drafts: Sequence[Draft], token: str | None) -> frozenset[str]:
        """Journal creates before they go out, with the sync token that is valid now; the contacts (by id) that go.

        They take the place of creates in doubt of the same contacts. Whose contact was deleted or linked here since it
        was read does not go.
        """

    async def settle_creates(
        self, created: Sequence[Joined], receipts: Sequence[Receipt], deferred: Sequence[Deferred]
    ) -> None:
        """Record what the creates came to: the links made, and receipts of those that failed or are in doubt.

        A contact that was deleted here meanwhile has a tombstone for its person.
        """

    async def doubtful_creates(self) -> Sequence[DoubtfulCreate]:
        """The creates of this account whose answers were not recorded."""

    async def sent_cards(self, contact_ids: Sequence[str]) -> Mapping[str, Sequence[Card]]:
        """What creates of these contacts have sent, as far as the journal still holds it."""

    async def drop_creates(self, operation_ids: Sequence[str], reason: str) -> None:
        """The answers to these are awaited no more, and why."""

    async def record(self, receipts: Sequence[Receipt], duplicates: Sequence[tuple[str, str, str]] = ()) -> None:
        """Keep receipts of contacts for which nothing was sent, and possible duplicates (ids and evidence)."""

    async def room(self) -> int:
        """How many more persons the account can hold, of Google's 25,000."""

    async def defer(self, deferred: Sequence[Deferred]) -> None:
        """Remember items that could not be finished; what is held back stays so."""

    async def advance(self, token: str, *, is_complete: bool, listed_at: datetime | None = None) -> None:
        """Store the sync token of a listing that was applied whole; `is_complete` after a full listing.

        `listed_at` is when that was made, where it is not of this run.
        """
