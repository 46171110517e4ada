"""What happened to a contact, as it is read; and the forgetting of values after their time."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tandem.contacts.models import Change

DAYS_KEPT = 90


def history_of(contact_id: UUID) -> QuerySet[Change]:
    """The changes of one contact, latest first. The caller has made sure that the contact may be seen."""
    return Change.objects.filter(contact_id=contact_id).order_by("-id")


def reason_of(change: Change) -> str:
    """Why a change was made, as far as it says: the trash's reason, else nothing."""
    return change.after if change.event == Change.Event.TRASHED and isinstance(change.after, str) else ""


def forget_values(before: datetime) -> int:
    """Empty the values of changes older than that; who, when and which field stay. How many were emptied."""
    valued = Q(before__isnull=False) | Q(after__isnull=False)
    return Change.objects.filter(valued, at__lt=before).update(before=None, after=None)
