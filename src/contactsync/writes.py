"""What is written to Google, and what a write came to.

An outcome is a value, because a refused item is an expected thing.
"""

from dataclasses import dataclass

from contactsync.card import Card, Field
from contactsync.faults import SyncError
from contactsync.records import Person


@dataclass(frozen=True, slots=True)
class Draft:
    """A person to create for a contact; the provider adds the marker and the group 'myContacts'.

    `anyway` says that it is to be made though it may be another contact's person.
    """

    contact_id: str
    card: Card
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """A person to write: `newest` comes from `get_many`, `fields` is the mask, `desired` its Card then."""

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
