"""One entry on the wire -> one value of a Card. Pure; as typed, but for what no database stores."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from contactsync.card import Address, Birthday, Email, Name, Phone
from contactsync.normalize import clean, is_blank, parse_name, phone_key, text_key
from google_people import wire

CONTACT = "CONTACT"
OTHER_CONTACT = "OTHER_CONTACT"
MY_CONTACTS = "contactGroups/myContacts"

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def contact_source[S: (wire.Source, wire.KeySource)](sources: Iterable[S]) -> S | None:
    """The source that makes a person a contact: its id is the identity, its etag the guard.

    One that its user moved to 'Other contacts' is still that contact.
    """
    by_type = {source.type: source for source in reversed(tuple(sources))}
    return by_type.get(CONTACT) or by_type.get(OTHER_CONTACT)


def is_own(entry: wire.Entry) -> bool:
    """Whether an entry belongs to the contact, not to a profile that Google shows beside it.

    Google may name the source of one that was moved to 'Other contacts' so: it is the same contact (`contact_source`).
    """
    source = entry.metadata.source
    return source is None or source.type in {CONTACT, OTHER_CONTACT}


def is_primary(entry: wire.Entry) -> bool:
    """Whether Google shows this entry first."""
    return entry.metadata.source_primary or entry.metadata.primary


def own[E: wire.Entry](entries: Iterable[E]) -> list[E]:
    """The entries of the contact, the primary one first, the order otherwise kept."""
    found = [entry for entry in entries if is_own(entry)]
    return found if len(found) < 2 else sorted(found, key=lambda entry: not is_primary(entry))


def is_my_contacts(entry: wire.MembershipEntry) -> bool:
    """Whether this membership is what shows the person in the address book."""
    group = entry.contact_group_membership
    return group is not None and group.contact_group_resource_name == MY_CONTACTS


def name_of(entry: wire.NameEntry) -> Name:
    """The parts; where there is only one text, what can be told from it."""
    name = _parts_of(entry)
    if name != Name():
        return name
    text = entry.unstructured_name or entry.display_name
    return Name() if is_blank(text) else parse_name(clean(text))


def is_only_text(entry: wire.NameEntry) -> bool:
    """Whether Google knows the name as one text, and no parts of it."""
    return _parts_of(entry) == Name() and not is_blank(entry.unstructured_name or entry.display_name)


def _parts_of(entry: wire.NameEntry) -> Name:
    return Name(
        prefix=clean(entry.honorific_prefix),
        given=clean(entry.given_name),
        middle=clean(entry.middle_name),
        family=clean(entry.family_name),
        suffix=clean(entry.honorific_suffix),
    )


def email_of(entry: wire.EmailEntry) -> Email | None:
    return None if is_blank(entry.value) else Email(clean(entry.value), clean(entry.type))


def phone_of(entry: wire.PhoneEntry, region: str) -> Phone | None:
    if is_blank(entry.value):
        return None
    value = clean(entry.value)
    return Phone(value, clean(entry.type), phone_key(value, region, entry.canonical_form or None))


def address_of(entry: wire.AddressEntry) -> Address | None:
    lines = [
        clean(entry.street_address),
        clean(entry.extended_address),
        clean(entry.po_box),
        clean(entry.city),
        clean(entry.region),
        clean(entry.postal_code),
        clean(entry.country),
        clean(entry.country_code),
    ]
    if not any(lines[:6]) and text_key(entry.formatted_value) not in map(text_key, lines[6:]):
        lines[0] = clean(entry.formatted_value)  # known only as one text, but for the country: shown, not dropped
    return None if all(map(is_blank, lines)) else replace(Address(*lines), label=clean(entry.type))


def birthday_of(entries: Sequence[wire.BirthdayEntry]) -> Birthday | None:
    """What the entries say, one with a whole date before one without."""
    readings = [reading for entry in entries if (reading := _birthday(entry)) is not None]
    return min(readings, key=lambda reading: not reading.is_date, default=None)


def _birthday(entry: wire.BirthdayEntry) -> Birthday | None:
    date = entry.date or wire.Date()
    text = "" if is_blank(entry.text) else clean(entry.text)
    if not _is_possible(date):
        return Birthday(text=text or f"{date.year}-{date.month}-{date.day}")
    birthday = Birthday(date.year or None, date.month or None, date.day or None)
    if birthday.is_date:
        return birthday
    return replace(birthday, text=text) if text or birthday != Birthday() else None


def _is_possible(date: wire.Date) -> bool:
    """Whether a calendar has the date, as far as it is known; without a year, 29 February has a place."""
    if not (0 <= date.year <= 9999 and 0 <= date.month <= 12 and date.day >= 0):
        return False
    if date.month == 2 and date.day == 29 and date.year:
        return date.year % 4 == 0 and (date.year % 100 != 0 or date.year % 400 == 0)
    return date.day <= (_DAYS[date.month - 1] if date.month else 31)
