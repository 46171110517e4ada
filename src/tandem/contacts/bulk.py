"""What the sync writes to contacts, many at a time. Called inside the run's transaction; announces nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import F

from contactsync.card import Card
from contactsync.merge import fill
from contactsync.normalize import display_name, same_card
from tandem.contacts.cards import card_columns, card_of
from tandem.contacts.copying import NewContact, change_line, copy_changes, copy_contacts
from tandem.contacts.details import card_history, changed_fields
from tandem.contacts.models import Actor, Change, Contact
from tandem.contacts.querysets import contacts_of, in_trash, in_use
from tandem.contacts.recording import Stamp, add_terms, record_event, record_field
from tandem.contacts.terms import hashtag_term, terms_of

__all__ = [
    "CardWrite",
    "NewContact",
    "copy_contacts",
    "exchange_terms",
    "merge_by_sync",
    "restore_by_sync",
    "trash_by_sync",
    "write_cards",
]


@dataclass(frozen=True, slots=True)
class CardWrite:
    """A Card for a contact that still has this `card_revision`; a company of None leaves the company alone."""

    contact_id: UUID
    expected_card_revision: int
    card: Card
    company: str | None = None


def write_cards(writes: Sequence[CardWrite], *, owner_id: int, cause: UUID, at: datetime) -> set[UUID]:
    """Write Cards over those planned from; the ids of the contacts that still were as planned.

    Each of them has `expected_card_revision + 1` afterwards.
    """
    before = _lock_as_planned(writes, owner_id)
    after = {write.contact_id: write for write in writes if write.contact_id in before}
    written = _update(list(after.values()), before, owner_id, at)
    pairs = [(before[contact_id], after[contact_id]) for contact_id in sorted(written)]
    _record(pairs, cause, at)
    _move_terms(pairs, owner_id)
    return written


def trash_by_sync(
    targets: Mapping[UUID, int | None], *, owner_id: int, because: str, cause: UUID, at: datetime
) -> set[UUID]:
    """Move contacts to the trash, each only at its `card_revision` (None: at any); the ids of those moved."""
    chosen = in_use(owner_id).filter(id__in=targets).order_by("id").select_for_update()
    moved = [
        contact_id
        for contact_id, card_revision in chosen.values_list("id", "card_revision")
        if targets[contact_id] in (None, card_revision)
    ]
    contacts_of(owner_id).filter(id__in=moved).update(
        revision=F("revision") + 1, updated_at=at, trashed_at=at, trashed_because=because
    )
    record_event(moved, Change.Event.TRASHED, Stamp(Actor.SYNC, cause, at), after=because)
    return set(moved)


def merge_by_sync(other_id: UUID, primary_id: UUID, *, owner_id: int, cause: UUID, at: datetime) -> bool:
    """Merge a contact into another, as two persons were merged in Google; whether both were in use.

    The primary keeps status and source, and takes what it lacks; the other goes to the trash with a note where it went.
    """
    chosen = in_use(owner_id).filter(id__in=[other_id, primary_id]).order_by("id").select_for_update()
    rows = {contact.id: contact for contact in chosen}
    if len(rows) != len({other_id, primary_id}):
        return False
    primary, other = rows[primary_id], rows[other_id]
    card = fill(card_of(primary), card_of(other)).local
    company = primary.company or other.company
    if not same_card(card, card_of(primary)) or company != primary.company:
        write = CardWrite(primary_id, primary.card_revision, card, company)
        write_cards([write], owner_id=owner_id, cause=cause, at=at)
    _unite_the_rest(primary, other, Stamp(Actor.SYNC, cause, at))
    because = f"Merged into {display_name(card, primary.company)}"
    trash_by_sync({other_id: None}, owner_id=owner_id, because=because, cause=cause, at=at)
    contacts_of(owner_id).filter(id=other_id).update(merged_into=primary_id)
    return True


def _unite_the_rest(primary: Contact, other: Contact, stamp: Stamp) -> None:
    """Hashtags and lead types of both, the notes one below the other."""
    united: dict[str, Any] = {
        "lead_types": list(dict.fromkeys([*primary.lead_types, *other.lead_types])),
        "hashtags": list(dict.fromkeys([*primary.hashtags, *other.hashtags])),
        "notes": "\n\n".join(dict.fromkeys(filter(None, (primary.notes, other.notes)))),
    }
    changed = {field: value for field, value in united.items() if value != getattr(primary, field)}
    if not changed:
        return
    contacts_of(primary.owner_id).filter(id=primary.id).update(revision=F("revision") + 1, **changed)
    for field, value in changed.items():
        record_field(field, {primary.id: (getattr(primary, field), value)}, stamp)
    add_terms(primary.owner_id, [(primary.id, hashtag_term(each)) for each in united["hashtags"]])


def restore_by_sync(contact_ids: Collection[UUID], *, owner_id: int, cause: UUID, at: datetime) -> set[UUID]:
    """Take contacts out of the trash; the ids of those that were in it."""
    chosen = in_trash(owner_id).filter(id__in=contact_ids).order_by("id").select_for_update()
    moved = list(chosen.values_list("id", flat=True))
    contacts_of(owner_id).filter(id__in=moved).update(
        revision=F("revision") + 1, updated_at=at, trashed_at=None, trashed_because="", merged_into=None
    )
    record_event(moved, Change.Event.RESTORED, Stamp(Actor.SYNC, cause, at))
    return set(moved)


_UPDATE = """
    UPDATE contacts_contact AS contact SET
        prefix = new.prefix, given = new.given, middle = new.middle, family = new.family, suffix = new.suffix,
        emails = new.emails, phones = new.phones, addresses = new.addresses,
        birthday_year = new.birthday_year, birthday_month = new.birthday_month,
        birthday_day = new.birthday_day, birthday_text = new.birthday_text,
        company = new.company, revision = contact.revision + 1, card_revision = contact.card_revision + 1,
        updated_at = %s
    FROM jsonb_to_recordset(%s::jsonb) AS new(
        id uuid, expected integer, prefix text, given text, middle text, family text, suffix text,
        emails jsonb, phones jsonb, addresses jsonb, birthday_year smallint, birthday_month smallint,
        birthday_day smallint, birthday_text text, company text)
    WHERE contact.id = new.id AND contact.owner_id = %s AND contact.card_revision = new.expected
    RETURNING contact.id"""

_DELETE_TERMS = """
    DELETE FROM contacts_term AS term USING unnest(%s::uuid[], %s::text[]) AS gone(contact_id, term)
    WHERE term.owner_id = %s AND term.term = gone.term AND term.contact_id = gone.contact_id"""


def _lock_as_planned(writes: Sequence[CardWrite], owner_id: int) -> dict[UUID, Contact]:
    expected = {write.contact_id: write.expected_card_revision for write in writes}
    chosen = contacts_of(owner_id).filter(id__in=expected).order_by("id").select_for_update()
    return {contact.id: contact for contact in chosen if contact.card_revision == expected[contact.id]}


def _update(writes: Sequence[CardWrite], before: Mapping[UUID, Contact], owner_id: int, at: datetime) -> set[UUID]:
    rows = [
        {
            "id": write.contact_id,
            "expected": write.expected_card_revision,
            "company": _company(write, before[write.contact_id]),
            **card_columns(write.card),
        }
        for write in writes
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [at, msgspec.json.encode(rows).decode(), owner_id])
        return {contact_id for (contact_id,) in cursor.fetchall()}


def _company(write: CardWrite, before: Contact) -> str:
    return before.company if write.company is None else write.company


def _record(pairs: Sequence[tuple[Contact, CardWrite]], cause: UUID, at: datetime) -> None:
    lines: list[str] = []
    for before, write in pairs:
        old = {**card_history(card_of(before)), "company": before.company}
        new = {**card_history(write.card), "company": _company(write, before)}
        fields = changed_fields(old, new)
        lines += [change_line(before.id, field, old[field], new[field], cause, at) for field in fields]
    with connection.cursor() as cursor:
        copy_changes(cursor, lines)


def _move_terms(pairs: Sequence[tuple[Contact, CardWrite]], owner_id: int) -> None:
    gone: list[tuple[UUID, str]] = []
    added: list[tuple[UUID, str]] = []
    for before, write in pairs:
        old = terms_of(card_of(before), company=before.company)
        new = terms_of(write.card, company=_company(write, before))
        gone += [(before.id, term) for term in old - new]
        added += [(before.id, term) for term in new - old]
    exchange_terms(owner_id, gone, added)


def exchange_terms(owner_id: int, gone: Sequence[tuple[UUID, str]], added: Sequence[tuple[UUID, str]]) -> None:
    """Take terms from contacts of one owner, and add others."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_TERMS, [[each for each, _ in gone], [term for _, term in gone], owner_id])
    add_terms(owner_id, added)
