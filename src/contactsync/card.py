"""The Card: the immutable value that both sides of a link are compared as.

JSContact (RFC 9553) uses the word in the same sense. A Card holds what the sync carries, and nothing else: name,
emails, phones, addresses, birthday. Values stand as their owner typed them; how two of them are compared is in
`contactsync.normalize`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """A part of a Card that is merged, masked and shown as one."""

    NAME = "name"
    EMAILS = "emails"
    PHONES = "phones"
    ADDRESSES = "addresses"
    BIRTHDAY = "birthday"


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name by parts; a part that is not known is empty."""

    prefix: str = ""
    given: str = ""
    middle: str = ""
    family: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Email:
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as typed. `key` is its identity (`normalize.phone_key`): the same line has the same key."""

    value: str
    label: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    street: str = ""
    extended: str = ""
    po_box: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    country_code: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Birthday:
    """A date of which any part may be unknown, or, where the other side holds only that, a text.

    `text` is shown and never written: what a Card can't hold as a date is present, not blank.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    text: str = ""

    @property
    def is_date(self) -> bool:
        """Whether month and day are known, so that the value can be written to either side."""
        return self.month is not None and self.day is not None


@dataclass(frozen=True, slots=True)
class Card:
    """What both sides are compared as. Lists keep their owner's order; the first value is the primary one."""

    name: Name = Name()
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    birthday: Birthday | None = None


type Value = Email | Phone | Address

BLANK = Card()
