"""What a plan may ask for, as data: it can be shown, counted, journalled and asserted with `==`.

There is no action that deletes in Google, so that a deletion in the CRM can't travel there by accident (S13).
"""

from dataclasses import dataclass, field
from enum import StrEnum

from contactsync.card import Card, Field
from contactsync.merge import Conflict
from contactsync.records import Contact, Deferred, Link, Pending, Person
from contactsync.writes import Update


@dataclass(frozen=True, slots=True)
class Import:
    """A person that nobody here is: create a contact. `duplicates` are (contact id, evidence) to list."""

    person: Person
    duplicates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """A contact and a person stand in `link` afterwards, and the contact holds `card`.

    `link` has no id where it is a new one. It says by `changed_here` whether something is left to carry to
    Google. Conditional on the contact's `card_revision`. `duplicates` are (contact id, evidence) to list,
    `differences` the single fields that each side keeps for itself after a first meeting.
    """

    contact: Contact
    person: Person
    card: Card
    link: Link
    reason: str = ""
    conflicts: tuple[Conflict, ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    differences: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Fill(Joined):
    """First meeting: linked, blanks filled on both sides, nothing replaced."""


@dataclass(frozen=True, slots=True)
class Merge(Joined):
    """A linked pair: what Google's side changed is carried to the contact."""


@dataclass(frozen=True, slots=True)
class Return(Joined):
    """Seen again in Google: the contact comes back, out of the trash where it is there."""


@dataclass(frozen=True, slots=True)
class DeleteLocal:
    """Deleted in Google, and confirmed: the contact goes to the trash, the link is gone.

    `is_edited` says that it was edited here since: both ways to restore it are offered.
    """

    contact: Contact
    link: Link
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class Follow:
    """Merged in Google into the person `survivor` (a source id): the contact is merged into that person's contact.

    Where that one has no contact in use by then, it is a deletion.
    """

    contact: Contact
    link: Link
    survivor: str


@dataclass(frozen=True, slots=True)
class Settle:
    """Nothing to carry: the link alone moves (an echo, a rename, hidden in Google).

    `keys` are those of the person as it is now: by them a push finds one whose edits do not come here.
    """

    link: Link
    keys: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Wake:
    """A paused or severed link lives again, with something to carry to Google; a severed one has no bases."""

    link: Link


@dataclass(frozen=True, slots=True)
class Detach:
    """The link ends: its person is gone, and no contact depends on it."""

    link: Link


@dataclass(frozen=True, slots=True)
class Wait:
    """Too early, or not possible now: remembered on its own and read again when due."""

    deferred: Deferred


@dataclass(frozen=True, slots=True)
class Close:
    """A deferred item has been read again: it is open no longer, unless a `Wait` that follows says so."""

    deferred: Deferred


@dataclass(frozen=True, slots=True)
class Hold:
    """Held back by the brake, with what it would have done, until a person says what is to be."""

    intended: "Joined | DeleteLocal | Send"


type Action = Import | Fill | Merge | Return | DeleteLocal | Follow | Settle | Wake | Detach | Close | Wait | Hold


@dataclass(frozen=True, slots=True)
class Send:
    """A write to Google that is journalled before it goes out. `contact` is as it was planned from.

    `in_doubt` is stored with it: should its answer never be recorded, the person is read again then.
    """

    contact: Contact
    link: Link
    update: Update
    pending: Pending
    in_doubt: Deferred
    leftover: bool  #: a field that both sides changed was left to the next run


class Result(StrEnum):
    """The outcome of a receipt."""

    CREATED = "created"
    LINKED = "linked"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"
    HEALED = "healed"  #: a double of our making was deleted in Google
    WAITING = "waiting"  #: in doubt: the answer was lost, a later run finds out


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one contact of a push, or of one write to Google."""

    contact_id: str
    result: Result
    reason: str = ""
    resource_name: str = ""
    fields: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known after a write: the link as it stands now, what stays open, and the receipt.

    `planned_revision` is the `card_revision` that was planned from: the mark `changed_here` is cleared only if
    the contact still has it.
    """

    link: Link
    receipt: Receipt
    planned_revision: int
    deferred: Deferred | None = None
    before: Card | None = None
    after: Card | None = None
