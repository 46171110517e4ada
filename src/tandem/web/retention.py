"""Until when a contact in the trash can be restored."""

from datetime import datetime

from tandem.contacts.models import Contact
from tandem.googlesync.sweep import KEPT


def kept_until(contact: Contact) -> datetime | None:
    """When the contact leaves the trash for good; None outside of it."""
    return contact.trashed_at + KEPT if contact.trashed_at is not None else None
