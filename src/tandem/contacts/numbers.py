"""Phone numbers read again, when the region that national ones are read with has changed."""

from collections.abc import Sequence
from itertools import batched
from uuid import UUID

import msgspec
from django.db import connection, transaction

from contactsync.normalize import phone_key
from tandem.contacts.bulk import exchange_terms
from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact
from tandem.contacts.querysets import contacts_of
from tandem.contacts.terms import terms_of

_AT_ONCE = 2000
_UPDATE = """
    UPDATE contacts_contact AS contact SET phones = new.phones, revision = contact.revision + 1
    FROM jsonb_to_recordset(%s::jsonb) AS new(id uuid, phones jsonb)
    WHERE contact.id = new.id AND contact.owner_id = %s"""


@transaction.atomic
def read_numbers_again(*, owner_id: int, before: str, after: str) -> int:
    """Give the owner's numbers the keys of region `after`, where `before` gave theirs; how many contacts have others.

    What is typed stays, so nothing is edited: no history, nothing for a sync to carry. A number that `after` can't read
    keeps a key in E.164: it may be Google's own.
    """
    if before == after:
        return 0
    ids = contacts_of(owner_id).exclude(phones=[]).order_by("id").values_list("id", flat=True)
    return sum(_read_again(owner_id, chunk, before, after) for chunk in batched(list(ids), _AT_ONCE, strict=False))


def _read_again(owner_id: int, contact_ids: Sequence[UUID], before: str, after: str) -> int:
    rows = contacts_of(owner_id).filter(id__in=contact_ids).order_by("id").select_for_update(no_key=True)
    moved = [
        (row, phones)
        for row in rows
        if (phones := [read_number(each, before, after) for each in row.phones]) != row.phones
    ]
    _write(owner_id, moved)
    return len(moved)


def read_number(phone: dict[str, str], before: str, after: str) -> dict[str, str]:
    """A stored number with the key that `after` gives it, where `before` gave it its own."""
    value, key = phone["value"], phone["key"]
    if value.lstrip().startswith("+") or key != phone_key(value, before):
        return phone
    read = phone_key(value, after)
    return phone if key.startswith("+") and not read.startswith("+") else {**phone, "key": read}


def _write(owner_id: int, moved: Sequence[tuple[Contact, list[dict[str, str]]]]) -> None:
    gone: list[tuple[UUID, str]] = []
    added: list[tuple[UUID, str]] = []
    for row, phones in moved:
        old = terms_of(card_of(row), company=row.company)
        row.phones = phones
        new = terms_of(card_of(row), company=row.company)
        gone += [(row.id, term) for term in old - new]
        added += [(row.id, term) for term in new - old]
    values = msgspec.json.encode([{"id": row.id, "phones": row.phones} for row, _ in moved]).decode()
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [values, owner_id])
    exchange_terms(owner_id, gone, added)
