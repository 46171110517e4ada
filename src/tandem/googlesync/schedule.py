"""When an account is due: once an interval, at its own stable offset, so that not all knock at once (S8)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings

FIRST_PAUSE = timedelta(minutes=1)


def next_regular(account_id: UUID, now: datetime) -> datetime:
    """The account's next regular moment after `now`: the same minute and second of every hour."""
    interval = float(settings.SYNC_INTERVAL)
    offset = account_id.int % 100_003 / 100_003 * interval
    passed = (now.timestamp() - offset) // interval
    return datetime.fromtimestamp((passed + 1) * interval + offset, UTC)


def retry_at(account_id: UUID, failures: int, now: datetime, retry_after_seconds: float | None) -> datetime:
    """When to try again after `failures` passing faults in a row: doubling from a minute, an interval at most."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(failures - 1, 20)
    asked = timedelta(seconds=retry_after_seconds or 0)
    soonest: datetime = min(now + doubled, next_regular(account_id, now))
    return max(now + asked, soonest)
