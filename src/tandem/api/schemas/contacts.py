"""Contacts in JSON. `contacts.validation` holds the rules; these are their shape."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, StrictBool

from tandem.api.paging import PageQuery

type StatusName = Literal["sphere", "prospect", "new_lead", "active_lead", "client", "contract", "closed", "archive"]
type LeadTypeName = Literal["buyer", "seller", "renter", "vendor", "agent"]
type GoogleStateName = Literal[
    "held", "conflict", "waiting", "linked", "hidden", "paused", "severed", "tombstone", "gone", "none"
]


class _Input(Schema):
    model_config = ConfigDict(extra="forbid", strict=True)


class NameInput(_Input):
    prefix: str | None = None
    given: str | None = None
    middle: str | None = None
    family: str | None = None
    suffix: str | None = None


class EmailInput(_Input):
    value: str
    label: str | None = None


class PhoneInput(_Input):
    """`e164` is worked out from the value; one that is sent is passed over."""

    value: str
    label: str | None = None
    e164: str | None = None


class AddressInput(_Input):
    street: str | None = None
    extended: str | None = None
    po_box: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    country_code: str | None = None
    label: str | None = None


class BirthdayInput(_Input):
    year: int | None = None
    month: int | None = None
    day: int | None = None


class ContactInput(_Input):
    """What can be written of a contact; as a JSON merge patch, null empties a field."""

    company: str | None = None
    status: StatusName = "sphere"
    lead_types: list[LeadTypeName] | None = None
    hashtags: list[str] | None = None
    source: str | None = None
    notes: str | None = None
    name: NameInput | None = None
    emails: list[EmailInput] | None = None
    phones: list[PhoneInput] | None = None
    addresses: list[AddressInput] | None = None
    birthday: BirthdayInput | None = None


class NameOutput(Schema):
    prefix: str
    given: str
    middle: str
    family: str
    suffix: str


class EmailOutput(Schema):
    value: str
    label: str


class PhoneOutput(Schema):
    value: str
    label: str
    e164: str | None


class AddressOutput(Schema):
    street: str
    extended: str
    po_box: str
    city: str
    region: str
    postal_code: str
    country: str
    country_code: str
    label: str


class BirthdayOutput(Schema):
    year: int | None
    month: int | None
    day: int | None


class BirthdayTextOutput(BirthdayOutput):
    """A birthday that Google holds as a text instead of a date."""

    text: str


class GoogleOutput(Schema):
    account: UUID
    state: GoogleStateName
    resource_name: str
    last_synced: datetime | None
    why: str


class ContactOutput(Schema):
    id: UUID
    display_name: str
    company: str
    status: StatusName
    lead_types: list[LeadTypeName]
    hashtags: list[str]
    source: str
    notes: str
    name: NameOutput
    emails: list[EmailOutput]
    phones: list[PhoneOutput]
    addresses: list[AddressOutput]
    birthday: BirthdayTextOutput | BirthdayOutput | None
    google: list[GoogleOutput]
    created: datetime
    updated: datetime


class ContactPage(Schema):
    items: list[ContactOutput]
    next_cursor: str | None


class ContactQuery(PageQuery):
    """`trashed=true` lists the trash instead; `updated_since` orders by the last change."""

    q: str = ""
    status: StatusName | None = None
    hashtag: str = ""
    updated_since: datetime | None = None
    trashed: bool = False


class RestoreInput(_Input):
    google: Literal["keep_here", "put_back"] = "keep_here"


class GoogleInput(_Input):
    """What is to become of the contact's link."""

    action: Literal["pause", "resume", "unlink", "link_again", "erase_both"]


class PushInput(Schema):
    """`anyway` creates even what is already in Google under another contact."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID]
    anyway: StrictBool = False


class HistoryItem(Schema):
    """One change. `side` is where it came from; a value of null was not kept."""

    id: UUID
    event: Literal["created", "changed", "trashed", "restored"]
    field: str
    old: object
    new: object
    by: Literal["person", "api", "import", "sync", "undo"]
    side: Literal["tandem", "google"]
    run: UUID | None
    reason: str
    at: datetime


class HistoryPage(Schema):
    items: list[HistoryItem]
    next_cursor: str | None
