"""A contact as a vCard, of version 4.0 (RFC 6350) or 3.0 (RFC 2426)."""

from enum import StrEnum
from itertools import count
from typing import Any, assert_never

import vobject
from vobject import vcard

from contactsync.card import Address, Birthday, Card
from contactsync.normalize import display_name
from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact

MOST_OCTETS = 75

#: The year that stands for none in version 3.0, which knows no date without one (Apple's convention).
NO_YEAR = 1604

_TYPES = {"home": "HOME", "work": "WORK", "mobile": "CELL"}


class VCardVersion(StrEnum):
    V3 = "3.0"
    V4 = "4.0"


def vcard_of(contact: Contact, version: VCardVersion) -> str:
    """The vCard's text, lines ended by CR LF."""
    card = card_of(contact)
    entry = vobject.vCard()
    entry.add("version").value = version.value
    entry.add("uid").value = f"urn:uuid:{contact.id}"
    entry.add("rev").value = contact.updated_at.strftime("%Y%m%dT%H%M%SZ")
    _add_names(entry, card, contact)
    _add_values(entry, card)
    if card.birthday is not None:
        _add_birthday(entry, card.birthday, version)
    _add_rest(entry, contact)
    return "\r\n".join(map(_folded, entry.serialize(validate=False).split("\r\n")))


def _folded(line: str) -> str:
    """The line in pieces of 75 octets (RFC 6350, 3.2); vobject leaves one whole that has fewer characters."""
    if len(line.encode()) <= MOST_OCTETS:
        return line
    pieces, octets = [], 0
    for character in line:
        size = len(character.encode())
        if octets + size > MOST_OCTETS:
            pieces.append("\r\n ")
            octets = 1
        pieces.append(character)
        octets += size
    return "".join(pieces)


def _add_names(entry: Any, card: Card, contact: Contact) -> None:
    name = card.name
    entry.add("fn").value = display_name(card, contact.company)
    entry.add("n").value = vcard.Name(
        family=name.family, given=name.given, additional=name.middle, prefix=name.prefix, suffix=name.suffix
    )
    if contact.company:
        entry.add("org").value = [contact.company]


def _add_values(entry: Any, card: Card) -> None:
    groups = (f"item{number}" for number in count(1))
    for email in card.emails:
        _add_labelled(entry, "email", email.value, email.label, next(groups))
    for phone in card.phones:
        _add_labelled(entry, "tel", phone.value, phone.label, next(groups))
    for address in card.addresses:
        line = _add_labelled(entry, "adr", _adr(address), address.label, next(groups))
        if address.country_code:
            line.params["CC"] = [address.country_code]  # RFC 8605


def _add_labelled(entry: Any, kind: str, value: object, label: str, group: str) -> Any:
    """A known label is a TYPE; any other stands beside its value, in Apple's way, which others read, too."""
    line = entry.add(kind)
    line.value = value
    if label in _TYPES:
        line.params["TYPE"] = [_TYPES[label]]
    elif label:
        line.group = group
        beside = entry.add("x-ablabel")
        beside.group, beside.value = group, label
    return line


def _adr(address: Address) -> vcard.Address:
    return vcard.Address(
        street=address.street,
        extended=address.extended,
        box=address.po_box,
        city=address.city,
        region=address.region,
        code=address.postal_code,
        country=address.country or address.country_code,
    )


def _add_birthday(entry: Any, birthday: Birthday, version: VCardVersion) -> None:
    line = entry.add("bday")
    if not birthday.is_date:
        line.value = birthday.text
        line.params["VALUE"] = ["text"]
        return
    line.value = _date_text(birthday, version)
    if birthday.year is None and version is VCardVersion.V3:
        line.params["X-APPLE-OMIT-YEAR"] = [str(NO_YEAR)]


def _date_text(birthday: Birthday, version: VCardVersion) -> str:
    match version:
        case VCardVersion.V3:
            return f"{birthday.year or NO_YEAR:04}-{birthday.month:02}-{birthday.day:02}"
        case VCardVersion.V4:
            year = "--" if birthday.year is None else f"{birthday.year:04}"
            return f"{year}{birthday.month:02}{birthday.day:02}"
        case _:
            assert_never(version)


def _add_rest(entry: Any, contact: Contact) -> None:
    if contact.notes:
        entry.add("note").value = contact.notes.replace("\r\n", "\n")
    if contact.hashtags:
        entry.add("categories").value = contact.hashtags
    entry.add("x-tandem-status").value = contact.status
    if contact.lead_types:
        entry.add("x-tandem-lead-types").value = ",".join(contact.lead_types)
    if contact.source:
        entry.add("x-tandem-source").value = contact.source
