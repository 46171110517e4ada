"""What links learn of a user's verbs, inside the verb's own transaction (`contacts.events`)."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from contactsync.records import LinkState, Reason
from tandem.contacts import events
from tandem.googlesync.conflicts import close_restored, close_undecided
from tandem.googlesync.models import AccountState, Deferred, Link, Operation, RunKind
from tandem.googlesync.rows import NO_BASES
from tandem.googlesync.waking import hold_again, read_again

#: The states that become a tombstone when the contact is deleted here.
_DELETED_HERE_BEFORE = (LinkState.LIVE, LinkState.PAUSED, LinkState.SEVERED, LinkState.DORMANT)


def subscribe() -> None:
    """Listen to all verbs of `contacts`; called once Django is ready."""
    events.card_changed.subscribe(mark_changed)
    events.trashed.subscribe(make_tombstones)
    events.restored.subscribe(revive_links)
    events.purged.subscribe(forget_bases)
    events.erased.subscribe(empty_rows)


def mark_changed(owner_id: int, contact_ids: Sequence[UUID], _cause: UUID | None) -> None:
    """The next run carries these contacts to Google."""
    _links(owner_id, contact_ids).filter(state=LinkState.LIVE.value).update(changed_here=True)


def make_tombstones(owner_id: int, contact_ids: Sequence[UUID], _cause: UUID | None) -> None:
    """Deleted here, living there: Google is not touched, and the person is ignored from now on (S13)."""
    links = _links(owner_id, contact_ids).filter(state__in=[state.value for state in _DELETED_HERE_BEFORE])
    own = links.filter(account_id=OuterRef("account_id"), source_id=OuterRef("source_id"))
    Deferred.objects.filter(Exists(own), account__user_id=owner_id).delete()
    close_undecided(owner_id, contact_ids, timezone.now())
    links.update(state=LinkState.TOMBSTONE.value, changed_here=False)


def revive_links(owner_id: int, contact_ids: Sequence[UUID], _cause: UUID | None) -> None:
    """Out of the trash: the person is read again by the next run, and merged against the old bases.

    Without an etag until then: who was deleted in Google meanwhile takes nobody back to the trash.
    """
    close_restored(owner_id, contact_ids, timezone.now())
    tombstones = _links(owner_id, contact_ids).filter(state=LinkState.TOMBSTONE.value)
    asleep = Q(account__state=AccountState.DISCONNECTED)
    now = timezone.now()
    awake = list(tombstones.exclude(asleep))
    hold_again(awake, now)
    read_again(awake, now, Reason.WAIT)
    Link.objects.filter(id__in=[link.id for link in awake]).update(
        state=LinkState.LIVE.value, changed_here=True, etag=""
    )
    tombstones.filter(asleep).update(state=LinkState.DORMANT.value)


def forget_bases(owner_id: int, contact_ids: Sequence[UUID], _cause: UUID | None) -> None:
    """A purged contact's tombstone keeps who the person is, and no values.

    One that is dormant ends: its contact was not deleted by its user, so the person is a stranger when it is back.
    """
    links = _links(owner_id, contact_ids)
    links.filter(state__in=[LinkState.GONE.value, LinkState.DORMANT.value]).delete()
    links.update(display_name="", **NO_BASES)


def empty_rows(owner_id: int, contact_ids: Sequence[UUID], cause: UUID | None) -> None:
    """Erasing a contact empties its rows of the journal at once. Who erased one that is dormant wants it gone."""
    source_ids = list(_links(owner_id, contact_ids).values_list("source_id", flat=True))
    _links(owner_id, contact_ids).filter(state=LinkState.DORMANT.value).update(state=LinkState.TOMBSTONE.value)
    forget_bases(owner_id, contact_ids, cause)
    rows = Operation.objects.filter(run__owner_id=owner_id)
    as_new = Q(contact_id=None, source_id__in=source_ids)  # a plan's row, from before there was a contact
    as_primary = Q(run__kind=RunKind.MERGE, action="link", run__scope__0__in=contact_ids)  # what it held when merged
    rows.filter(Q(contact_id__in=contact_ids) | as_new | as_primary).update(changes=[], card=None)


def _links(owner_id: int, contact_ids: Sequence[UUID]) -> QuerySet[Link]:
    return Link.objects.filter(account__user_id=owner_id, contact_id__in=contact_ids)
