"""What goes over the wire, as far as we read it: People API v1 in msgspec structs.

An entry of a listing is read only as far as its `Keys`; the rest stays as the bytes that came (`msgspec.Raw`)
until somebody asks for the whole `Person`. Keys that no struct names are skipped, and survive in those bytes.
Proto JSON leaves out what is empty, so every member has a default.
"""

import json
from collections.abc import Callable
from datetime import datetime

import msgspec

from contactsync.normalize import clean


class Struct(msgspec.Struct, rename="camel", gc=False, frozen=True):
    """Named in camelCase on the wire."""


class Source(Struct, frozen=True):
    type: str = ""
    id: str = ""
    etag: str = ""
    update_time: datetime | None = None


class PersonMetadata(Struct, frozen=True):
    sources: tuple[Source, ...] = ()
    previous_resource_names: tuple[str, ...] = ()
    deleted: bool = False


class KeySource(Struct, frozen=True):
    type: str = ""
    id: str = ""
    etag: str = ""


class KeysMetadata(Struct, frozen=True):
    sources: tuple[KeySource, ...] = ()
    deleted: bool = False


class Keys(Struct, frozen=True):
    """As much of a listed person as tells whether it has to be read at all."""

    resource_name: str
    metadata: KeysMetadata = KeysMetadata()


class FieldMetadata(Struct, frozen=True):
    primary: bool = False
    source_primary: bool = False
    source: Source | None = None


class Entry(Struct, frozen=True):
    """One item of a person's field, with the source that it comes from."""

    metadata: FieldMetadata = FieldMetadata()


class NameEntry(Entry, frozen=True):
    honorific_prefix: str = ""
    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""
    honorific_suffix: str = ""
    unstructured_name: str = ""
    display_name: str = ""


class EmailEntry(Entry, frozen=True):
    value: str = ""
    type: str = ""


class PhoneEntry(Entry, frozen=True):
    value: str = ""
    canonical_form: str = ""
    type: str = ""


class AddressEntry(Entry, frozen=True):
    formatted_value: str = ""
    type: str = ""
    street_address: str = ""
    extended_address: str = ""
    po_box: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    country_code: str = ""


class Date(Struct, frozen=True):
    year: int = 0
    month: int = 0
    day: int = 0


class BirthdayEntry(Entry, frozen=True):
    date: Date | None = None
    text: str = ""


class OrganizationEntry(Entry, frozen=True):
    name: str = ""


class ClientDataEntry(Entry, frozen=True):
    key: str = ""
    value: str = ""


class GroupMembership(Struct, frozen=True):
    contact_group_resource_name: str = ""


class MembershipEntry(Entry, frozen=True):
    contact_group_membership: GroupMembership | None = None


class Person(Struct, frozen=True):
    resource_name: str
    metadata: PersonMetadata = PersonMetadata()
    names: tuple[NameEntry, ...] = ()
    email_addresses: tuple[EmailEntry, ...] = ()
    phone_numbers: tuple[PhoneEntry, ...] = ()
    addresses: tuple[AddressEntry, ...] = ()
    birthdays: tuple[BirthdayEntry, ...] = ()
    organizations: tuple[OrganizationEntry, ...] = ()
    memberships: tuple[MembershipEntry, ...] = ()
    client_data: tuple[ClientDataEntry, ...] = ()


class ConnectionsPage(Struct, frozen=True):
    connections: tuple[msgspec.Raw, ...] = ()
    next_page_token: str = ""
    next_sync_token: str = ""
    total_items: int | None = None


class Status(Struct, frozen=True):
    """A `google.rpc.Status`: one item's own error inside an answer. Code 0 is 'no error'."""

    code: int = 0
    message: str = ""


class PersonResponse(Struct, frozen=True):
    """One item of a batch's answer; `person` is left as bytes."""

    requested_resource_name: str = ""
    person: msgspec.Raw = msgspec.Raw(b"")
    status: Status = Status()


class BatchGetAnswer(Struct, frozen=True):
    responses: tuple[PersonResponse, ...] = ()


class BatchCreateAnswer(Struct, frozen=True):
    created_people: tuple[PersonResponse, ...] = ()


class BatchUpdateAnswer(Struct, frozen=True):
    update_result: dict[str, PersonResponse] = {}


class ModifyMembersAnswer(Struct, frozen=True):
    not_found_resource_names: tuple[str, ...] = ()


class ErrorDetail(Struct, frozen=True):
    """Any of the `details` of an error; the members of those that we know."""

    reason: str = ""
    contact_errors: dict[str, Status] = {}


class LegacyError(Struct, frozen=True):
    reason: str = ""


class ErrorBody(Struct, frozen=True):
    code: int = 0
    message: str = ""
    status: str = ""
    details: tuple[ErrorDetail, ...] = ()
    errors: tuple[LegacyError, ...] = ()


class ErrorEnvelope(Struct, frozen=True):
    error: ErrorBody


def _decoder[T](kind: type[T]) -> Callable[[bytes | msgspec.Raw], T]:
    """Reads a body; half a character in it, which is no JSON to msgspec, as U+FFFD."""
    decode = msgspec.json.Decoder(kind).decode

    def read(body: bytes | msgspec.Raw) -> T:
        try:
            return decode(body)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            mended = _without_halves(bytes(body))
            if mended is None:
                raise
            return decode(mended)

    return read


def _without_halves(body: bytes) -> bytes | None:
    try:
        return clean(json.dumps(json.loads(body), ensure_ascii=False)).encode()
    except ValueError:
        return None


decode_page = _decoder(ConnectionsPage)
decode_keys = _decoder(Keys)
decode_person = _decoder(Person)
decode_batch_get = _decoder(BatchGetAnswer)
decode_batch_create = _decoder(BatchCreateAnswer)
decode_batch_update = _decoder(BatchUpdateAnswer)
decode_modify_members = _decoder(ModifyMembersAnswer)
decode_error = _decoder(ErrorEnvelope)
