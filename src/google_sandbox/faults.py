"""Faults: queued per method, each used once, each accounted for.

`POST /control/faults {"method": "people.connections.list", "fault": "503"}` queues one; the next call of that method
meets it.

| fault | what a client sees |
| --- | --- |
| 500, 503, 504, 409, 502-html | that status before anything happens; the last one as a page of HTML |
| 429, 429-account, 403-rate-limit | the project's quota; the account's hidden limiter; the old form of the former |
| 401, 403-scope, 403-admin, service-disabled | a refused credential, scope, account or project |
| expired-sync-token, 410, 400-token | an expired sync token in both forms; one that is merely invalid |
| invalid-grant, invalid-client | refusals of the token endpoint |
| reset-before | the connection breaks and nothing has happened |
| reset-after, lost-response, 503-after | the call has taken effect and its answer is lost, or says 503 |
| truncated | half of the answer |
| slow:SECONDS | the answer, so much later |
| stale-read | what was there before the last write |
| concurrent-edit | somebody else changes the same people just before the write |
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import count

from msgspec import Struct

from google_sandbox import errors
from google_sandbox.errors import GoogleError


class Kind(StrEnum):
    """What goes wrong."""

    INTERNAL = "500"
    BAD_GATEWAY = "502-html"
    UNAVAILABLE = "503"
    DEADLINE = "504"
    RATE_LIMIT = "429"
    ACCOUNT_LIMIT = "429-account"
    LEGACY_RATE_LIMIT = "403-rate-limit"
    UNAUTHENTICATED = "401"
    SCOPE_INSUFFICIENT = "403-scope"
    SERVICE_DISABLED = "service-disabled"
    ADMIN_BLOCKED = "403-admin"
    EXPIRED_SYNC_TOKEN = "expired-sync-token"  # noqa: S105 - a name of a fault
    INVALID_SYNC_TOKEN = "400-token"  # noqa: S105 - a name of a fault
    GONE = "410"
    ABORTED = "409"
    INVALID_GRANT = "invalid-grant"
    INVALID_CLIENT = "invalid-client"
    RESET_BEFORE = "reset-before"
    RESET_AFTER = "reset-after"
    LOST_RESPONSE = "lost-response"
    UNAVAILABLE_AFTER = "503-after"
    TRUNCATED = "truncated"
    SLOW = "slow"
    STALE_READ = "stale-read"
    CONCURRENT_EDIT = "concurrent-edit"


class Fault(Struct, kw_only=True):
    """One queued fault. `seconds` is for `slow:SECONDS` alone."""

    id: int
    method: str
    kind: Kind
    seconds: float = 0.0
    fired: bool = False

    @property
    def spelled(self) -> str:
        return f"{self.kind}:{self.seconds:g}" if self.kind is Kind.SLOW else self.kind.value


class Faults:
    """The queue of an installation. `methods` are the names that a fault may aim at."""

    def __init__(self, methods: Iterable[str]) -> None:
        self._methods = frozenset(methods)
        self._ids = count(1)
        self.all: list[Fault] = []

    def queue(self, method: str, fault: str, times: int = 1) -> list[Fault]:
        """Queue a fault `times` times; ValueError for a method or fault that does not exist."""
        if method not in self._methods:
            raise ValueError(f"There is no method '{method}'. Known: {', '.join(sorted(self._methods))}.")
        name, _, argument = fault.partition(":")
        if name not in {kind.value for kind in Kind} or bool(argument) != (name == Kind.SLOW):
            known = ", ".join("slow:SECONDS" if kind is Kind.SLOW else kind for kind in Kind)
            raise ValueError(f"There is no fault '{fault}'. Known: {known}.")
        seconds = float(argument or 0)
        kind = Kind(name)
        added = [Fault(id=next(self._ids), method=method, kind=kind, seconds=seconds) for _ in range(times)]
        self.all += added
        return added

    def queue_all(self, specification: str) -> None:
        """Queue what a command line names: `METHOD=FAULT[*TIMES]`, joined with commas."""
        for part in filter(None, (one.strip() for one in specification.split(","))):
            method, _, fault = part.partition("=")
            fault, _, times = fault.partition("*")
            self.queue(method, fault, int(times or 1))

    def take(self, method: str) -> Fault | None:
        """The next unused fault of the method, used up by this."""
        for fault in self.all:
            if fault.method == method and not fault.fired:
                fault.fired = True
                return fault
        return None

    def clear(self) -> None:
        self.all.clear()


def refusal(kind: Kind, method: str) -> GoogleError | None:
    """The error that a fault answers with before anything happens; None for faults of another sort."""
    match kind:
        case Kind.INTERNAL:
            return errors.internal()
        case Kind.UNAVAILABLE:
            return errors.unavailable()
        case Kind.DEADLINE:
            return errors.deadline_exceeded()
        case Kind.RATE_LIMIT:
            title = "Critical read requests (Contact and Profile Reads)"
            limit = "CriticalReadsPerMinutePerProjectPerUser"
            return errors.rate_limited("critical_read_requests", limit, title)
        case Kind.ACCOUNT_LIMIT:
            return errors.account_limited()
        case Kind.ABORTED:
            return GoogleError(409, "ABORTED", "The operation was aborted.", legacy_reason="aborted")
        case Kind.EXPIRED_SYNC_TOKEN:
            return errors.expired_sync_token(400, "FAILED_PRECONDITION")
        case Kind.INVALID_SYNC_TOKEN:
            return errors.invalid_argument()
        case Kind.GONE:
            return errors.expired_sync_token(410, "FAILED_PRECONDITION")
        case _:
            return _denial(kind, method)


def _denial(kind: Kind, method: str) -> GoogleError | None:
    """Faults of the credential, the project or the account."""
    match kind:
        case Kind.UNAUTHENTICATED:
            return errors.invalid_credential()
        case Kind.SCOPE_INSUFFICIENT:
            return errors.scope_insufficient(method)
        case Kind.SERVICE_DISABLED:
            return errors.service_disabled()
        case Kind.ADMIN_BLOCKED:
            return errors.admin_blocked()
        case Kind.LEGACY_RATE_LIMIT:
            return errors.legacy_rate_limit()
        case _:
            return None
