"""Links and operations of many imports at once, by COPY."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from contactsync.records import Person
from tandem.contacts.copying import copy_lines, escaped, json_text
from tandem.identifiers import new_id

_LINKS = """COPY googlesync_link (
    id, account_id, contact_id, source_id, resource_name, etag, person_updated_at, state, local_base, remote_base,
    pending, changed_here, hidden, written_at, why, display_name, linked_at, synced_at) FROM STDIN"""
_OPERATIONS = """COPY googlesync_operation (
    id, run_id, account_id, contact_id, resource_name, side, action, state, outcome, changes, reason, sync_token,
    card, at) FROM STDIN"""


@dataclass(frozen=True, slots=True)
class Imported:
    """A person and the contact that was made of it."""

    contact_id: UUID
    person: Person
    display_name: str


def copy_links(cursor: CursorWrapper, account_id: UUID, imported: Sequence[Imported], at: datetime) -> None:
    """New live links whose two bases are the person's Card."""
    copy_lines(cursor, _LINKS, (_link_line(account_id, item, str(at)) for item in imported))


def copy_import_operations(
    cursor: CursorWrapper, run_id: UUID, account_id: UUID, imported: Sequence[Imported], at: datetime
) -> None:
    """One operation for each contact created here; its values stand in the contact alone."""
    shared = f"tandem\tcreate\tdone\tcreated\t[]\tnew in Google\t\t\\N\t{at}"
    copy_lines(
        cursor,
        _OPERATIONS,
        (
            f"{new_id()}\t{run_id}\t{account_id}\t{item.contact_id}\t{escaped(item.person.resource_name)}\t{shared}"
            for item in imported
        ),
    )


def _link_line(account_id: UUID, item: Imported, at: str) -> str:
    person = item.person
    base = json_text(person.card)
    return "\t".join(
        (
            str(new_id()), str(account_id), str(item.contact_id), escaped(person.source_id),
            escaped(person.resource_name), escaped(person.etag), str(person.updated_at), "live", base, base,
            r"\N", "f", "f", r"\N", "imported from Google", escaped(item.display_name), at, at,
        )
    )  # fmt: skip
