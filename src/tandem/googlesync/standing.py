"""How a contact stands with Google, as its user changed it: kept in its history beside what changed in its fields."""

from uuid import UUID

from django.utils import timezone

from tandem.contacts.models import Actor
from tandem.contacts.recording import Stamp, record_field

#: The name in the history under which it stands; no field of a contact is called so.
STANDING = "google"


def record_standing(contact_id: UUID, before: str, after: str, actor: Actor) -> None:
    """Note that the link went from one state to another, in the transaction of the verb that moved it."""
    record_field(STANDING, {contact_id: (before, after)}, Stamp(by=actor, cause=None, at=timezone.now()))
