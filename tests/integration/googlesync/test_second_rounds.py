"""What comes a second time: plans, undos, links, deletions."""

import pytest

from tandem.contacts.models import Contact
from tandem.googlesync import erasing, links
from tandem.googlesync.answers import conflicts_of
from tandem.googlesync.approvals import approve
from tandem.googlesync.models import Trigger
from tandem.googlesync.undo import can_be_undone
from tests.integration.googlesync.test_approvals import plan
from tests.integration.googlesync.test_undo import undone
from tests.integration.googlesync.world import World, person


@pytest.mark.usefixtures("hurried")
def test_a_newer_plan_does_not_void_an_approved_one(world: World) -> None:
    contact = world.create(
        name={"given": "Ada", "family": "Lovelace"},
        emails=[{"value": "ada@example.org"}, {"value": "mine@example.org", "label": "work"}],
    )
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"], phones=["+1 415 555 2671"]))
    world.connect()
    planned = plan(world)
    chosen = [row.id for row in planned.operations.filter(side="google")]
    begun = approve(user=world.user, run=planned, operations=chosen, trigger=Trigger.PERSON, is_queued=False)
    world.server.control("POST", "faults", {"method": "people.getBatchGet", "fault": "503", "count": 99})
    world.run(begun)
    assert begun.state == "failed"
    world.server.control("DELETE", "faults")
    plan(world)
    world.sync()
    contact.refresh_from_db()
    assert contact.phones == []


def test_who_is_back_in_google_is_no_deletion_to_decide(world: World, ada: Contact) -> None:
    names = list(world.persons())
    world.google("POST", "delete", {"names": names})
    world.edit(ada, name={"given": "Adeline"})
    world.sync()
    assert [c.kind for c in conflicts_of(world.user)] == ["deleted"]
    world.google("POST", "restore", {"names": names})
    world.sync()
    ada.refresh_from_db()
    assert ada.trashed_at is None
    assert not conflicts_of(world.user).exists()


def test_erasure_is_not_offered_to_be_undone(world: World, ada: Contact) -> None:
    run = world.run(
        erasing.request_erasure(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON, is_queued=False)
    )
    assert run.state == "done"
    assert not can_be_undone(run)


def test_link_again_works_after_an_undo_of_what_was_held(world: World, names: list[str]) -> None:
    """Unlinked by an undo while held: link again meets."""
    one = world.contact("Given0")
    links.unlink(user=world.user, contact_id=one.id)
    run = world.run(links.link_again(user=world.user, contact_id=one.id, trigger=Trigger.PERSON))
    world.google("POST", "edit", {"persons": {name: {"emailAddresses": []} for name in names[:3]}})
    assert world.sync().state == "held"
    undone(world, run)
    assert world.state(one) == "severed"
    world.run(links.link_again(user=world.user, contact_id=one.id, trigger=Trigger.PERSON))
    assert world.state(one) == "linked"


def test_what_was_linked_again_after_a_part_was_undone_stays_so(world: World) -> None:
    ada = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "ada@example.org"}])
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"], phones=["+1 415 555 2671"]), person("Zed", "Z"))
    world.connect()
    run = world.switch_on()
    undone(world, run, ada)
    assert world.state(ada) == "severed"
    world.run(links.link_again(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON))
    assert world.state(ada) == "linked"
    undone(world, run)
    assert world.state(ada) == "linked"
    ada.refresh_from_db()
    assert ada.phones
