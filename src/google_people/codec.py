"""Person <-> Card, nothing else. Pure. `reading` says how one entry is read, `bodies` how it is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, assert_never

import msgspec

from contactsync.card import Card, Field, Name, Value
from contactsync.normalize import clean, values_of
from contactsync.records import Listed, Person
from contactsync.writes import Draft, Update
from google_people import bodies, reading, wire
from google_people.bodies import RawEntry
from google_people.reading import CONTACT, MY_CONTACTS, own

MARKER_KEY = "tandem"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

#: A Card's field as the member of a Person, which is also its path in a mask.
PATHS = {
    Field.NAME: "names",
    Field.EMAILS: "emailAddresses",
    Field.PHONES: "phoneNumbers",
    Field.ADDRESSES: "addresses",
    Field.BIRTHDAY: "birthdays",
}

type Payload = bytes | msgspec.Raw
type Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Codec:
    """`installation` signs the markers; national phone numbers are read with `region` (two letters)."""

    installation: str
    region: str

    def person(self, payload: Payload) -> Person:
        """A person whole. Raises `ValueError` where there is no contact in it, or it can't be read."""
        person = wire.decode_person(payload)
        source = reading.contact_source(person.metadata.sources)
        if source is None:
            raise ValueError("a person without a contact source")
        markers = self._markers(person.client_data)
        return Person(
            source_id=source.id,
            resource_name=person.resource_name,
            etag=source.etag,
            updated_at=source.update_time or LONG_AGO,
            card=self._card(person),
            marker=next(iter(markers), None),
            other_markers=markers[1:],
            company=next((clean(entry.name) for entry in own(person.organizations)), ""),
            in_my_contacts=any(map(reading.is_my_contacts, person.memberships)),
            previous_resource_names=person.metadata.previous_resource_names,
            name_is_guess=any(map(reading.is_only_text, own(person.names)[:1])),
            payload=payload,
        )

    def create_body(self, draft: Draft) -> Body:
        """A person to create: parts only, the marker, the group 'myContacts'."""
        card = draft.card
        body: Body = {
            PATHS[field]: [bodies.value_entry({}, value) for value in values_of(card, field)]
            for field in (Field.EMAILS, Field.PHONES, Field.ADDRESSES)
        }
        body[PATHS[Field.NAME]] = bodies.name_entries((), (), Name(), card.name)
        body[PATHS[Field.BIRTHDAY]] = bodies.birthday_entries((), (), None, card.birthday)
        marker = f"{self.installation}:{draft.contact_id}"
        return {
            **{path: entries for path, entries in body.items() if entries},
            "clientData": [{"key": MARKER_KEY, "value": marker}],
            "memberships": [{"contactGroupMembership": {"contactGroupResourceName": MY_CONTACTS}}],
        }

    def update_body(self, update: Update) -> Body:
        """What to write over `newest`, guarded by its etag. Every masked field stands in it, complete: what a
        mask names and a body lacks is wiped.
        """
        newest = update.newest
        payload = _payload(newest)
        raw = msgspec.json.decode(payload, type=dict[str, Any])
        person = wire.decode_person(payload)
        source = {"type": CONTACT, "id": newest.source_id, "etag": newest.etag}
        fields = {
            PATHS[field]: self._entries(field, raw.get(PATHS[field], ()), person, update)
            for field in Field
            if field in update.fields
        }
        return {"resourceName": newest.resource_name, "metadata": {"sources": [source]}, **fields}

    def _card(self, person: wire.Person) -> Card:
        names = own(person.names)
        return Card(
            name=reading.name_of(names[0]) if names else Name(),
            emails=_present(map(reading.email_of, own(person.email_addresses))),
            phones=_present(reading.phone_of(entry, self.region) for entry in own(person.phone_numbers)),
            addresses=_present(map(reading.address_of, own(person.addresses))),
            birthday=reading.birthday_of(own(person.birthdays)),
        )

    def _markers(self, client_data: Iterable[wire.ClientDataEntry]) -> tuple[str, ...]:
        """The person's own first, as Google puts those of persons merged into it behind."""
        prefix = f"{self.installation}:"
        values = (entry.value for entry in client_data if entry.key == MARKER_KEY)
        return tuple(value.removeprefix(prefix) for value in values if value.startswith(prefix))

    def _entries(self, field: Field, raw: Sequence[RawEntry], person: wire.Person, update: Update) -> list[RawEntry]:
        present, desired = update.newest.card, update.desired
        match field:
            case Field.NAME:
                return bodies.name_entries(raw, person.names, present.name, desired.name)
            case Field.EMAILS:
                emails = person.email_addresses
                held_emails = bodies.held_entries(raw, emails, map(reading.email_of, emails))
                return bodies.set_entries(held_emails, desired.emails)
            case Field.PHONES:
                phones = person.phone_numbers
                read = (reading.phone_of(entry, self.region) for entry in phones)
                return bodies.set_entries(bodies.held_entries(raw, phones, read), desired.phones)
            case Field.ADDRESSES:
                addresses = person.addresses
                held_addresses = bodies.held_entries(raw, addresses, map(reading.address_of, addresses))
                return bodies.set_entries(held_addresses, desired.addresses)
            case Field.BIRTHDAY:
                return bodies.birthday_entries(raw, person.birthdays, present.birthday, desired.birthday)
            case _:
                assert_never(field)


def listed(payload: Payload) -> Listed | None:
    """An entry of a listing by its keys alone; None for a living person that is nobody's contact."""
    keys = wire.decode_keys(payload)
    source = reading.contact_source(keys.metadata.sources)
    if source is None and not keys.metadata.deleted:
        return None
    return Listed(
        resource_name=keys.resource_name,
        source_id=source.id if source else None,
        etag=source.etag if source else "",
        deleted=keys.metadata.deleted,
        payload=payload,
    )


def _present[V: Value](values: Iterable[V | None]) -> tuple[V, ...]:
    return tuple(value for value in values if value is not None)


def _payload(person: Person) -> Payload:
    if not isinstance(person.payload, bytes | msgspec.Raw):
        raise TypeError("an update is made from a person that this provider has read")
    return person.payload
