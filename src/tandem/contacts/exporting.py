"""Contacts to a file: JSON in the API's shape, or vCards. Read and written page by page, in flat memory."""

import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TextIO, assert_never

from django.db.models import QuerySet

from tandem.contacts.models import Contact
from tandem.contacts.querysets import in_use
from tandem.contacts.shape import contact_json
from tandem.contacts.vcards import VCardVersion, vcard_of

PAGE_SIZE = 500


class ExportFormat(StrEnum):
    """What a file is written as."""

    JSON = "json"
    VCARD_4 = "vcard"
    VCARD_3 = "vcard3"


def export_contacts(
    out: TextIO, *, owner_id: int, form: ExportFormat, on_contact: Callable[[], None] = lambda: None
) -> None:
    """Write the owner's contacts that are not in the trash; `on_contact` is called at each.

    Open a file for vCards with `newline=""`: their lines end with CR LF.
    """
    out.writelines(export_chosen(in_use(owner_id), form, on_contact))


def export_pieces(*, owner_id: int, form: ExportFormat) -> Iterator[str]:
    """The same file in pieces, for a streamed answer."""
    return export_chosen(in_use(owner_id), form)


def export_chosen(
    chosen: QuerySet[Contact], form: ExportFormat, on_contact: Callable[[], None] = lambda: None
) -> Iterator[str]:
    """A file of these contacts alone, in pieces."""
    contacts = _read(chosen, on_contact)
    match form:
        case ExportFormat.JSON:
            yield from _json_pieces(contacts)
        case ExportFormat.VCARD_4:
            yield from (vcard_of(contact, VCardVersion.V4) for contact in contacts)
        case ExportFormat.VCARD_3:
            yield from (vcard_of(contact, VCardVersion.V3) for contact in contacts)
        case _:
            assert_never(form)


def _read(contacts: QuerySet[Contact], on_contact: Callable[[], None]) -> Iterator[Contact]:
    for contact in contacts.order_by("id").iterator(chunk_size=PAGE_SIZE):
        yield contact
        on_contact()


def _json_pieces(contacts: Iterator[Contact]) -> Iterator[str]:
    yield "["
    separator = "\n"
    for contact in contacts:
        yield separator + json.dumps(contact_json(contact), ensure_ascii=False)
        separator = ",\n"
    yield "\n]\n"
