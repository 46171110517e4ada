"""Links that live again, and persons that the next run reads by a get, whatever its listing says."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet

from contactsync.records import ASLEEP, LinkState, Reason
from tandem.googlesync.models import Deferred, Link
from tandem.googlesync.rows import NO_BASES


def read_again(links: Iterable[Link], at: datetime, reason: Reason = Reason.STALE) -> None:
    """Remember the persons of these links as due now."""
    Deferred.objects.bulk_create(
        [
            Deferred(
                account_id=link.account_id,
                source_id=link.source_id,
                resource_name=link.resource_name,
                reason=reason.value,
                since=at,
                due_at=at,
            )
            for link in links
        ],
        ignore_conflicts=True,
    )


def wake(links: QuerySet[Link], at: datetime) -> int:
    """Let paused and severed links among these live again; returns how many.

    A paused one is merged against its old bases; a severed one has none, and meets for the first time.
    """
    asleep = list(links.filter(state__in=[state.value for state in ASLEEP]).select_for_update())
    severed = [link.id for link in asleep if link.state == LinkState.SEVERED.value]
    Link.objects.filter(id__in=severed).update(version=F("version") + 1, **NO_BASES)
    Link.objects.filter(id__in=[link.id for link in asleep]).update(state=LinkState.LIVE.value, changed_here=True)
    read_again(asleep, at)
    return len(asleep)
