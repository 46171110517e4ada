"""When a run is tried again after a passing fault."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tandem.googlesync.schedule import LONGEST_PAUSE, retry_at

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ACCOUNT = UUID(int=1)


def test_a_pause_that_google_asks_for_is_honoured() -> None:
    assert retry_at(ACCOUNT, 1, NOW, 7200.0) == NOW + timedelta(hours=2)


@pytest.mark.parametrize("seconds", [1e9, 1e300, float("inf")])
def test_no_answer_puts_an_account_to_sleep_for_ever(seconds: float) -> None:
    assert retry_at(ACCOUNT, 1, NOW, seconds) == NOW + LONGEST_PAUSE
