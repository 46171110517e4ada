"""Google's limit for a day is the project's: what one account writes, the others have not."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from google_people.budget import SINGLE_WRITE
from google_sandbox.server import SandboxServer
from tandem.googlesync import lease as leases
from tandem.googlesync import spending
from tandem.googlesync.models import Account
from tests.integration.googlesync.world import World


@pytest.fixture
def nobody_wrote(world: World) -> None:
    """Other tests' accounts are of the same installation."""
    Account.objects.update(budget={})


@pytest.fixture
def alice(world: World, nobody_wrote: None) -> World:
    world.connect()
    world.switch_on()
    return world


@pytest.fixture
def bob(alice: World, server: SandboxServer) -> World:
    other = World(server)
    other.connect()
    other.switch_on()
    return other


def pushed(world: World) -> str:
    """The outcome of the push of a new contact."""
    contact = world.create(name={"given": "Ida", "family": "Rhodes"})
    world.push(contact)
    return world.account.runs.order_by("-id")[0].error_code


def test_the_day_is_spent_for_bob_when_alice_has_written_it_full(alice: World, bob: World, settings: Settings) -> None:
    settings.GOOGLE_WRITES_PER_DAY = 2
    assert pushed(alice) == ""
    assert pushed(bob) == ""
    assert pushed(bob) == "quota"
    assert pushed(alice) == "quota"
    assert len(alice.persons()) + len(bob.persons()) == 2


def test_what_was_written_more_than_a_day_ago_is_free_again(alice: World, bob: World) -> None:
    now = timezone.now()
    spent = [[(now - timedelta(hours=hours)).isoformat(), 10] for hours in (25, 23, 22)]
    Account.objects.filter(id=alice.account.id).update(budget={"daily": spent})
    found = spending.spent_elsewhere(bob.account.id, now)
    assert [(round((now - at).total_seconds() / 3600), units) for at, units in found] == [(23, 10), (22, 10)]
    assert spending.spent_elsewhere(alice.account.id, now) == ()


def test_two_runs_at_once_see_what_the_other_has_spent_so_far(alice: World, bob: World, settings: Settings) -> None:
    settings.GOOGLE_WRITES_PER_DAY = 10
    now = timezone.now()
    of_alice, of_bob = (spending.budget_of(world.account, now) for world in (alice, bob))
    lease = leases.take(alice.account.id)
    assert lease is not None
    for _ in range(9):
        asyncio.run(of_alice.spend(SINGLE_WRITE))
    assert not of_bob.is_tight
    spending.share(lease, of_alice, timezone.now())
    of_bob.note_elsewhere(spending.spent_elsewhere(bob.account.id, timezone.now()))
    assert of_bob.is_tight


def test_who_lost_the_lease_shares_nothing(alice: World) -> None:
    budget = spending.budget_of(alice.account, timezone.now())
    asyncio.run(budget.spend(SINGLE_WRITE))
    lost = leases.take(alice.account.id)
    assert lost is not None
    Account.objects.filter(id=alice.account.id).update(lease_until=None)
    assert leases.take(alice.account.id) is not None
    with pytest.raises(leases.LeaseLost):
        spending.share(lost, budget, timezone.now())
    assert "daily" not in alice.account.budget or not alice.account.budget["daily"]
