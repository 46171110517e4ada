"""Before creating, all persons known to the account are searched: a tombstone's person that matches is linked."""

from tandem.contacts.models import Contact
from tandem.googlesync import services
from tandem.googlesync.approvals import approve
from tandem.googlesync.models import Link, Run, Trigger
from tests.integration.googlesync.world import World, person


def plan(world: World) -> Run:
    return world.run(services.request_plan(account=world.account, trigger=Trigger.PERSON, is_queued=False))


def test_a_push_of_a_contact_that_matches_a_person_left_out_of_a_plan_makes_no_second_person(world: World) -> None:
    world.load(person("Ann", "Ash", emails=["ann@example.org"]), person("Bob", "Birch", emails=["bob@example.org"]))
    world.connect()
    planned = plan(world)
    bob = [row for row in planned.operations.all() if row.card["name"]["given"] == "Bob"]
    begun = approve(
        user=world.user, run=planned, operations=[row.id for row in bob], trigger=Trigger.PERSON, is_queued=False
    )
    world.run(begun)
    assert Link.objects.filter(account=world.account, why="left out").count() == 1
    ann = world.create(name={"given": "Ann", "family": "Ash"}, emails=[{"value": "ann@example.org", "label": "home"}])
    receipts = world.push(ann)
    assert receipts[str(ann.id)].outcome == "linked"
    assert len(world.persons()) == 2


def test_who_takes_over_a_hidden_person_is_told_so(world: World, ada: Contact) -> None:
    world.delete(ada)
    world.google("POST", "hide", {"names": list(world.persons())})
    world.sync()
    again = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "ada@example.org"}])
    assert world.push(again)[str(again.id)].outcome == "linked"
    world.sync()
    assert world.state(again) == "hidden"
