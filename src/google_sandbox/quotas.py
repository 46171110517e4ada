"""Quota buckets per user: units of a call, windows of the virtual clock, refusals that change nothing."""

from collections import Counter
from collections.abc import Mapping

from google_sandbox.errors import GoogleError, full_sync_limited, rate_limited
from google_sandbox.settings import Bucket

_MINUTE = 60
_DAY = 24 * 3600
_WORDING = {
    Bucket.CRITICAL_READS: (
        "critical_read_requests",
        "CriticalReadsPerMinutePerProjectPerUser",
        "Critical read requests (Contact and Profile Reads)",
    ),
    Bucket.CRITICAL_WRITES: (
        "critical_write_requests",
        "CriticalWritesPerMinutePerProjectPerUser",
        "Critical write requests (Contact and Profile Writes)",
    ),
    Bucket.WRITES: ("write_requests", "WritesPerMinutePerProjectPerUser", "Write requests"),
    Bucket.PHOTO_WRITES: (
        "contact_photo_write_requests", "PhotoWritesPerMinutePerProjectPerUser", "Contact photo write requests",
    ),
    Bucket.GROUP_READS: ("read_requests", "ReadsPerMinutePerProjectPerUser", "Read requests"),
    Bucket.DAILY_CONTACT_WRITES: (
        "daily_contact_writes", "DailyContactWritesPerProjectPerUser", "Daily contact writes",
    ),
}  # fmt: skip


class Quotas:
    """What each user has used in the current windows."""

    def __init__(self) -> None:
        self._used: Counter[tuple[str, Bucket, int]] = Counter()

    def spend(self, sub: str, costs: Mapping[Bucket, int], limits: Mapping[Bucket, int], now: float) -> None:
        """Count a call's units, or refuse it when a bucket would overflow; a refused call costs nothing."""
        keys = {bucket: (sub, bucket, _window(bucket, now)) for bucket in costs}
        for bucket, units in costs.items():
            if bucket in limits and self._used[keys[bucket]] + units > limits[bucket]:
                raise _refusal(bucket)
        for bucket, units in costs.items():
            self._used[keys[bucket]] += units


def seconds_to_refill(now: float) -> int:
    return int(_MINUTE - now % _MINUTE) + 1


def _window(bucket: Bucket, now: float) -> int:
    return int(now // (_DAY if bucket is Bucket.DAILY_CONTACT_WRITES else _MINUTE))


def _refusal(bucket: Bucket) -> GoogleError:
    if bucket is Bucket.FULL_SYNC_STARTS:
        return full_sync_limited()
    return rate_limited(*_WORDING[bucket])
