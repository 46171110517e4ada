"""The listing of an approved plan counts from when it was made, not from when it was approved."""

from datetime import timedelta

from django.utils import timezone

from tandem.googlesync import services
from tandem.googlesync.approvals import approve
from tandem.googlesync.models import Run, Trigger
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
