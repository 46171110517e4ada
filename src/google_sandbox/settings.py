"""What nobody outside Google knows for certain, and what an operator can set: switches of the sandbox.

Each default is the likeliest truth; a client must work under the other answer, too.
"""

from enum import StrEnum

from msgspec import Struct


class OverMaximum(StrEnum):
    """What a page size above the maximum does."""

    CLAMP = "clamp"
    REFUSE = "refuse"


class ExpiredSync(StrEnum):
    """How an expired sync token is told: two recorded statuses, and the 410 of Google's own Java sample."""

    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    GONE = "GONE"


class Publishing(StrEnum):
    """The state of the OAuth consent screen; in testing a refresh token lives seven days."""

    PRODUCTION = "production"
    TESTING = "testing"


class Bucket(StrEnum):
    """Quota buckets, per user. All refill each minute but the daily one."""

    CRITICAL_READS = "critical_reads"
    CRITICAL_WRITES = "critical_writes"
    WRITES = "writes"
    PHOTO_WRITES = "photo_writes"
    GROUP_READS = "group_reads"
    FULL_SYNC_STARTS = "full_sync_starts"
    DAILY_CONTACT_WRITES = "daily_contact_writes"


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All switches; changed as a whole through `PATCH /control/settings`."""

    propagation_delay_seconds: float = 0.0
    revocation_delay_seconds: float = 0.0
    """How long tokens still work after their grant was revoked."""
    delayed_get: bool = False
    page_size_over_maximum: OverMaximum = OverMaximum.CLAMP
    tombstones_carry_source: bool = True
    expired_sync_answer: ExpiredSync = ExpiredSync.FAILED_PRECONDITION
    incremental_tokens_restart_expiry: bool = False
    partial_batches: bool = False
    batch_delete_skips_unknown: bool = False
    unchanged_update_keeps_etag: bool = True
    unstructured_name_wins: bool = False
    formatted_address_wins: bool = True
    label_names_ignore_case: bool = True
    rotate_refresh_tokens: bool = False
    legacy_errors: bool = False
    retry_after: bool = False
    publishing: Publishing = Publishing.PRODUCTION
    people_api_disabled: bool = False
    contact_limit: int = 25_000
    write_seconds: float = 0.002
    """How long a write takes, so that overlapping writes of one user can be seen in the journal."""
    quotas: dict[Bucket, int] = {}
    """Units allowed per window; a bucket that is not listed has no limit."""
