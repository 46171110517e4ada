"""New contacts in bulk: COPY of contacts, their first `Change`, and their terms, without model instances."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.backends.utils import CursorWrapper

from contactsync.card import Birthday, Card, Value
from tandem.contacts.models import Actor, Status
from tandem.contacts.terms import terms_of
from tandem.identifiers import new_id

NULL = r"\N"

_CONTACTS = """COPY contacts_contact (
    id, owner_id, prefix, given, middle, family, suffix, emails, phones, addresses,
    birthday_year, birthday_month, birthday_day, birthday_text, company, status, lead_types, hashtags, source,
    notes, revision, card_revision, created_at, updated_at, trashed_at, trashed_because) FROM STDIN"""
_CHANGES = """COPY contacts_change (id, contact_id, event, field, before, after, by, cause, at) FROM STDIN"""
_TERMS = """COPY contacts_term (owner_id, term, contact_id) FROM STDIN"""

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact that the sync brings in; `cause` is its run."""

    id: UUID
    owner_id: int
    card: Card
    company: str
    status: Status
    source: str
    at: datetime
    cause: UUID


def copy_contacts(cursor: CursorWrapper, contacts: Sequence[NewContact]) -> None:
    """Write contacts as new; announces nothing. Called inside the run's transaction, a page at a time."""
    copy_lines(cursor, _CONTACTS, map(_contact_line, contacts))
    copy_lines(cursor, _CHANGES, map(_created_line, contacts))
    copy_terms(cursor, ((new.owner_id, new.id, terms_of(new.card, company=new.company)) for new in contacts))


def copy_terms(cursor: CursorWrapper, terms: Iterable[tuple[int, UUID, Collection[str]]]) -> None:
    """Write terms that are not there yet, by owner and contact."""
    lines: list[str] = []
    for owner_id, contact_id, words in terms:
        start, end = f"{owner_id}\t", f"\t{contact_id}"
        lines += [start + (word if word.isalnum() else escaped(word)) + end for word in words]
    lines.sort()  # in the index's own order each of its pages is visited once
    copy_lines(cursor, _TERMS, lines)


def copy_changes(cursor: CursorWrapper, lines: Iterable[str]) -> None:
    """Write `Change` rows from lines of `change_line`."""
    copy_lines(cursor, _CHANGES, lines)


def change_line(contact_id: UUID, field: str, before: object, after: object, cause: UUID, at: datetime) -> str:
    """One field changed by the sync, as a line of COPY."""
    values = (json_text(before), json_text(after))
    return "\t".join((str(new_id()), str(contact_id), "changed", field, *values, _SYNC, str(cause), str(at)))


def json_text(value: object) -> str:
    """A value as JSON in COPY's text format."""
    return escaped(_encoder.encode(value).decode())


def escaped(text: str) -> str:
    """A text in COPY's text format."""
    return _SPECIAL.sub(_escape, text) if _SPECIAL.search(text) else text


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES[match[0]]


def copy_lines(cursor: CursorWrapper, statement: str, lines: Iterable[str]) -> None:
    """COPY lines in the text format; none at all is no statement. Raises Django's errors, as a statement does."""
    text = "\n".join(lines)
    if text:
        with cursor.db.wrap_database_errors, cursor.copy(statement) as copy:
            copy.write(f"{text}\n")


def _contact_line(new: NewContact) -> str:
    card, name, at = new.card, new.card.name, str(new.at)
    birthday = card.birthday or _NO_BIRTHDAY
    return "\t".join(
        (
            str(new.id), str(new.owner_id), escaped(name.prefix), escaped(name.given), escaped(name.middle),
            escaped(name.family), escaped(name.suffix), _list(card.emails), _list(card.phones),
            _list(card.addresses), _number(birthday.year), _number(birthday.month), _number(birthday.day),
            escaped(birthday.text), escaped(new.company), new.status.value, "{}", "{}", escaped(new.source),
            "", "1", "1", at, at, NULL, "",
        )
    )  # fmt: skip


def _created_line(new: NewContact) -> str:
    return f"{new_id()}\t{new.id}\tcreated\t\t{NULL}\t{NULL}\t{_SYNC}\t{new.cause}\t{new.at}"


def _list(values: tuple[Value, ...]) -> str:
    return json_text(values) if values else "[]"


def _number(value: int | None) -> str:
    return NULL if value is None else str(value)


_NO_BIRTHDAY = Birthday()
_SYNC = Actor.SYNC.value
