"""Links that live again, and persons that the next run reads by a get, whatever its listing says."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, QuerySet

from contactsync.brake import NEVER
from contactsync.records import ASLEEP, LinkState, Reason
from tandem.googlesync.models import Deferred, Link, Operation, OperationState
from tandem.googlesync.rows import NO_BASES


def read_again(
    links: Iterable[Link], at: datetime, reason: Reason = Reason.STALE, due_at: datetime | None = None
) -> None:
    """Remember the persons of these links as due now, or then."""
    Deferred.objects.bulk_create(
        [
            Deferred(
                account_id=link.account_id,
                source_id=link.source_id,
                resource_name=link.resource_name,
                reason=reason.value,
                since=at,
                due_at=due_at or at,
            )
            for link in links
        ],
        ignore_conflicts=True,
    )


def hold_again(links: Sequence[Link], at: datetime) -> None:
    """Of whom something is held that nobody has answered yet waits for it, though the link slept meanwhile."""
    source_ids = [link.source_id for link in links if link.local_base is not None]
    rows = Operation.objects.filter(state=OperationState.HELD, source_id__in=source_ids)
    held = set(rows.values_list("account_id", "source_id"))
    waiting = [link for link in links if (link.account_id, link.source_id) in held]
    for account_id in {link.account_id for link in waiting}:
        own = [link.source_id for link in waiting if link.account_id == account_id]
        Deferred.objects.filter(account_id=account_id, source_id__in=own).delete()
    read_again(waiting, at, Reason.HELD, NEVER)


def wake(links: QuerySet[Link], at: datetime) -> int:
    """Let paused and severed links among these live again; returns how many.

    A paused one is merged against its old bases; a severed one has none, and meets for the first time.
    """
    asleep = list(links.filter(state__in=[state.value for state in ASLEEP]).select_for_update())
    severed = [link.id for link in asleep if link.state == LinkState.SEVERED.value]
    Link.objects.filter(id__in=severed).update(version=F("version") + 1, **NO_BASES)
    Link.objects.filter(id__in=[link.id for link in asleep]).update(state=LinkState.LIVE.value, changed_here=True)
    hold_again([link for link in asleep if link.state == LinkState.PAUSED.value], at)
    read_again(asleep, at)
    return len(asleep)


def sleep_again(links: QuerySet[Link], state: str) -> None:
    """Let links that came back with their contacts sleep as they did, paused or severed; in another state none does.

    While their account is disconnected only severed ones do: the others are dormant.
    """
    awake = [LinkState.LIVE.value, *([LinkState.DORMANT.value] if state == LinkState.SEVERED else [])]
    back = list(links.filter(state__in=awake)) if state in {each.value for each in ASLEEP} else []
    bases = {"changed_here": False, **NO_BASES} if state == LinkState.SEVERED else {}
    for link in back:
        Deferred.objects.filter(account_id=link.account_id, source_id=link.source_id).delete()
    Link.objects.filter(id__in=[link.id for link in back]).update(state=state, **bases)
