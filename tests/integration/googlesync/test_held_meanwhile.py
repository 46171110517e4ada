"""What the brake holds waits for its own answer, and an answer stands, whatever other verbs do meanwhile."""

import pytest

from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import links
from tandem.googlesync.approvals import reject
from tandem.googlesync.models import Run, Trigger
from tandem.googlesync.services import change_settings
from tests.integration.googlesync.test_approvals import delete_three, given, plan, say_yes
from tests.integration.googlesync.test_undo import undone
from tests.integration.googlesync.world import World, person


def run_on(world: World) -> None:
    for _ in range(3):
        world.sync()


def delete_and_restore(world: World, contact: Contact, held: Run) -> None:
    world.delete(contact)
    reject(user=world.user, run=held)
    contacts.restore_contacts(owner_id=world.user.pk, contact_ids=[contact.id], actor=Actor.PERSON)


def pause_and_resume(world: World, contact: Contact, held: Run) -> None:
    links.pause(user=world.user, contact_id=contact.id)
    reject(user=world.user, run=held)
    world.run(links.resume(user=world.user, contact_id=contact.id, trigger=Trigger.PERSON))


def blank_there(world: World, names: list[str]) -> Run:
    world.google("POST", "edit", {"persons": {name: {"emailAddresses": []} for name in names[:3]}})
    return world.sync()


def blank_here(world: World, *, number: int = 3) -> Run:
    for each in range(number):
        world.edit(world.contact(f"Given{each}"), emails=[])
    return world.sync()


def with_emails(world: World) -> int:
    return sum("emailAddresses" in each for each in world.persons().values())


def test_a_no_to_the_deletion_of_who_is_paused_keeps_the_contact(world: World, names: list[str]) -> None:
    held = delete_three(world, names)
    one = world.contact("Given0")
    links.pause(user=world.user, contact_id=one.id)
    reject(user=world.user, run=held)
    run_on(world)
    assert "Given0" in given(world)
    assert world.state(one) == "gone"


def test_a_no_to_the_deletion_of_who_was_deleted_here_stands_when_it_is_restored(
    world: World, names: list[str]
) -> None:
    delete_and_restore(world, world.contact("Given0"), delete_three(world, names))
    run_on(world)
    assert "Given0" in given(world)


@pytest.mark.parametrize("sleep", [pause_and_resume, delete_and_restore])
def test_a_no_to_a_field_blanked_in_google_stands_for_who_slept_meanwhile(
    world: World, names: list[str], sleep: object
) -> None:
    held = blank_there(world, names)
    one = world.contact("Given0")
    sleep(world, one, held)
    run_on(world)
    one.refresh_from_db()
    assert one.emails


@pytest.mark.parametrize("sleep", [pause_and_resume, delete_and_restore])
def test_a_no_to_a_field_blanked_here_stands_for_who_slept_meanwhile(
    world: World, names: list[str], sleep: object
) -> None:
    held = blank_here(world)
    sleep(world, world.contact("Given0"), held)
    run_on(world)
    assert with_emails(world) == 5


def first_meetings(world: World) -> tuple[list[str], Run]:
    """Five pairs, each filled on both sides, under a brake that lets two pass."""
    for each in range(5):
        emails = [{"value": f"{each}@example.org"}, {"value": f"mine{each}@example.org"}]
        world.create(name={"given": f"Given{each}", "family": "Family"}, emails=emails)
    names = world.load(
        *(
            person(f"Given{each}", "Family", emails=[f"{each}@example.org"], phones=[f"+1 415 555 267{each}"])
            for each in range(5)
        )
    )
    world.connect()
    run = world.switch_on()
    change_settings(account=world.account, changes={"brake_count": 2})
    return names, run


@pytest.mark.parametrize("what", ["blanked", "deleted"])
def test_the_undo_of_another_field_is_no_answer_to_what_is_held(world: World, what: str) -> None:
    names, first = first_meetings(world)
    if what == "blanked":
        world.google("POST", "edit", {"persons": {name: {"phoneNumbers": []} for name in names[:3]}})
    else:
        world.google("POST", "delete", {"names": names[:3]})
    held = world.sync()
    assert held.state == "held"
    one = world.contact("Given0")
    undone(world, first, one, "emails")
    run_on(world)
    one.refresh_from_db()
    assert one.trashed_at is None
    assert one.phones
    assert held.operations.filter(state="held").count() == 3


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("is_yes", [True, False])
def test_an_answer_to_a_plan_from_before_is_none_to_what_is_held(
    world: World, names: list[str], number: int, *, is_yes: bool
) -> None:
    """The plan shows new names; then the persons are deleted, which is held."""
    new_name = {"names": [{"givenName": "Renamed", "familyName": "Family"}]}
    world.google("POST", "edit", {"persons": dict.fromkeys(names[:number], new_name)})
    (new,) = world.load(person("New", "Comer", emails=["new@example.org"]))
    planned = plan(world)
    held = delete_three(world, names)
    rows = planned.operations.exclude(resource_name=new) if is_yes else planned.operations.filter(resource_name=new)
    say_yes(world, planned, list(rows))
    run_on(world)
    held.refresh_from_db()
    assert {f"Given{each}" for each in range(5)} <= set(given(world))
    assert (held.state, held.operations.filter(state="held").count()) == ("held", 3)


def test_a_push_of_who_is_paused_leaves_what_is_held_to_its_answer(world: World, names: list[str]) -> None:
    blank_here(world)
    one = world.contact("Given0")
    links.pause(user=world.user, contact_id=one.id)
    assert "held back" in world.push(one)[str(one.id)].reason
    assert with_emails(world) == 5


def test_a_yes_to_blanked_fields_is_none_to_the_deletion_of_the_contacts(world: World, names: list[str]) -> None:
    held = blank_there(world, names)
    world.google("POST", "delete", {"names": names[:3]})
    world.sync()
    say_yes(world, held)
    again = world.sync()
    assert (again.state, again.counts["held"]) == ("held", 3)
    assert len(given(world)) == 5


def test_who_is_hidden_in_google_while_held_is_shown_so(world: World, ada: Contact) -> None:
    change_settings(account=world.account, changes={"brake_count": 0, "brake_percent": 10})
    (name,) = world.persons()
    world.google("POST", "edit", {"persons": {name: {"emailAddresses": []}}})
    held = world.sync()
    assert held.state == "held"
    world.google("POST", "hide", {"names": [name]})
    world.sync()
    assert world.link(ada).hidden
    reject(user=world.user, run=held)
    world.sync()
    assert (world.state(ada), world.link(ada).hidden) == ("hidden", True)
