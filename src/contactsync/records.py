"""What a run reads: the two sides of a link, the link itself, and what earlier runs left open."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contactsync.card import Card, Field


class LinkState(StrEnum):
    """Where a link stands. Each state has one way in and its ways out (docs/explanation/sync.md)."""

    LIVE = "live"  #: in step; a run merges it
    PAUSED = "paused"  #: the user said 'not now'; a run skips it
    SEVERED = "severed"  #: unlinked by the user: both stay, apart, and are no match for each other or anybody
    TOMBSTONE = "tombstone"  #: deleted here, the person lives on; a run ignores the person
    GONE = "gone"  #: deleted in Google; the contact is in the trash, or was kept
    DORMANT = "dormant"  #: was live or paused when its account was disconnected


#: What a run leaves alone until the user says otherwise.
ASLEEP = frozenset({LinkState.PAUSED, LinkState.SEVERED})
#: What Google changes of their persons does not come here.
IGNORED = frozenset({LinkState.PAUSED, LinkState.TOMBSTONE})


@dataclass(frozen=True, slots=True)
class Contact:
    """The CRM's side. `card_revision` counts the writes that changed the Card; writes are conditional on it."""

    id: str
    card: Card
    card_revision: int
    trashed: bool = False
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Google's side. `source_id` is the identity; `resource_name` is an address that may change.

    `etag` is the etag of the contact source (`metadata.sources[].etag`), the only one that is comparable across
    field masks. `marker` is the id of the contact that our own create put into `clientData`, when it was written
    by this installation; `other_markers` are those of persons merged into this one. `company` is the first
    organization's name: read, never written.
    `hidden` says that Google keeps it out of its listings; None where a get alone can't tell. `name_is_guess` says
    that Google knows the name as one text only, of which the Card shows what can be told: never filled over.
    `payload` is the provider's own: the entry as received, from which the body of an update is made.
    """

    source_id: str
    resource_name: str
    etag: str
    updated_at: datetime
    card: Card
    marker: str | None = None
    other_markers: tuple[str, ...] = ()
    company: str = ""
    in_my_contacts: bool = True
    previous_resource_names: tuple[str, ...] = ()
    hidden: bool | None = False
    name_is_guess: bool = False
    payload: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A person that is there and can't be read: nothing is decided about it until it can."""

    resource_name: str


#: What a get by name finds: None where there is nobody.
type Found = Person | Unreadable | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a listing, as received: read as far as its keys, so that an equal one is never decoded.

    `source_id` is None only for a deleted person whose tombstone does not carry it.
    """

    resource_name: str
    source_id: str | None
    etag: str
    deleted: bool
    payload: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing. `next_token` stands on the last page alone; `total` is the listing's size."""

    entries: tuple[Listed, ...]
    next_token: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """What a write carries until its answer is recorded: `before` and `after` of the person's Card.

    `local_base` is what the contact's base becomes once the write is known to have landed.
    """

    before: Card
    after: Card
    local_base: Card
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """The pairing of one contact with one person of one account.

    The bases are each side's Card when the two were last in step; a link without bases is merged by the rules of
    a first meeting. `etag` is empty where the person was not seen since the contact was restored. `changed_here` is
    set by the transaction that changed the contact's Card. `written_at` is the moment of our last write to the person:
    until Google's delay has passed, a listing may be older than it.
    `hidden` is a person that Google still has, but no longer lists.
    `version` counts what persons did to the bases, or whose the link is: what was planned from another one moves
    neither.
    """

    id: str
    contact_id: str | None
    source_id: str
    resource_name: str
    etag: str
    updated_at: datetime
    state: LinkState
    local_base: Card | None = None
    remote_base: Card | None = None
    pending: Pending | None = None
    changed_here: bool = False
    written_at: datetime | None = None
    hidden: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A link with its contact; no contact where it was purged or never existed."""

    link: Link
    contact: Contact | None


class Reason(StrEnum):
    """Why an item could not be finished and is read again by a batch get when it is due."""

    WAIT = "wait"  #: our write, or a listing, is younger than Google's delay
    STALE = "stale"  #: the person holds something that the base does not, under an equal etag
    REFUSED = "refused"  #: Google refused the write
    HELD = "held"  #: the brake held it back: due when a person has said what to do
    APPROVED = "approved"  #: the brake held it back, and a person said yes: it brakes no more until it is done


@dataclass(frozen=True, slots=True)
class Deferred:
    """An item that a run left open. `tries` counts the tries so far; the first deferral has 0.

    `detail` is why Google refused it, in Google's words.
    """

    source_id: str
    resource_name: str
    reason: Reason
    due_at: datetime
    tries: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DoubtfulCreate:
    """A create without a recorded answer: what it carried, when, and the sync token that was valid then.

    `anyway` says that it was to be made though it may be another contact's person.
    """

    operation_id: str
    contact_id: str
    card: Card
    token: str | None
    sent_at: datetime
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A contact as the matching rules ask for it: with its link, and its create that is in doubt, if any."""

    contact: Contact
    link: Link | None = None
    doubtful: DoubtfulCreate | None = None

    @property
    def is_linked(self) -> bool:
        """Whether it is taken: a link that is `gone` leaves room for another person."""
        return self.link is not None and self.link.state is not LinkState.GONE


class ConflictPolicy(StrEnum):
    """Whose value stands when both sides changed a single field differently."""

    GOOGLE = "google"
    TANDEM = "tandem"
    ASK = "ask"  #: nobody's, until the user says


class EmptiedFields(StrEnum):
    """What a field left wholly blank on one side means for the other."""

    REMOVE = "remove"
    REFILL = "refill"


@dataclass(frozen=True, slots=True)
class Brake:
    """How much a run may delete or blank before a person is asked: more than `count` and more than `percent` of the
    live links, or more than `most`, is too much.
    """

    on: bool = True
    count: int = 10
    percent: int = 10
    most: int = 200

    def stops(self, number: int, live: int) -> bool:
        """Whether `number` of `live` links is too much."""
        return self.on and (number > self.most or (number > self.count and number * 100 > self.percent * live))


@dataclass(frozen=True, slots=True)
class Policy:
    """The account's settings that decide a merge. `delay_seconds` is Google's propagation delay.

    `taken_back` are fields that an undo leaves blank: they are removed, whatever `emptied` says.
    """

    conflict: ConflictPolicy = ConflictPolicy.GOOGLE
    emptied: EmptiedFields = EmptiedFields.REMOVE
    delay_seconds: float = 600.0
    brake: Brake = Brake()
    taken_back: frozenset[Field] = frozenset()

    def refills(self, field: Field) -> bool:
        """Whether the field is filled in again where one side left it blank."""
        return self.emptied is EmptiedFields.REFILL and field not in self.taken_back
