"""The error that the account shows is that of its hourly runs, whatever single contacts' runs come to."""

from collections.abc import AsyncIterator

import pytest

from contactsync.faults import Malformed, Unavailable
from contactsync.records import Page
from google_people.provider import GooglePeople
from tandem.contacts.models import Contact
from tandem.googlesync.models import Account
from tests.integration.googlesync.world import World

STRANGE = Malformed("malformed", "Google answered strangely.", "The operator finds the cause in the log.")


@pytest.fixture
def failing(world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Listings fail, and so did the last hourly run. Undone, they succeed."""

    def strange(google: GooglePeople, token: str | None) -> AsyncIterator[Page]:
        raise STRANGE

    monkeypatch.setattr(GooglePeople, "changes", strange)
    world.sync()
    return monkeypatch


def shown(world: World) -> tuple[str, str, int]:
    account = world.account
    return account.error_code, account.error_detail, account.failures


def test_a_push_that_succeeds_takes_no_error_of_the_hourly_runs_away(
    world: World, ada: Contact, failing: pytest.MonkeyPatch
) -> None:
    world.edit(ada, name={"given": "Adele", "family": "Lovelace"})
    assert world.push(ada)[str(ada.id)].outcome == "updated"
    assert shown(world) == ("malformed", STRANGE.detail, 1)


def test_the_next_hourly_run_that_succeeds_does(world: World, failing: pytest.MonkeyPatch) -> None:
    failing.undo()
    world.sync()
    assert shown(world) == ("", "", 0)


def test_a_push_s_own_error_goes_with_the_next_push(
    world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(google: GooglePeople, names: list[str]) -> None:
        raise Unavailable("unreachable", "Google can't be reached.", "It goes on by itself.")

    world.edit(ada, name={"given": "Adele", "family": "Lovelace"})
    monkeypatch.setattr(GooglePeople, "get_many", unreachable)
    world.push(ada)
    assert shown(world)[0] == "unreachable"
    monkeypatch.undo()
    world.push(ada)
    assert shown(world) == ("", "", 0)


def test_an_error_from_before_a_new_connection_stays_away(
    world: World, ada: Contact, failing: pytest.MonkeyPatch
) -> None:
    Account.objects.filter(id=world.account.id).update(state="reconnect_needed")
    world.connect()
    world.edit(ada, name={"given": "Adele", "family": "Lovelace"})
    world.push(ada)
    assert shown(world) == ("", "", 0)
