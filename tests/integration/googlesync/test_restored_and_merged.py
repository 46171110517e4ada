"""Contacts whose persons are gone in Google: restored here, merged here, and then seen again there."""

import pytest

from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import links
from tandem.googlesync.merging import merge_contacts
from tandem.googlesync.models import Run, Trigger
from tandem.googlesync.parting import take_apart
from tests.integration.googlesync.world import World


def restore(world: World, contact: Contact) -> None:
    contacts.restore_contacts(owner_id=world.user.pk, contact_ids=[contact.id], actor=Actor.PERSON)


def given(world: World) -> list[str]:
    return [contact.given for contact in world.contacts()]


def test_a_contact_restored_after_its_person_was_deleted_in_google_stays_here(world: World, ada: Contact) -> None:
    name = world.link(ada).resource_name
    world.delete(ada)
    world.google("POST", "delete", {"names": [name]})
    restore(world, ada)
    world.sync()
    assert given(world) == ["Ada"]
    assert world.state(ada) == "none"


def test_a_contact_brought_back_keeps_its_link_until_a_whole_run_misses_its_person(world: World, ada: Contact) -> None:
    """A get alone may not know a new name of the person's."""
    name = world.link(ada).resource_name
    world.delete(ada)
    world.google("POST", "delete", {"names": [name]})
    run = links.bring_back(user=world.user, link_ids=[world.link(ada).id], trigger=Trigger.PERSON)
    world.run(run)
    assert world.state(ada) == "waiting"
    world.sync()
    assert given(world) == ["Ada"]
    assert world.state(ada) == "none"


def test_a_contact_restored_and_then_deleted_in_google_goes_to_the_trash(world: World, ada: Contact) -> None:
    world.delete(ada)
    restore(world, ada)
    world.sync()
    world.google("POST", "delete", {"names": [world.link(ada).resource_name]})
    world.sync()
    assert given(world) == []


def merged_while_gone(world: World, ada: Contact, *, is_linked: bool) -> tuple[Contact, Run, str]:
    """Ada's person was deleted in Google, she is kept here, and then merged into Zoe; her person's name."""
    name = world.link(ada).resource_name
    zoe = world.create(name={"given": "Zoe"}, emails=[{"value": "zoe@example.org"}])
    if is_linked:
        world.push(zoe)
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    restore(world, ada)
    run = merge_contacts(owner=world.user, primary=zoe.id, others=[ada.id], values={}, actor=Actor.PERSON)
    return zoe, run, name


@pytest.mark.parametrize("is_linked", [False, True])
def test_who_was_merged_here_does_not_come_back_when_the_person_is_restored_in_google(
    world: World, ada: Contact, is_linked: bool
) -> None:
    zoe, _, name = merged_while_gone(world, ada, is_linked=is_linked)
    world.google("POST", "restore", {"names": [name]})
    world.sync()
    assert given(world) == ["Zoe"]
    assert world.state(zoe) == "linked"


@pytest.mark.parametrize("is_restored", [False, True])
def test_a_link_of_a_person_that_is_gone_goes_back_when_the_merge_is_taken_apart(
    world: World, ada: Contact, is_restored: bool
) -> None:
    zoe, run, name = merged_while_gone(world, ada, is_linked=False)
    if is_restored:
        world.google("POST", "restore", {"names": [name]})
        world.sync()
    take_apart(run=run, actor=Actor.PERSON)
    world.sync()
    assert sorted(given(world)) == ["Ada", "Zoe"]
    assert [world.state(ada), world.state(zoe)] == ["linked" if is_restored else "gone", "none"]


def test_a_pause_does_not_carry_a_push_past_the_brake(world: World, names: list[str]) -> None:
    for number in range(3):
        world.edit(world.contact(f"Given{number}"), emails=[])
    assert world.sync().state == "held"
    one = world.contact("Given0")
    links.pause(user=world.user, contact_id=one.id)
    assert world.push(one)[str(one.id)].reason == "held back: answer the held run first"
    assert world.persons()[world.link(one).resource_name]["emailAddresses"]
