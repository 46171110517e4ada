"""What lies in the trash, or lives on in Google without a contact, as the pages say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tandem.contacts.models import Contact
from tandem.googlesync.models import Link
from tandem.googlesync.reading import google_states
from tandem.googlesync.sweep import KEPT
from tandem.users.models import User
from tandem.web.pulse import Tone
from tandem.web.said import said
from tandem.web.words import GOOGLE_STATES, Badge, called


@dataclass(frozen=True, slots=True)
class TrashRow:
    """A contact in the trash; one that is gone from Google can be restored here alone, or put back there."""

    contact: Contact
    because: str
    until: datetime | None
    badge: Badge | None
    is_gone: bool


@dataclass(frozen=True, slots=True)
class StillThere:
    """A person in Google whose contact was deleted here, or who was left out of a preview."""

    link: Link
    name: str
    since: datetime | None
    because: str
    comes_back: str


def kept_until(contact: Contact) -> datetime | None:
    """When the contact leaves the trash for good; None outside of it."""
    return contact.trashed_at + KEPT if contact.trashed_at is not None else None


def trash_rows(user: User, contacts: Sequence[Contact]) -> list[TrashRow]:
    states = google_states(user, [contact.id for contact in contacts])
    rows = []
    for contact in contacts:
        state = states[contact.id][0].state if states.get(contact.id) else ""
        because = said(contact.trashed_because) or _("Deleted here")
        rows.append(TrashRow(contact, because, kept_until(contact), _badge(state), state == "gone"))
    return rows


def _badge(state: str) -> Badge | None:
    if not state:
        return None
    return Badge(_("Deleted here"), Tone.QUIET) if state == "tombstone" else GOOGLE_STATES[state]


def still_there(link: Link) -> StillThere:
    """The link's contact has been read with it."""
    contact = link.contact
    if contact is None and link.why == "left out":
        as_new = _("It comes in as a new contact.")
        return StillThere(link, link.display_name or _("No name"), link.linked_at, _("Left out of a preview"), as_new)
    if contact is None:
        as_new = _("It has left the trash, and comes in as a new contact.")
        return StillThere(link, link.display_name or _("No name"), None, _("Deleted here"), as_new)
    because = _("Merged here") if contact.merged_into_id else _("Deleted here")
    as_it_was = _("It comes back with its status and notes.")
    return StillThere(link, called(contact), contact.trashed_at, because, as_it_was)
