"""What another verb overtakes: merged here and in Google, approved and not yet done."""

import pytest

from tandem.contacts.models import Actor
from tandem.googlesync.approvals import approve
from tandem.googlesync.models import Trigger
from tandem.googlesync.parting import take_apart
from tests.integration.googlesync.test_approvals import given, plan
from tests.integration.googlesync.test_parting import merged
from tests.integration.googlesync.world import World, person


@pytest.mark.parametrize("survivor", [0, 1])
def test_who_was_merged_here_and_then_in_google_stays_whoever_survives_there(world: World, survivor: int) -> None:
    """'The page points to Google's own merge': following it deletes nobody here."""
    names = world.load(
        person("Ada", "Lovelace", emails=["ada@example.org"]),
        person("Augusta", "King", emails=["augusta@example.org"]),
    )
    world.connect()
    world.switch_on()
    merged(world, world.contact("Ada"), world.contact("Augusta"))
    world.sync()
    world.google("POST", "merge", {"survivor": names[survivor], "losers": [names[1 - survivor]]})
    for _ in range(2):
        world.sync()
    assert len(world.contacts()) == 1
    assert world.state(world.contacts()[0]) == "linked"


def test_what_was_not_taken_of_a_plan_does_not_travel_though_another_run_comes_first(world: World) -> None:
    """The phone is not to be filled here; another run comes before the run that does the plan."""
    contact = world.create(
        name={"given": "Ada", "family": "Lovelace"},
        emails=[{"value": "ada@example.org"}, {"value": "mine@example.org", "label": "work"}],
    )
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"], phones=["+1 415 555 2671"]))
    world.connect()
    planned = plan(world)
    chosen = [row.id for row in planned.operations.filter(side="google")]
    assert chosen
    approve(user=world.user, run=planned, operations=chosen, trigger=Trigger.PERSON, is_queued=False)
    world.sync()
    contact.refresh_from_db()
    assert contact.phones == []


def test_a_link_goes_back_though_the_primary_was_deleted_since(world: World) -> None:
    (_name,) = world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    world.switch_on()
    ada = world.contact("Ada")
    byron = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    run = merged(world, byron, ada)
    world.sync()
    world.delete(byron)
    take_apart(run=run, actor=Actor.UNDO)
    world.sync()
    assert given(world) == ["Ada"]
    assert world.state(ada) == "linked"
