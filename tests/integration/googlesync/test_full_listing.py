"""A sync token dies seven days after its full listing; on day six one is made, in the night."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from contactsync.records import Page
from google_people.provider import GooglePeople
from tandem.contacts.models import Contact
from tandem.googlesync import schedule
from tandem.googlesync.models import Account
from tandem.googlesync.schedule import is_full_listing_due
from tests.integration.googlesync.world import World

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


def test_a_push_in_the_night_of_day_six_needs_no_full_listing(
    world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose first page Google may refuse for a while; the token is good."""
    Account.objects.filter(id=world.account.id).update(listed_in_full_at=timezone.now() - timedelta(days=6))
    monkeypatch.setattr(schedule, "NIGHT", range(24))
    tokens: list[str | None] = []
    changes = GooglePeople.changes

    def noted(google: GooglePeople, token: str | None) -> AsyncIterator[Page]:
        tokens.append(token)
        return changes(google, token)

    monkeypatch.setattr(GooglePeople, "changes", noted)
    world.push(world.create(name={"given": "Grace"}, emails=[{"value": "grace@example.org"}]))
    assert tokens == [world.account.sync_token]
    world.sync()
    assert tokens[1] is None
