"""One run per account at a time: a lease with an epoch, checked by every transaction."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from django.utils import timezone

from contactsync.faults import LeaseLost
from contactsync.records import Page, Policy
from google_people.provider import GooglePeople
from tandem.contacts.models import Contact
from tandem.googlesync import connection
from tandem.googlesync import lease as leases
from tandem.googlesync.approved import settle_plan
from tandem.googlesync.models import Account, Run, RunState, Trigger
from tandem.googlesync.repository import DjangoRepository
from tandem.googlesync.services import SyncRefused, request_plan, request_sync
from tandem.googlesync.threads import in_thread
from tests.integration.googlesync.world import World, person


def test_a_second_worker_does_not_get_the_lease(world: World) -> None:
    account = world.connect()

    assert leases.take(account.id) is not None
    assert leases.take(account.id) is None


def test_a_lease_that_ran_out_is_taken_and_its_old_holder_writes_nothing_more(world: World) -> None:
    account = world.connect()
    old = leases.take(account.id)
    assert old is not None
    Account.objects.filter(id=account.id).update(lease_until=timezone.now() - timedelta(seconds=1))

    assert leases.take(account.id) is not None

    run = Run(owner=world.user, account=account, kind="sync", trigger="cli", created_at=timezone.now())
    with pytest.raises(LeaseLost):
        asyncio.run(DjangoRepository(old, run).advance("token", is_complete=True))
    with pytest.raises(LeaseLost):
        leases.renew(old)


def test_a_released_lease_is_free_at_once(world: World) -> None:
    account = world.connect()
    lease = leases.take(account.id)
    assert lease is not None

    leases.release(lease)

    assert leases.take(account.id) is not None


def test_a_run_whose_worker_died_is_marked_interrupted_by_the_next(world: World) -> None:
    world.load(person("Ada"))
    world.connect()
    world.switch_on()
    dead = Run.objects.create(
        owner=world.user,
        account=world.account,
        kind="sync",
        trigger="schedule",
        state=RunState.RUNNING,
        created_at=timezone.now(),
    )

    assert world.sync().state == "done"

    dead.refresh_from_db()
    assert (dead.state, dead.error_code) == ("failed", "interrupted")


def test_a_second_sync_is_refused_and_names_the_first(world: World) -> None:
    world.connect()
    world.switch_on()
    first = request_sync(account=world.account, trigger=Trigger.PERSON)

    with pytest.raises(SyncRefused) as refusal:
        request_sync(account=world.account, trigger=Trigger.PERSON)

    assert (refusal.value.code, refusal.value.run_id) == ("run_underway", first.id)


def test_the_policy_of_a_run_is_the_account_s(world: World, settings: object) -> None:
    account = world.connect()
    lease = leases.take(account.id)
    assert lease is not None
    run = Run(owner=world.user, account=account, kind="sync", trigger="cli", created_at=timezone.now())

    start = asyncio.run(DjangoRepository(lease, run).start("hash"))

    assert start.policy == Policy(delay_seconds=0.0)
    assert start.first_import


@pytest.fixture
def stolen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The next listing finds that the lease has run out and was another's meanwhile; tokens of those that follow."""
    listed: list[str] = []
    changes = GooglePeople.changes

    def changes_under_a_lost_lease(google: GooglePeople, token: str | None) -> AsyncIterator[Page]:
        listed.append(token or "")
        if len(listed) == 1:
            raise LeaseLost
        return changes(google, token)

    monkeypatch.setattr(GooglePeople, "changes", changes_under_a_lost_lease)
    return listed


def test_a_push_that_lost_its_lease_begins_anew(world: World, ada: Contact, stolen: list[str]) -> None:
    """No hourly run would push Grace."""
    grace = world.create(name={"given": "Grace"}, emails=[{"value": "grace@example.org"}])

    receipts = world.push(grace)

    assert receipts[str(grace.id)].outcome == "created"
    assert world.state(grace) == "linked"
    assert len(stolen) == 2


def test_a_run_that_lost_its_lease_to_a_disconnect_is_over(
    world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = world.account

    async def disconnected(google: GooglePeople, token: str | None) -> AsyncIterator[Page]:
        await in_thread(connection._forget, account, "keep")
        raise LeaseLost
        yield

    monkeypatch.setattr(GooglePeople, "changes", disconnected)

    run = world.sync()

    assert (run.state, run.error_code) == ("failed", "not_connected")


def test_a_plan_s_rows_are_not_settled_under_a_lease_that_is_lost(world: World) -> None:
    world.load(person("Ada"))
    world.connect()
    plan = world.run(request_plan(account=world.account, trigger=Trigger.PERSON, is_queued=False))
    lease = leases.take(world.account.id)
    assert lease is not None
    leases.release(lease)

    with pytest.raises(LeaseLost):
        settle_plan(lease, plan, frozenset())

    assert [row.state for row in plan.operations.all()] == ["planned"]


def test_a_plan_that_is_begun_anew_has_its_rows_once(world: World) -> None:
    world.load(person("Ada"), person("Bob"))
    world.connect()
    plan = world.run(request_plan(account=world.account, trigger=Trigger.PERSON, is_queued=False))
    Run.objects.filter(id=plan.id).update(state=RunState.FAILED, error_code="interrupted")

    world.run(plan)

    assert plan.operations.count() == 2
