"""A sync token dies seven days after its full listing; on day six one is made, in the night."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from tandem.googlesync.schedule import is_full_listing_due

LISTED = datetime(2026, 3, 2, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "hour", "is_due"),
    [(4, 2, False), (5, 2, False), (6, 2, True), (6, 12, False), (6, 5, False), (6, 0, False), (6, 1, True)],
)
def test_a_full_listing_is_due_in_the_night_from_day_six_on(
    settings: Settings, days: int, hour: int, is_due: bool
) -> None:
    settings.TIME_ZONE = "UTC"
    now = (LISTED + timedelta(days=days)).replace(hour=hour)
    assert is_full_listing_due(LISTED, now) is is_due


def test_every_account_meets_a_night_before_its_token_dies(settings: Settings) -> None:
    settings.TIME_ZONE = "America/New_York"
    for minutes in range(0, 24 * 60, 7):
        listed = LISTED + timedelta(minutes=minutes)
        hours = (listed + timedelta(hours=number) for number in range(7 * 24))
        assert any(is_full_listing_due(listed, at) for at in hours)


def test_the_night_is_the_installations(settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    assert is_full_listing_due(LISTED, datetime(2026, 3, 8, 18, tzinfo=UTC))
    assert not is_full_listing_due(LISTED, datetime(2026, 3, 8, 3, tzinfo=UTC))
