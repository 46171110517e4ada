"""The two ports of the engine: a Provider (Google's side) and a Repository (the CRM's side).

Both are coroutines. What a write came to is a value (`Outcome`), because a refused item is an expected thing; what
stops the run is an exception whose class says who can mend it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from contactsync.card import Card, Field
from contactsync.records import Listed, Page, Person


class SyncError(Exception):
    """Stops a run. `code` is stable and machine-readable; `detail` and `mend` are sentences for the page."""

    def __init__(self, code: str, detail: str, mend: str) -> None:
        super().__init__(f"{detail} {mend}")
        self.code = code
        self.detail = detail
        self.mend = mend


class Unavailable(SyncError):
    """A passing fault (network, 5xx, quota): retry later, after `retry_after_seconds` where it is known."""

    def __init__(self, code: str, detail: str, mend: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(code, detail, mend)
        self.retry_after_seconds = retry_after_seconds


class ReconnectNeeded(SyncError):
    """The user's grant is gone or lacks the contacts scope: only the user can mend it."""


class OperatorFault(SyncError):
    """The installation is set up wrong (client secret, API not enabled): only its operator can mend it."""


class Malformed(SyncError):
    """Google answered, or refused, in a way that we can't explain: our bug, reported and not retried blindly."""


class TokenExpired(Exception):  # noqa: N818 - the condition's name, handled by a full listing
    """The sync token is expired, void or unknown: list everything."""


class LeaseLost(Exception):  # noqa: N818 - the condition's name, not an error of the run that lost it
    """Another worker has this account now: stop, and write nothing more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A person to create for a contact; the provider adds the marker and the group 'myContacts'."""

    contact_id: str
    card: Card


@dataclass(frozen=True, slots=True)
class Update:
    """A person to write. `newest` comes from `get_many`; `fields` is the mask; `desired` is its Card afterwards."""

    newest: Person
    desired: Card
    fields: frozenset[Field]


@dataclass(frozen=True, slots=True)
class Written:
    """It is done; the answer holds the person's new etag."""

    person: Person


@dataclass(frozen=True, slots=True)
class Stale:
    """The person changed since it was read; nothing was written."""


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no such person (any more); nothing was written."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Google refuses this item, in its own words; nothing was written."""

    detail: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """No answer came: it may have been written or not."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A passing fault or a spent budget came before it: certainly not written."""

    error: SyncError


type Outcome = Written | Stale | Missing | Refused | Doubtful | Unsent


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

    async def get_many(self, resource_names: Sequence[str]) -> Mapping[str, Person | None]:
        """The persons as they are now, by the name asked for; None where there is none. Up to 200 a request."""

    async def create_many(self, drafts: Sequence[Draft]) -> Mapping[str, Outcome]:
        """Create persons, at most 200; outcomes by contact id. Never retried: a lost answer is `Doubtful`."""

    async def update_many(self, updates: Sequence[Update]) -> Mapping[str, Outcome]:
        """Write persons, at most 200, each guarded by its etag; outcomes by the resource name of `newest`."""
