"""One HTTP call: token, lease, budget, timeout, retry class, error mapping.

Repeated is only what is safe to repeat: reads after any passing fault; writes only where certainly nothing
was executed (429, 401, no connection). A write without a usable answer is `Uncertain`, never repeated here.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import aiohttp
import structlog

from contactsync.faults import SyncError
from google_people.budget import Budget, Cost
from google_people.errors import (
    Failure,
    Mend,
    Rejected,
    Uncertain,
    classify,
    error_of,
    google_fault,
    unreachable,
)

logger = structlog.get_logger(__name__)

USER_AGENT = "tandem (gzip)"  # Google compresses only for agents that say gzip
QUOTA_PAUSE_SECONDS = 5.0


class TokenSource(Protocol):
    """Where access tokens come from."""

    async def access_token(self, refused: str | None = None) -> str:
        """A token that should be accepted; never `refused`, which Google has just answered 401 to.

        Raises `ReconnectNeeded`, `OperatorFault` or `Unavailable`.
        """


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `name` is Google's method, for logs; `is_write`: executing it twice is not the same."""

    name: str
    verb: str
    path: str
    cost: Cost
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    is_write: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one request may take, and how often and for how long a call is tried in all."""

    connect_seconds: float = 10.0
    request_seconds: float = 60.0
    attempts: int = 5
    total_seconds: float = 240.0
    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 60.0


PATIENCE = Patience()


async def no_guard() -> None:
    """For callers that hold no lease."""


class Client:
    """Calls to the People API of one account. Coroutines of one account do not overlap; accounts do."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        tokens: TokenSource,
        budget: Budget,
        *,
        guard: Callable[[], Awaitable[None]] = no_guard,
        patience: Patience = PATIENCE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`guard` is awaited right before each request and raises `LeaseLost` when it must not be sent."""
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._tokens = tokens
        self._guard = guard
        self._patience = patience
        self._sleep = sleep
        self._jitter = jitter
        self._monotonic = monotonic
        self.budget = budget

    async def send[Answer](self, call: Call, read: Callable[[bytes], Answer]) -> Answer:
        """The answer, as `read` (which raises `ValueError` for what is none) makes it of a 2xx body.

        Raises `Rejected` for a no that is about this request, `Uncertain` for a write that may have been
        executed, `SyncError` for what stops the run with nothing written, and `LeaseLost`.
        """
        started = self._monotonic()
        refused: str | None = None
        for attempt in range(1, self._patience.attempts + 1):
            await self.budget.spend(call.cost)
            token = await self._tokens.access_token(refused)
            await self._guard()
            try:
                return await self._attempt(call, token, read)
            except _Passing as passing:
                if passing.mend is Mend.REFRESH and refused is not None:
                    raise passing.error from None
                refused = token if passing.mend is Mend.REFRESH else refused
                pause = self._pause(passing, attempt)
                if self._is_out_of_patience(attempt, started, pause):
                    raise passing.error from None
                await self._sleep(pause)
        raise AssertionError("the last attempt has raised")

    async def _attempt[Answer](self, call: Call, token: str, read: Callable[[bytes], Answer]) -> Answer:
        started = self._monotonic()
        status = 0
        try:
            status, body, retry_after = await self._exchange(call, token)
            if 200 <= status < 300:
                return read(body)
        except aiohttp.ClientConnectorError as error:
            raise _Passing(unreachable()) from error
        except (aiohttp.ConnectionTimeoutError, TimeoutError, aiohttp.ClientError) as error:
            not_sent = isinstance(error, aiohttp.ConnectionTimeoutError)
            raise _lost(call, unreachable(), not_sent=not_sent) from error
        except ValueError as error:
            raise _lost(call, google_fault()) from error
        finally:
            self._log(call, status, started)
        raise self._refusal(call, classify(status, body, retry_after))

    async def _exchange(self, call: Call, token: str) -> tuple[int, bytes, float | None]:
        headers = {"Authorization": f"Bearer {token}", "User-Agent": USER_AGENT}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        timeout = aiohttp.ClientTimeout(
            total=self._patience.request_seconds, sock_connect=self._patience.connect_seconds
        )
        async with self._session.request(
            call.verb,
            f"{self._base_url}/{call.path}",
            params=call.query,
            data=call.body,
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
        ) as response:
            return response.status, await response.read(), _seconds(response.headers.get("Retry-After"))

    def _refusal(self, call: Call, failure: Failure) -> Exception:
        """What to raise for a no."""
        match failure.mend:
            case Mend.WAIT:
                self.budget.halve()
                return _Passing(error_of(failure), failure)
            case Mend.REFRESH:
                return _Passing(error_of(failure), failure)
            case Mend.RETRY:
                return _lost(call, error_of(failure), failure)
            case Mend.ENABLE_API | Mend.CONSENT | Mend.PERMIT | Mend.ADDRESS:
                return error_of(failure)
            case Mend.FULL_LISTING | Mend.READ_AGAIN | Mend.RELINK | Mend.CORRECT:
                return Rejected(failure)

    def _pause(self, passing: "_Passing", attempt: int) -> float:
        """Seconds before the next try: what Google asks for, else doubling; jitter spreads accounts."""
        if passing.mend is Mend.REFRESH:
            return 0.0
        if passing.retry_after_seconds is not None:
            return passing.retry_after_seconds
        first = QUOTA_PAUSE_SECONDS if passing.mend is Mend.WAIT else self._patience.first_pause_seconds
        longest = self._patience.longest_pause_seconds
        return min(first * 2.0 ** (attempt - 1), longest) * (1 + self._jitter() / 2)

    def _is_out_of_patience(self, attempt: int, started: float, pause: float) -> bool:
        until = started + self._patience.total_seconds
        return attempt >= self._patience.attempts or self._monotonic() + pause > until

    def _log(self, call: Call, status: int, started: float) -> None:
        seconds = round(self._monotonic() - started, 3)
        logger.info("google_request", method=call.name, status=status, duration_seconds=seconds)


class _Passing(Exception):
    """Certainly not executed, or harmless to repeat: worth another try."""

    def __init__(self, error: SyncError, failure: Failure | None = None) -> None:
        super().__init__(error.code)
        self.error = error
        self.mend = failure.mend if failure else Mend.RETRY
        self.retry_after_seconds = failure.retry_after_seconds if failure else None


def _lost(call: Call, error: SyncError, failure: Failure | None = None, *, not_sent: bool = False) -> Exception:
    """No usable answer: a read is simply repeated, a write that was sent may have been executed."""
    return Uncertain(error) if call.is_write and not not_sent else _Passing(error, failure)


def _seconds(retry_after: str | None) -> float | None:
    """`Retry-After` in seconds. A date, which Google does not send, counts as none."""
    return float(retry_after) if retry_after is not None and retry_after.isdecimal() else None
