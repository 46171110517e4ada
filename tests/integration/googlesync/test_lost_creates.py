"""A create whose answer was lost, and what happens before it is settled."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import connection
from tandem.googlesync.approvals import approve
from tandem.googlesync.links import bring_back
from tandem.googlesync.merging import merge_contacts
from tandem.googlesync.models import Operation, OperationState, Trigger
from tandem.googlesync.parting import take_apart
from tandem.googlesync.services import change_settings, request_push
from tandem.googlesync.sweep import forget_old_values
from tandem.googlesync.undo import undo
from tests.integration.googlesync.test_approvals import plan
from tests.integration.googlesync.world import World, person


def in_doubt(world: World):
    """Grace was pushed; Google made her, and the answer is lost."""
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    world.switch_on()
    grace = world.create(name={"given": "Grace", "family": "Hopper"}, emails=[{"value": "grace@example.org"}])
    world.server.control("POST", "faults", {"method": "people.createContact", "fault": "lost-response"})
    run = request_push(user=world.user, contact_ids=[grace.id], trigger=Trigger.PERSON, is_queued=False)
    world.run(run)
    assert Operation.objects.filter(run=run, state=OperationState.SENT).count() == 1
    assert len(world.persons()) == 2
    return grace, run


def test_a_create_in_doubt_for_ninety_days_stops_no_run(world: World) -> None:
    """The switch was off for so long; the journal's values are forgotten then."""
    grace, _ = in_doubt(world)
    change_settings(account=world.account, changes={"contact_sync": False})
    Operation.objects.update(at=timezone.now() - timedelta(days=91))
    forget_old_values()
    assert world.switch_on().state == "done"
    assert world.state(grace) == "linked"
    assert len(world.persons()) == 2


def test_a_person_that_was_touched_before_its_create_was_settled_stays_when_the_push_is_undone(world: World) -> None:
    grace, run = in_doubt(world)
    name = next(key for key, each in world.persons().items() if each["names"][0]["givenName"] == "Grace")
    world.google(
        "POST", "edit", {"persons": {name: {"biographies": [{"value": "Met in Paris", "contentType": "TEXT_PLAIN"}]}}}
    )
    world.sync()
    assert world.state(grace) == "linked"
    world.run(undo(user=world.user, run=run, trigger=Trigger.PERSON, is_queued=False))
    assert name in world.persons()


def test_a_merge_is_taken_apart_though_a_create_in_doubt_has_made_the_contact_a_person_of_its_own(world: World) -> None:
    """Grace took over Ada's link and passed it on, and then the person of her own create was found."""
    grace, _ = in_doubt(world)
    zoe = world.create(name={"given": "Zoe"}, emails=[{"value": "zoe@example.org"}])
    merge_contacts(owner=world.user, primary=grace.id, others=[world.contact("Ada").id], values={}, actor=Actor.PERSON)
    second = merge_contacts(owner=world.user, primary=zoe.id, others=[grace.id], values={}, actor=Actor.PERSON)
    world.sync()
    take_apart(run=second, actor=Actor.UNDO)
    world.sync()
    assert [each.given for each in world.contacts()] == ["Grace", "Zoe"]
    assert [world.state(grace), world.state(zoe)] == ["linked", "linked"]
    assert len(world.persons()) == 2


def test_who_was_pushed_anyway_is_pushed_so_again_after_a_lost_answer(world: World) -> None:
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    world.switch_on()
    twin = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "ada@example.org"}])
    assert world.push(twin)[str(twin.id)].reason == "already in Google as Ada Lovelace"
    world.server.control("POST", "faults", {"method": "people.createContact", "fault": "reset-before"})
    world.push(twin, anyway=True)
    world.sync()
    assert world.state(twin) == "linked"
    assert len(world.persons()) == 2


def erase(world: World, contact: Contact) -> None:
    contacts.erase_contact(owner_id=world.user.pk, contact_id=contact.id)


def purge(world: World, contact: Contact) -> None:
    world.delete(contact)
    contacts.purge_contacts(trashed_before=timezone.now() + timedelta(seconds=1))


@pytest.mark.parametrize("forget", [erase, purge])
def test_who_is_forgotten_while_its_create_is_in_doubt_does_not_come_back(
    world: World, forget: Callable[[World, Contact], None]
) -> None:
    grace, _ = in_doubt(world)
    forget(world, grace)
    world.sync()
    world.sync()
    assert [each.given for each in world.contacts()] == ["Ada"]
    assert len(world.persons()) == 2
    left = world.account.links.get(contact=None)
    assert (left.state, left.display_name, left.local_base, left.remote_base) == ("tombstone", "", None, None)
    world.run(bring_back(user=world.user, link_ids=[left.id], trigger=Trigger.PERSON))
    assert [each.given for each in world.contacts()] == ["Ada", "Grace"]


def test_who_is_erased_while_its_create_is_in_doubt_does_not_come_back_with_a_new_connection(world: World) -> None:
    grace, _ = in_doubt(world)
    connection.disconnect(world.account)
    erase(world, grace)
    world.connect()
    world.switch_on()
    assert [each.given for each in world.contacts()] == ["Ada"]


def test_who_was_erased_while_its_create_was_in_doubt_does_not_come_back(world: World) -> None:
    grace, run = in_doubt(world)
    contacts.erase_contact(owner_id=world.user.pk, contact_id=grace.id)
    for _ in range(2):
        world.sync()
    assert [each.given for each in world.contacts()] == ["Ada"]
    assert world.account.links.filter(state="tombstone", contact=None, remote_base__isnull=True).count() == 1
    assert [row.state for row in run.operations.all()] == ["done"]


def test_who_was_left_apart_by_a_plan_is_awaited_no_more(world: World) -> None:
    """The plan showed the person that the create had made, and its row was not taken."""
    grace, run = in_doubt(world)
    (name,) = world.load(person("Zoe", emails=["zoe@example.org"]))
    planned = plan(world)
    taken = [row.id for row in planned.operations.all() if row.resource_name == name]
    world.run(approve(user=world.user, run=planned, operations=taken, trigger=Trigger.PERSON, is_queued=False))
    world.sync()
    assert world.state(grace) == "severed"
    assert [(row.state, row.reason) for row in run.operations.all()] == [
        ("dropped", "the answer was lost; the person is in Google")
    ]
    assert len(world.persons()) == 3
