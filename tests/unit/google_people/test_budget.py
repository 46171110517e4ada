"""Quota budgets: at most so much in any minute and any day."""

from datetime import UTC, datetime, timedelta

import pytest

from contactsync.faults import Unavailable
from google_people.budget import BATCH_WRITE, READ, SINGLE_WRITE, Budget, Cost, Limits


class Time:
    """A clock that a sleep moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def budget(time: Time, limits: Limits, **rest: object) -> Budget:
    return Budget(limits, clock=time, sleep=time.sleep, **rest)  # type: ignore[arg-type]


async def test_what_fits_does_not_wait() -> None:
    time = Time()
    spender = budget(time, Limits(60, 30, 1000))
    for _ in range(30):
        await spender.spend(SINGLE_WRITE)
    assert time.slept == []


async def test_no_minute_whatsoever_holds_more_than_the_limit() -> None:
    time = Time()
    spender = budget(time, Limits(0, 30, 0))
    spent: list[datetime] = []
    for _ in range(25):
        await spender.spend(BATCH_WRITE)
        spent.append(time.now)
        time.now += timedelta(seconds=3.3)
    for end in spent:
        assert sum(6 for at in spent if end - timedelta(minutes=1) < at <= end) <= 30


async def test_a_cost_above_the_limit_goes_when_the_window_is_empty() -> None:
    time = Time()
    spender = budget(time, Limits(0, 4, 0))
    await spender.spend(SINGLE_WRITE)
    await spender.spend(BATCH_WRITE)
    assert time.slept == [60.0]


async def test_zero_is_no_limit() -> None:
    time = Time()
    spender = budget(time, Limits(0, 0, 0))
    for _ in range(500):
        await spender.spend(BATCH_WRITE)
    assert time.slept == []
    assert not spender.is_tight


async def test_a_spent_day_is_said_and_not_waited_for() -> None:
    time = Time()
    spender = budget(time, Limits(0, 0, 400))
    await spender.spend(BATCH_WRITE)
    await spender.spend(BATCH_WRITE)
    with pytest.raises(Unavailable) as caught:
        await spender.spend(SINGLE_WRITE)
    assert caught.value.code == "quota"
    assert caught.value.retry_after_seconds is None, "who reads need not wait for it"
    assert time.slept == []


async def test_the_day_is_tight_with_less_than_a_fifth_left() -> None:
    spender = budget(Time(), Limits(0, 0, 1000))
    for _ in range(4):
        await spender.spend(BATCH_WRITE)
    assert not spender.is_tight
    await spender.spend(SINGLE_WRITE)
    assert spender.is_tight


async def test_a_quota_answer_halves_the_minute_for_an_hour() -> None:
    time = Time()
    spender = budget(time, Limits(10, 10, 0))
    spender.halve()
    assert spender.wait_seconds(Cost(reads=1)) == 0
    for _ in range(5):
        await spender.spend(READ)
    assert spender.wait_seconds(READ) > 0
    time.now += timedelta(hours=1)
    for _ in range(10):
        await spender.spend(READ)
    assert time.slept == []


async def test_the_level_travels() -> None:
    time = Time()
    first = budget(time, Limits(0, 6, 0))
    await first.spend(BATCH_WRITE)
    time.now += timedelta(seconds=20)
    second = budget(time, Limits(0, 6, 0), level=first.level)
    assert second.wait_seconds(SINGLE_WRITE) == 40


async def test_the_level_stays_small() -> None:
    time = Time()
    spender = budget(time, Limits(0, 0, 0))
    for _ in range(5000):
        await spender.spend(SINGLE_WRITE)
        time.now += timedelta(seconds=0.1)
    level = spender.level
    assert max(len(level.reads), len(level.writes), len(level.daily)) <= 61


async def test_what_other_accounts_wrote_counts_for_the_day_and_not_for_the_minute() -> None:
    time = Time()
    spender = budget(time, Limits(60, 30, 100), elsewhere=((time.now - timedelta(hours=23), 99),))
    await spender.spend(SINGLE_WRITE)
    assert spender.wait_seconds(SINGLE_WRITE) == 3600
    with pytest.raises(Unavailable):
        await spender.spend(SINGLE_WRITE)
    assert sum(units for _, units in spender.level.daily) == 1


async def test_what_other_accounts_write_meanwhile_makes_the_day_tight() -> None:
    time = Time()
    spender = budget(time, Limits(60, 30, 1000))
    await spender.spend(SINGLE_WRITE)
    assert not spender.is_tight
    spender.note_elsewhere(((time.now - timedelta(hours=1), 800),))
    assert spender.is_tight
    spender.note_elsewhere(())
    assert not spender.is_tight
