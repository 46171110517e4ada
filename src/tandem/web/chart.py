"""How much an account's runs changed, day by day: the figures, and where their bars stand. Pure but for one query."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from tandem.googlesync.models import Account, RunKind
from tandem.web.run_rows import loud

DAYS = 14
#: In the chart's own units, which its viewBox scales.
STEP, BAR, HEIGHT, LEAST = 40, 24, 96, 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a day's column, from its upper left corner."""

    side: str
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    here: int
    there: int
    middle: int
    bars: Sequence[Bar]

    @property
    def total(self) -> int:
        return self.here + self.there


@dataclass(frozen=True, slots=True)
class Chart:
    days: Sequence[Day]
    most: int
    width: int = STEP * DAYS
    height: int = HEIGHT
    bar: int = BAR

    @property
    def is_empty(self) -> bool:
        return self.most == 0


def chart_of(account: Account, now: datetime) -> Chart:
    """The changes of the last days, today the last, by the user's calendar."""
    today = timezone.localtime(now).date()
    first = today - timedelta(days=DAYS - 1)
    begin = timezone.make_aware(datetime.combine(first, time.min))
    runs = loud(account.runs.filter(finished_at__gte=begin).exclude(kind=RunKind.PLAN))
    return drawn(_sums(runs.values_list("finished_at", "counts")), first)


def _sums(runs: Iterable[tuple[datetime | None, Any]]) -> Mapping[tuple[date, str], int]:
    sums: Counter[tuple[date, str]] = Counter()
    for finished_at, counts in runs:
        if finished_at is None:
            continue
        for side in ("tandem", "google"):
            sums[timezone.localtime(finished_at).date(), side] += sum(counts.get(side, {}).values())
    return sums


def drawn(sums: Mapping[tuple[date, str], int], first: date) -> Chart:
    """The chart of sums by day and side."""
    days = [first + timedelta(days=number) for number in range(DAYS)]
    most = max(sums.get((day, "tandem"), 0) + sums.get((day, "google"), 0) for day in days)
    return Chart([_day(day, number, sums, most) for number, day in enumerate(days)], most)


def _day(on: date, number: int, sums: Mapping[tuple[date, str], int], most: int) -> Day:
    here, there = sums.get((on, "tandem"), 0), sums.get((on, "google"), 0)
    x = number * STEP + (STEP - BAR) // 2
    low, high = _height(here, most), _height(there, most)
    bars = [Bar("here", x, HEIGHT - low, low), Bar("there", x, HEIGHT - low - high, high)]
    return Day(on, here, there, number * STEP + STEP // 2, [bar for bar in bars if bar.height])


def _height(changes: int, most: int) -> int:
    """What is there at all is seen."""
    return max(LEAST, round(changes / most * (HEIGHT - LEAST))) if changes else 0
