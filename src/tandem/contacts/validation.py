"""What comes in from forms and the API, as a JSON merge patch, to the details it makes of a contact. Pure.

Google's limits hold here, so that no push fails by size; what comes from Google is never cut or refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import msgspec
from django.db.models import TextChoices

from contactsync.card import Card, Field
from contactsync.normalize import fold
from tandem.contacts import card_input
from tandem.contacts.details import Details
from tandem.contacts.errors import Invalid
from tandem.contacts.models import LeadType, Status
from tandem.contacts.reader import Reader

MOST_VALUES = 500
MOST_BYTES = 128_000
MOST_NOTES = 100_000  # characters; notes never leave the CRM
MOST_HASHTAG = 100

FIELDS = (
    "name", "emails", "phones", "addresses", "birthday",
    "company", "status", "lead_types", "hashtags", "source", "notes",
)  # fmt: skip


def patched(details: Details, patch: Mapping[str, object], *, region: str) -> Details:
    """The details with a JSON merge patch (RFC 7396) laid over them; lists are replaced whole.

    `region` is the two letters that a national phone number is read with. Raises `Invalid` with every error.
    """
    reader = Reader()
    given = reader.mapping(patch, "", FIELDS)
    after = replace(details, card=_read_card(reader, given, details.card, region))
    for field in (field for field in given if field in _READERS):
        after = _READERS[field](reader, after, given[field])
    if reader.errors:
        raise Invalid(reader.errors)
    return after


def hashtag_of(text: str) -> str:
    """A hashtag as it is stored: folded, without its sign."""
    return fold(text).removeprefix("#")


def _read_card(reader: Reader, given: Mapping[str, object], before: Card, region: str) -> Card:
    card = before
    for field in Field:
        if field in given:
            card = _read_field(reader, field, given[field], card, region)
    if card != before:
        _check_size(reader, card)
    return card


def _read_field(reader: Reader, field: Field, value: object, card: Card, region: str) -> Card:
    pointer = f"/{field}"
    match field:
        case Field.NAME:
            return replace(card, name=card_input.read_name(reader, value, pointer, card.name))
        case Field.EMAILS:
            return replace(card, emails=card_input.read_emails(reader, value, pointer, card.emails))
        case Field.PHONES:
            phones = card_input.read_phones(reader, value, pointer, card.phones, region=region)
            return replace(card, phones=phones)
        case Field.ADDRESSES:
            return replace(card, addresses=card_input.read_addresses(reader, value, pointer))
        case Field.BIRTHDAY:
            return replace(card, birthday=card_input.read_birthday(reader, value, pointer, card.birthday))


def _check_size(reader: Reader, card: Card) -> None:
    lists = {"/emails": card.emails, "/phones": card.phones, "/addresses": card.addresses}
    if sum(map(len, lists.values())) > MOST_VALUES:
        longest = max(lists, key=lambda pointer: len(lists[pointer]))
        reader.refuse(longest, f"A contact holds at most {MOST_VALUES} values.")
    if len(msgspec.json.encode(card)) > MOST_BYTES:
        reader.refuse("", f"A contact holds at most {MOST_BYTES // 1000} KB.")


def _read_company(reader: Reader, before: Details, value: object) -> Details:
    return replace(before, company=reader.text(value, "/company"))


def _read_status(reader: Reader, before: Details, value: object) -> Details:
    return replace(before, status=_choice(reader, Status, value, "/status") or before.status)


def _read_lead_types(reader: Reader, before: Details, value: object) -> Details:
    items = enumerate(reader.items(value, "/lead_types"))
    chosen = [_choice(reader, LeadType, item, f"/lead_types/{index}") for index, item in items]
    return replace(before, lead_types=tuple(dict.fromkeys(filter(None, chosen))))


def _choice[Choice: TextChoices](reader: Reader, choices: type[Choice], value: object, pointer: str) -> Choice | None:
    if isinstance(value, str) and value in choices.values:
        return choices(value)
    reader.refuse(pointer, f"Choose one of {', '.join(choices.values)}.")
    return None


def _read_hashtags(reader: Reader, before: Details, value: object) -> Details:
    hashtags = []
    for index, item in enumerate(reader.items(value, "/hashtags")):
        pointer = f"/hashtags/{index}"
        hashtag = hashtag_of(reader.text(item, pointer, MOST_HASHTAG))
        if not hashtag or " " in hashtag or "," in hashtag:
            reader.refuse(pointer, "Give one word, without blanks and commas.")
        hashtags.append(hashtag)
    if len(hashtags) > MOST_VALUES:
        reader.refuse("/hashtags", f"A contact holds at most {MOST_VALUES} hashtags.")
    return replace(before, hashtags=tuple(dict.fromkeys(hashtags)))


def _read_source(reader: Reader, before: Details, value: object) -> Details:
    return replace(before, source=reader.text(value, "/source"))


def _read_notes(reader: Reader, before: Details, value: object) -> Details:
    return replace(before, notes=reader.text(value, "/notes", MOST_NOTES))


_READERS: Mapping[str, Callable[[Reader, Details, object], Details]] = {
    "company": _read_company,
    "status": _read_status,
    "lead_types": _read_lead_types,
    "hashtags": _read_hashtags,
    "source": _read_source,
    "notes": _read_notes,
}
