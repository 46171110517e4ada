"""The listing of an approved plan counts from when it was made, not from when it was approved."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tandem.googlesync import schedule, services
from tandem.googlesync.approvals import approve
from tandem.googlesync.models import Account, Run, Trigger
from tests.integration.googlesync.world import World, person


def test_the_listing_of_a_plan_is_as_old_as_the_plan(world: World) -> None:
    world.load(person("Ann"))
    world.connect()
    plan = world.run(services.request_plan(account=world.account, trigger=Trigger.PERSON, is_queued=False))
    made = timezone.now() - timedelta(days=5)
    Run.objects.filter(id=plan.id).update(created_at=made, started_at=made, finished_at=made)
    plan.refresh_from_db()
    world.run(approve(user=world.user, run=plan, operations=None, trigger=Trigger.PERSON, is_queued=False))
    account = world.account
    assert account.sync_token == plan.sync_token
    assert account.listed_in_full_at - made < timedelta(hours=1)


def test_a_plan_of_changes_alone_is_no_full_listing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Approved on the night of day six, it neither puts that night's listing off nor brings an older token back."""
    world.load(person("Ann"))
    world.connect()
    world.switch_on()
    world.load(person("Bob"))
    plan = world.run(services.request_plan(account=world.account, trigger=Trigger.PERSON, is_queued=False))
    listed = timezone.now() - timedelta(days=6)
    Account.objects.filter(id=world.account.id).update(listed_in_full_at=listed, sync_token="a later token")
    monkeypatch.setattr(schedule, "NIGHT", range(24))
    world.run(approve(user=world.user, run=plan, operations=None, trigger=Trigger.PERSON, is_queued=False))
    assert (world.account.listed_in_full_at, world.account.sync_token) == (listed, "a later token")
    assert [contact.given for contact in world.contacts()] == ["Ann", "Bob"]
