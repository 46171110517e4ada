"""What goes over the wire, as far as we read it: People API v1 in msgspec structs.

An entry of a listing is read only as far as its `Keys`; the rest stays as the bytes that came (`msgspec.Raw`)
until somebody asks for the whole `Person`. Keys that no struct names are skipped, and survive in those bytes.
Proto JSON leaves out what is empty, so every member has a default.
"""

from datetime import datetime

import msgspec


class Struct(msgspec.Struct, rename="camel", gc=False):
    """Named in camelCase on the wire."""


class Source(Struct):
    type: str = ""
    id: str = ""
    etag: str = ""
    update_time: datetime | None = None


class PersonMetadata(Struct):
    sources: tuple[Source, ...] = ()
    previous_resource_names: tuple[str, ...] = ()
    deleted: bool = False


class KeySource(Struct):
    type: str = ""
    id: str = ""
    etag: str = ""


class KeysMetadata(Struct):
    sources: tuple[KeySource, ...] = ()
    deleted: bool = False


class Keys(Struct):
    """As much of a listed person as tells whether it has to be read at all."""

    resource_name: str
    metadata: KeysMetadata = KeysMetadata()


class FieldMetadata(Struct):
    primary: bool = False
    source_primary: bool = False
    source: Source | None = None


class Entry(Struct):
    """One item of a person's field, with the source that it comes from."""

    metadata: FieldMetadata = FieldMetadata()


class NameEntry(Entry):
    honorific_prefix: str = ""
    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""
    honorific_suffix: str = ""
    unstructured_name: str = ""
    display_name: str = ""


class EmailEntry(Entry):
    value: str = ""
    type: str = ""


class PhoneEntry(Entry):
    value: str = ""
    canonical_form: str = ""
    type: str = ""


class AddressEntry(Entry):
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


class Date(Struct):
    year: int = 0
    month: int = 0
    day: int = 0


class BirthdayEntry(Entry):
    date: Date | None = None
    text: str = ""


class OrganizationEntry(Entry):
    name: str = ""


class ClientDataEntry(Entry):
    key: str = ""
    value: str = ""


class GroupMembership(Struct):
    contact_group_resource_name: str = ""


class MembershipEntry(Entry):
    contact_group_membership: GroupMembership | None = None


class Person(Struct):
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


class ConnectionsPage(Struct):
    connections: tuple[msgspec.Raw, ...] = ()
    next_page_token: str = ""
    next_sync_token: str = ""
    total_items: int | None = None


class Status(Struct):
    """A `google.rpc.Status`: one item's own error inside an answer. Code 0 is 'no error'."""

    code: int = 0
    message: str = ""


class PersonResponse(Struct):
    """One item of a batch's answer; `person` is left as bytes."""

    requested_resource_name: str = ""
    person: msgspec.Raw = msgspec.Raw(b"")
    status: Status = Status()


class BatchGetAnswer(Struct):
    responses: tuple[PersonResponse, ...] = ()


class BatchCreateAnswer(Struct):
    created_people: tuple[PersonResponse, ...] = ()


class BatchUpdateAnswer(Struct):
    update_result: dict[str, PersonResponse] = {}


class ModifyMembersAnswer(Struct):
    not_found_resource_names: tuple[str, ...] = ()


class ErrorDetail(Struct):
    """Any of the `details` of an error; the members of those that we know."""

    reason: str = ""
    contact_errors: dict[str, Status] = {}


class LegacyError(Struct):
    reason: str = ""


class ErrorBody(Struct):
    code: int = 0
    message: str = ""
    status: str = ""
    details: tuple[ErrorDetail, ...] = ()
    errors: tuple[LegacyError, ...] = ()


class ErrorEnvelope(Struct):
    error: ErrorBody


decode_page = msgspec.json.Decoder(ConnectionsPage).decode
decode_keys = msgspec.json.Decoder(Keys).decode
decode_person = msgspec.json.Decoder(Person).decode
decode_batch_get = msgspec.json.Decoder(BatchGetAnswer).decode
decode_batch_create = msgspec.json.Decoder(BatchCreateAnswer).decode
decode_batch_update = msgspec.json.Decoder(BatchUpdateAnswer).decode
decode_modify_members = msgspec.json.Decoder(ModifyMembersAnswer).decode
decode_error = msgspec.json.Decoder(ErrorEnvelope).decode
