"""What stops a run: each class says who can mend it."""


class SyncError(Exception):
    """Stops a run. `code` is stable and machine-readable; `detail` and `mend` are sentences for the page."""

    def __init__(self, code: str, detail: str, mend: str) -> None:
        super().__init__(f"{detail} {mend}")
        self.code = code
        self.detail = detail
        self.mend = mend


class Unavailable(SyncError):
    """A passing fault (network, 5xx, quota): retry later, after `retry_after_seconds` where it is known."""

    def __init__(self, code: str, detail: str, mend: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(code, detail, mend)
        self.retry_after_seconds = retry_after_seconds


class ReconnectNeeded(SyncError):
    """The user's grant is gone or lacks the contacts scope: only the user can mend it."""


class OperatorFault(SyncError):
    """The installation is set up wrong (client secret, API not enabled): only its operator can mend it."""


class Malformed(SyncError):
    """Google answered, or refused, in a way that we can't explain: our bug, reported and not retried blindly."""


class TokenExpired(Exception):
    """The sync token is expired, void or unknown: list everything."""


class LeaseLost(Exception):
    """Another worker has this account now: stop, and write nothing more."""
