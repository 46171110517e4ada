"""How two texts, values and Cards are compared (docs/explanation/sync.md, Comparing).

Two comparisons. *Text* tells whether something was edited: `text_key`. *Identity* tells whether two values
are the same one: `identity`, without case, and for phones by the phone key. Neither changes what is stored:
that stays as typed.
"""

import re
import unicodedata
from collections.abc import Hashable
from functools import lru_cache
from typing import assert_never

import phonenumbers
from nameparser import HumanName

from contactsync.card import Address, Birthday, Card, Email, Field, Name, Phone, Value

#: Characters without width that are no part of a text at its ends: joiners, direction marks, byte order mark.
ZERO_WIDTH = (
    "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"  # no width
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # directions, as phones put them around a number
)

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WORDS = re.compile(r"[^\W\d_]+")  # 'home', 'Zimmer': what was typed beside a number
_PLAIN_NUMBER = re.compile(r"[0-9 ()+./\u00a0-]*")  # what can't carry an extension, and so needs no parsing


def clean(text: str) -> str:
    """The text with NUL and lone surrogates, which no database stores, as U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def text_key(text: str) -> str:
    """The text comparison: equal for two texts between which nothing was edited.

    NFC, a run of white space (line ends included) as one space, ends trimmed, case kept.
    """
    return " ".join(unicodedata.normalize("NFC", text).split()).strip(" " + ZERO_WIDTH) if text else ""


def is_blank(text: str) -> bool:
    """Whether nothing is left of the text without white space and zero-width characters."""
    return not text_key(text)


def fold(text: str) -> str:
    """The identity of a text: `text_key` without case."""
    return unicodedata.normalize("NFC", text_key(text).casefold())


@lru_cache(maxsize=65_536)
def phone_key(value: str, region: str, canonical: str | None = None) -> str:
    """The identity of a phone number: E.164, then `;ext=` and the extension where there is one.

    `canonical` is Google's `canonicalForm`; it carries no extension, so that one is taken from `value`.
    `region` is the two letters that a national number is read with. A number counts as read when its length
    is possible for its country; whether it is assigned is not asked, because numbering plans change faster
    than address books. What can't be read (short codes, local numbers without area code) is its digits; what
    has none, or words beside them, is its folded text: 'Desk 2' and 'Home 2' are two lines.
    """
    if canonical and _PLAIN_NUMBER.fullmatch(value):
        return canonical
    parsed = _parsed_number(value, region)
    extension = f";ext={parsed.extension}" if parsed is not None and parsed.extension else ""
    if canonical:
        return canonical + extension
    if parsed is None or not _is_possible(parsed):
        parsed, extension = _parsed_number(_WORDS.sub("", value), region), ""
    if parsed is not None and _is_possible(parsed):
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) + extension
    return _unread_key(value)


def _parsed_number(value: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text_key(value), region.upper() or None)
    except phonenumbers.NumberParseException:
        return None


def _is_possible(number: phonenumbers.PhoneNumber) -> bool:
    reason = phonenumbers.is_possible_number_with_reason(number)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


def _unread_key(value: str) -> str:
    has_words = any(character.isalpha() for character in value)
    return fold(value) if has_words else _digits(value) or fold(value)


def _digits(value: str) -> str:
    return "".join(str(unicodedata.decimal(character)) for character in value if character.isdecimal())


def parse_name(text: str) -> Name:
    """The parts of a name that is known only as one text; a guess, for showing, never written by itself."""
    parsed = HumanName(text_key(text))
    return Name(
        prefix=parsed.title,
        given=parsed.first,
        middle=parsed.middle,
        family=parsed.last,
        suffix=parsed.suffix,
    )


def identity(value: Value) -> Hashable:
    """What makes a value this one and not another; equal identities on two sides are a pair.

    Of an address, the country's code stands in for its name only where the name is blank: the code beside a
    name says nothing more.
    """
    match value:
        case Email():
            return fold(value.value)
        case Phone():
            return value.key or _unread_key(value.value)
        case Address():
            return tuple(map(fold, address_lines(value)))
        case _:
            assert_never(value)


def address_lines(address: Address) -> tuple[str, str, str, str, str, str, str]:
    """The seven parts that an address is identified by, the country last."""
    country = address.country_code if is_blank(address.country) else address.country
    return (
        address.street,
        address.extended,
        address.po_box,
        address.city,
        address.region,
        address.postal_code,
        country,
    )


def name_parts(name: Name) -> tuple[str, str, str, str, str]:
    """The parts in the order in which a name is written."""
    return (name.prefix, name.given, name.middle, name.family, name.suffix)


def value_text(value: Value) -> tuple[str, ...]:
    """A value under the text comparison, its label left out."""
    match value:
        case Email() | Phone():
            return (text_key(value.value),)
        case Address():
            return (*map(text_key, address_lines(value)), text_key(value.country_code))
        case _:
            assert_never(value)


def same_text(one: Name | Value | Birthday | None, other: Name | Value | Birthday | None) -> bool:
    """Whether nobody edited the one into the other; the label of a value counts."""
    return one == other or _text_of(one) == _text_of(other)


def _text_of(part: Name | Value | Birthday | None) -> Hashable:
    match part:
        case None:
            return None
        case Name():
            return tuple(map(text_key, name_parts(part)))
        case Birthday():
            text = "" if part.is_date else text_key(part.text)
            parts = (part.year, part.month, part.day, text)
            return parts if any(parts) else None
        case Email() | Phone() | Address():
            return (type(part), value_text(part), text_key(part.label))
        case _:
            assert_never(part)


def field_text(card: Card, field: Field) -> Hashable:
    """One field under the text comparison. A set's order, and exact twins in it, are no difference."""
    match field:
        case Field.NAME:
            return _text_of(card.name)
        case Field.EMAILS | Field.PHONES | Field.ADDRESSES:
            return frozenset(map(_text_of, values_of(card, field)))
        case Field.BIRTHDAY:
            return _text_of(card.birthday)
        case _:
            assert_never(field)


def values_of(card: Card, field: Field) -> tuple[Value, ...]:
    """The values of one of the three set fields, without blank ones."""
    values: tuple[Value, ...]
    match field:
        case Field.EMAILS:
            values = card.emails
        case Field.PHONES:
            values = card.phones
        case Field.ADDRESSES:
            values = card.addresses
        case _:
            raise ValueError(f"{field} is not a set")
    return tuple(value for value in values if any(value_text(value)))


def card_text(card: Card) -> Hashable:
    """A Card under the text comparison: equal for two Cards between which nothing was edited."""
    return tuple(field_text(card, field) for field in Field)


def same_card(one: Card, other: Card) -> bool:
    """Whether nothing was edited between two Cards; cheap where they are equal as they stand."""
    return one == other or card_text(one) == card_text(other)


def full_name(name: Name) -> str:
    """The parts that are known, one space between them."""
    return " ".join(filter(None, map(text_key, name_parts(name))))


def display_name(card: Card, company: str = "") -> str:
    """What a Card is called on a page: name, else company, first email, first phone, else nothing."""
    first_values = (values[0].value for values in (card.emails, card.phones) if values)
    return next(filter(None, (full_name(card.name), text_key(company), *map(text_key, first_values))), "")
