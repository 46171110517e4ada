"""Reads the five fields of a Card as they come from a form or the API."""

import calendar
from collections.abc import Mapping
from dataclasses import fields, replace

from contactsync.card import Address, Birthday, Email, Name, Phone
from contactsync.normalize import is_blank, phone_key
from tandem.contacts.reader import Reader

NAME_PARTS = tuple(part.name for part in fields(Name))
ADDRESS_PARTS = tuple(part.name for part in fields(Address))
BIRTHDAY_PARTS = ("year", "month", "day")
LEAP_YEAR = 2000  # a birthday without a year may be 29 February


def read_name(reader: Reader, value: object, pointer: str, before: Name) -> Name:
    """The name, its parts laid over those before (JSON merge patch)."""
    if value is None:
        return Name()
    given = reader.mapping(value, pointer, NAME_PARTS)
    return replace(before, **{part: reader.text(text, f"{pointer}/{part}") for part, text in given.items()})


def read_emails(reader: Reader, value: object, pointer: str, before: tuple[Email, ...]) -> tuple[Email, ...]:
    """The list as it replaces the one before. What is already there is not judged again."""
    known = {email.value for email in before}
    emails = []
    for index, item in enumerate(reader.items(value, pointer)):
        at = f"{pointer}/{index}"
        given = reader.mapping(item, at, ("value", "label"))
        email = Email(reader.text(given.get("value"), f"{at}/value"), _label(reader, given, at))
        if email.value not in known and not _looks_like_an_address(email.value):
            reader.refuse(f"{at}/value", "Give an e-mail address: something, one @, something.")
        emails.append(email)
    return tuple(emails)


def _looks_like_an_address(text: str) -> bool:
    account, sign, domain = text.partition("@")
    return bool(sign) and "@" not in domain and not is_blank(account) and not is_blank(domain)


def read_phones(
    reader: Reader, value: object, pointer: str, before: tuple[Phone, ...], *, region: str
) -> tuple[Phone, ...]:
    """The list as it replaces the one before; a number that was there keeps its key."""
    keys = {phone.value: phone.key for phone in before}
    phones = []
    for index, item in enumerate(reader.items(value, pointer)):
        at = f"{pointer}/{index}"
        given = reader.mapping(item, at, ("value", "label", "e164"))
        text = reader.text(given.get("value"), f"{at}/value")
        if is_blank(text):
            reader.refuse(f"{at}/value", "Give a number, or leave the entry out.")
        key = keys.get(text) or phone_key(text, region)
        phones.append(Phone(text, _label(reader, given, at), key))
    return tuple(phones)


def read_addresses(reader: Reader, value: object, pointer: str) -> tuple[Address, ...]:
    """The list as it replaces the one before."""
    addresses = []
    for index, item in enumerate(reader.items(value, pointer)):
        at = f"{pointer}/{index}"
        given = reader.mapping(item, at, ADDRESS_PARTS)
        address = Address(**{part: reader.text(text, f"{at}/{part}") for part, text in given.items()})
        if all(is_blank(getattr(address, part)) for part in ADDRESS_PARTS if part != "label"):
            reader.refuse(at, "Give at least one part of the address, or leave the entry out.")
        addresses.append(address)
    return tuple(addresses)


def read_birthday(reader: Reader, value: object, pointer: str, before: Birthday | None) -> Birthday | None:
    """The birthday, its parts laid over those before (JSON merge patch); null takes it away."""
    if value is None:
        return None
    given = reader.mapping(value, pointer, BIRTHDAY_PARTS)
    if not given:
        return before
    old = before or Birthday()

    def part(key: str, kept: int | None, most: int) -> int | None:
        return reader.number(given[key], f"{pointer}/{key}", 1, most) if key in given else kept

    birthday = Birthday(part("year", old.year, 9999), part("month", old.month, 12), part("day", old.day, 31))
    if birthday == Birthday():
        return None
    _check_date(reader, birthday, pointer)
    return birthday


def _check_date(reader: Reader, birthday: Birthday, pointer: str) -> None:
    if birthday.month is None or birthday.day is None:
        reader.refuse(pointer, "Give month and day; the year may be null.")
        return
    _, last_day = calendar.monthrange(birthday.year or LEAP_YEAR, birthday.month)
    if birthday.day > last_day:
        reader.refuse(f"{pointer}/day", f"That month ends with day {last_day}.")


def _label(reader: Reader, given: Mapping[str, object], at: str) -> str:
    return reader.text(given.get("label"), f"{at}/label")
