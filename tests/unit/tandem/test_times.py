"""How long a run goes on, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from tandem.web.times import remaining

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "seconds", "words"),
    [
        (500, 60, "About 1 minute left"),
        (250, 60, "About 3 minutes left"),
        (990, 60, "About 1 second left"),
        (20, 60, ""),  # too little is done to go by
        (500, 1, ""),  # it runs too shortly
        (1000, 60, ""),
        (0, 60, ""),
    ],
)
def test_time_left_is_told_once_it_is_known(done: int, seconds: int, words: str) -> None:
    assert remaining(done, 1000, NOW - timedelta(seconds=seconds), NOW) == words


def test_run_that_waits_for_a_worker_says_nothing_of_it() -> None:
    assert remaining(0, 0, None, NOW) == ""
