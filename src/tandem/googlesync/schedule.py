"""When an account is due: once an interval, at its own stable offset, so that not all knock at once (S8)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
#: A sync token dies seven days after its full listing; on day six one is made, in the user's night.
FULL_LISTING_AFTER = timedelta(days=5)
#: The hours of the night, in the installation's time zone (users have none of their own).
NIGHT = range(1, 5)


def next_regular(account_id: UUID, now: datetime) -> datetime:
    """The account's next regular moment after `now`: the same minute and second of every hour."""
    interval = float(settings.SYNC_INTERVAL)
    offset = account_id.int % 100_003 / 100_003 * interval
    passed = (now.timestamp() - offset) // interval
    return datetime.fromtimestamp((passed + 1) * interval + offset, UTC)


def is_full_listing_due(listed_in_full_at: datetime, now: datetime) -> bool:
    """Whether a full listing is due: in each night from day six on, until one is made.

    Every account meets the night's hours at its own offset. One that met none finds its token dead on day eight,
    and a full listing is then made at once.
    """
    is_old = now - listed_in_full_at >= FULL_LISTING_AFTER
    return is_old and now.astimezone(ZoneInfo(settings.TIME_ZONE)).hour in NIGHT


def retry_at(account_id: UUID, failures: int, now: datetime, retry_after_seconds: float | None) -> datetime:
    """When to try again after `failures` passing faults in a row: doubling from a minute, an interval at most.

    What Google asks for is honoured up to a day: whatever it says, no account sleeps for ever.
    """
    doubled: timedelta = FIRST_PAUSE * 2 ** min(failures - 1, 20)
    asked = timedelta(seconds=min(retry_after_seconds or 0, LONGEST_PAUSE.total_seconds()))
    soonest: datetime = min(now + doubled, next_regular(account_id, now))
    return max(now + asked, soonest)
