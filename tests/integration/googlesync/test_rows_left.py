"""Rows of a plan or of a held run that are not taken, where links are there already."""

import pytest

from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import connection
from tandem.googlesync.approvals import reject
from tests.integration.googlesync.test_approvals import given, plan, say_yes
from tests.integration.googlesync.world import World, person


def linked(world: World) -> tuple[Contact, str]:
    (name,) = world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    world.switch_on()
    return world.contact("Ada"), name


def rows(run, *names: str):
    return [row for row in run.operations.filter(state="planned") if row.resource_name in names]


def test_same_person_not_taken_at_a_reconnection_stays_apart(world: World) -> None:
    """'Same person leaves the link severed': also where the two were linked before a disconnect."""
    ada, _ = linked(world)
    connection.disconnect(world.account)
    (new,) = world.load(person("New", "Comer", emails=["new@example.org"]))
    world.connect()
    planned = plan(world)
    say_yes(world, planned, rows(planned, new))
    world.sync()
    assert world.state(ada) == "severed"


def test_a_plan_can_be_answered_in_part_though_a_kept_contact_would_meet_another_person(world: World) -> None:
    """The contact's first person is gone; the row that would link it with another one is not taken: severed."""
    ada, name = linked(world)
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    contacts.restore_contacts(owner_id=world.user.pk, contact_ids=[ada.id], actor=Actor.PERSON)
    _other, new = world.load(
        person("Ada", "Lovelace", emails=["ada@example.org"]), person("New", "Comer", emails=["new@example.org"])
    )
    planned = plan(world)
    say_yes(world, planned, rows(planned, new))
    world.sync()
    assert given(world) == ["Ada", "New"]
    assert world.state(ada) == "severed"


def test_a_return_not_taken_brings_nobody_back(world: World) -> None:
    """Ada was deleted in Google and put back there; her row of the plan is not taken."""
    _ada, name = linked(world)
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    assert given(world) == []
    world.google("POST", "restore", {"names": [name]})
    (new,) = world.load(person("New", "Comer", emails=["new@example.org"]))
    planned = plan(world)
    say_yes(world, planned, rows(planned, new))
    world.sync()
    assert given(world) == ["New"]


def test_an_approved_merge_is_a_merge(world: World) -> None:
    """The plan says 'merged in Google'; approved, the contact follows into the survivor's, notes and all."""
    survivor, loser = world.load(
        person("Ann", "Lee", emails=["ann@example.org"]), person("Ann", "Lee", emails=["lee@example.org"])
    )
    world.connect()
    world.switch_on()
    lost = next(each for each in world.contacts() if each.emails[0]["value"] == "lee@example.org")
    world.edit(lost, notes="Buys the boat.")
    world.google("POST", "merge", {"survivor": survivor, "losers": [loser]})
    planned = plan(world)
    assert "merge" in {row.action for row in planned.operations.all()}
    say_yes(world, planned)
    world.sync()
    (kept,) = world.contacts()
    lost.refresh_from_db()
    assert lost.merged_into == kept.id or lost.merged_into == kept
    assert kept.notes == "Buys the boat."


def test_a_rejected_blank_keeps_no_other_field_apart(world: World, names: list[str]) -> None:
    """'A blanked field keeps each side's present value as its base': the name, changed beside it, arrives."""
    blank = {name: {"emailAddresses": []} for name in names[:3]}
    blank[names[0]]["names"] = [{"givenName": "Renamed", "familyName": "Family"}]
    world.google("POST", "edit", {"persons": blank})
    held = world.sync()
    assert held.state == "held"
    reject(user=world.user, run=held)
    world.sync()
    assert "Renamed" in given(world)
    assert all(each.emails for each in world.contacts())


def test_a_rejected_blank_in_google_keeps_no_other_field_apart(world: World, names: list[str]) -> None:
    for number in range(3):
        world.edit(
            world.contact(f"Given{number}"),
            emails=[],
            **({"name": {"given": "Renamed", "family": "Family"}} if number == 0 else {}),
        )
    held = world.sync()
    assert held.state == "held"
    reject(user=world.user, run=held)
    world.sync()
    assert "Renamed" in {each["names"][0]["givenName"] for each in world.persons().values()}
    assert all(each["emailAddresses"] for each in world.persons().values())


def test_who_is_back_in_google_is_in_step_again_after_a_no(world: World, names: list[str]) -> None:
    """Deletions held, taken back in Google, then rejected here: who is seen again brings the contact back."""
    world.google("POST", "delete", {"names": names[:3]})
    held = world.sync()
    world.google("POST", "restore", {"names": names[:3]})
    world.sync()
    reject(user=world.user, run=held)
    for _ in range(2):
        world.sync()
    assert {world.state(each) for each in world.contacts()} == {"linked"}
    assert len(world.persons()) == 5


def phones(entries) -> list[str]:
    return sorted(each["value"] for each in entries)


X, Y = "+1 415 555 2671", "+1 415 555 2672"


@pytest.mark.parametrize("taken", ["google", "tandem"])
def test_of_two_rows_of_a_linked_pair_the_taken_one_is_done(world: World, taken: str) -> None:
    """Each side gained a number. Only the row of one side is taken: that side gains the other's, and no more."""
    (name,) = world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    world.switch_on()
    ada = world.contact("Ada")
    world.google("POST", "edit", {"persons": {name: {"phoneNumbers": [{"value": X, "type": "mobile"}]}}})
    world.edit(ada, phones=[{"value": Y, "label": "work"}])
    planned = plan(world)
    assert sorted(planned.operations.values_list("side", flat=True)) == ["google", "tandem"]
    say_yes(world, planned, list(planned.operations.filter(side=taken)))
    world.sync()
    ada.refresh_from_db()
    here, there = phones(ada.phones), phones(world.persons()[name]["phoneNumbers"])
    assert (here, there) == (([Y], [X, Y]) if taken == "google" else ([X, Y], [X]))
