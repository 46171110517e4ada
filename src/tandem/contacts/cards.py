"""Contact row <-> Card: the one place where the two meet."""

from typing import Any

import msgspec

from contactsync.card import Address, Birthday, Card, Email, Name, Phone
from tandem.contacts.models import Contact

#: The columns of a contact that hold its Card, in the order of `card_columns`.
CARD_FIELDS = (
    "prefix", "given", "middle", "family", "suffix", "emails", "phones", "addresses",
    "birthday_year", "birthday_month", "birthday_day", "birthday_text",
)  # fmt: skip


def card_of(contact: Contact) -> Card:
    """The Card that the row holds."""
    return Card(
        name=Name(contact.prefix, contact.given, contact.middle, contact.family, contact.suffix),
        emails=tuple(Email(**value) for value in contact.emails),
        phones=tuple(Phone(**value) for value in contact.phones),
        addresses=tuple(Address(**value) for value in contact.addresses),
        birthday=_birthday_of(contact),
    )


def _birthday_of(contact: Contact) -> Birthday | None:
    birthday = Birthday(contact.birthday_year, contact.birthday_month, contact.birthday_day, contact.birthday_text)
    return None if birthday == Birthday() else birthday


def card_columns(card: Card) -> dict[str, Any]:
    """The columns' values for a Card, by column name (`CARD_FIELDS`)."""
    birthday = card.birthday or Birthday()
    return {
        "prefix": card.name.prefix,
        "given": card.name.given,
        "middle": card.name.middle,
        "family": card.name.family,
        "suffix": card.name.suffix,
        "emails": msgspec.to_builtins(card.emails),
        "phones": msgspec.to_builtins(card.phones),
        "addresses": msgspec.to_builtins(card.addresses),
        "birthday_year": birthday.year,
        "birthday_month": birthday.month,
        "birthday_day": birthday.day,
        "birthday_text": birthday.text,
    }
