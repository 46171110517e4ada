"""Whom somebody worked on: an undo leaves those where they are."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tandem.contacts.models import Actor, Change
from tandem.contacts.querysets import contacts_of

_THEIRS = (Actor.PERSON, Actor.API, Actor.IMPORT)


def worked_on(owner_id: int, contact_ids: Collection[UUID], since: datetime | None = None) -> set[UUID]:
    """The owner's contacts among these that a person changed, or that another one was merged into; later than `since`.

    What the sync and undos changed of them is nobody's work.
    """
    theirs = Change.objects.filter(contact_id__in=contact_ids, contact__owner_id=owner_id, by__in=_THEIRS)
    merged = contacts_of(owner_id).filter(merged_into__in=contact_ids)
    if since is not None:
        theirs, merged = theirs.filter(at__gt=since), merged.filter(trashed_at__gt=since)
    return set(merged.values_list("merged_into_id", flat=True)) | set(theirs.values_list("contact_id", flat=True))
