"""Google's quotas as budgets: what one user's calls may cost in a minute, and the installation's in a day.

A sliding window, not a bucket that refills: a full bucket would let twice the limit pass in its first minute,
and Google answers that with a 429. Costs are those of Google's 'Read and Manage Contacts' page.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from contactsync.faults import Unavailable

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
PENALTY = timedelta(hours=1)
SLOTS = 60  # a window is remembered in so many parts, which keeps the exported level small
TIGHT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Cost:
    """Units of one call: critical reads and writes of the minute, contact writes of the day."""

    reads: int = 0
    writes: int = 0
    daily: int = 0


READ = Cost(reads=1)
SINGLE_WRITE = Cost(reads=1, writes=1, daily=1)
BATCH_WRITE = Cost(reads=6, writes=6, daily=200)
GROUP_WRITE = Cost(writes=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """Units per minute and user, and per day and installation; 0 is no limit."""

    reads_per_minute: int = 60
    writes_per_minute: int = 30
    writes_per_day: int = 100_000


type Spent = tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class BudgetLevel:
    """What was spent lately, oldest first, and until when the minute's limits are halved.

    It stands on the account's row, so that whoever runs the account next goes on from it.
    """

    reads: Spent = ()
    writes: Spent = ()
    daily: Spent = ()
    halved_until: datetime | None = None


class Budget:
    """The budget of one account. `spend` waits for its turn; everything else only counts."""

    def __init__(
        self,
        limits: Limits,
        level: BudgetLevel | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        longest_wait_seconds: float = 120.0,
        elsewhere: Spent = (),
    ) -> None:
        """`clock` is wall time, because the level outlives the process; `elsewhere` as in `note_elsewhere`."""
        self._limits = limits
        self._elsewhere = elsewhere
        self._level = level or BudgetLevel()
        self._clock = clock
        self._sleep = sleep
        self._longest_wait_seconds = longest_wait_seconds

    @property
    def level(self) -> BudgetLevel:
        """The level to store; take it after every call."""
        return self._level

    @property
    def is_tight(self) -> bool:
        """Whether less than a fifth of the day is left: then a batch, which costs 200, is a waste."""
        limit = self._limits.writes_per_day
        spent = _total(_recent(self._daily, self._clock(), DAY))
        return limit > 0 and limit - spent < limit * TIGHT_SHARE

    async def spend(self, cost: Cost) -> None:
        """Wait until the cost fits, then take it.

        Raises `Unavailable` (code `quota`) where that takes longer than the longest wait: the day is spent. It asks for
        no pause, as reading goes on meanwhile.
        """
        while (wait := self.wait_seconds(cost)) > 0:
            if wait > self._longest_wait_seconds:
                raise Unavailable(
                    "quota",
                    "The day's budget of calls to Google is spent.",
                    "Nothing to do: it goes on by itself when the budget allows it.",
                )
            await self._sleep(wait)
        self._take(cost)

    def wait_seconds(self, cost: Cost) -> float:
        """How long until the cost fits into all three windows; 0 when it does now."""
        now = self._clock()
        level = self._level
        limits = self._limits
        return max(
            _wait(level.reads, cost.reads, self._minute_limit(limits.reads_per_minute, now), now, MINUTE),
            _wait(level.writes, cost.writes, self._minute_limit(limits.writes_per_minute, now), now, MINUTE),
            _wait(self._daily, cost.daily, limits.writes_per_day, now, DAY),
        )

    def note_elsewhere(self, spent: Spent) -> None:
        """What the installation's other accounts wrote lately, oldest first: the day's limit is the project's."""
        self._elsewhere = spent

    def halve(self) -> None:
        """Google said 429: keep to half of the minute's limits for an hour."""
        self._level = replace(self._level, halved_until=self._clock() + PENALTY)

    @property
    def _daily(self) -> Spent:
        return tuple(sorted((*self._level.daily, *self._elsewhere))) if self._elsewhere else self._level.daily

    def _take(self, cost: Cost) -> None:
        now = self._clock()
        level = self._level
        self._level = BudgetLevel(
            reads=_added(level.reads, cost.reads, now, MINUTE),
            writes=_added(level.writes, cost.writes, now, MINUTE),
            daily=_added(level.daily, cost.daily, now, DAY),
            halved_until=level.halved_until,
        )

    def _minute_limit(self, limit: int, now: datetime) -> int:
        halved_until = self._level.halved_until
        if limit and halved_until is not None and now < halved_until:
            return max(1, limit // 2)
        return limit


def _recent(spent: Spent, now: datetime, period: timedelta) -> Spent:
    return tuple((at, units) for at, units in spent if at > now - period)


def _total(spent: Spent) -> int:
    return sum(units for _, units in spent)


def _wait(spent: Spent, cost: int, limit: int, now: datetime, period: timedelta) -> float:
    """Seconds until the cost fits; one above the whole limit goes when the window is empty."""
    if not limit or not cost:
        return 0.0
    recent = _recent(spent, now, period)
    excess = _total(recent) + min(cost, limit) - limit
    for at, units in recent:
        if excess <= 0:
            break
        excess -= units
        free_at = at + period
        if excess <= 0:
            return (free_at - now).total_seconds()
    return 0.0


def _added(spent: Spent, cost: int, now: datetime, period: timedelta) -> Spent:
    """The window with a cost more; what falls into the last slot stands at that slot's latest moment."""
    recent = _recent(spent, now, period)
    if not cost:
        return recent
    if recent and now - recent[-1][0] < period / SLOTS:
        return (*recent[:-1], (now, recent[-1][1] + cost))
    return (*recent, (now, cost))
