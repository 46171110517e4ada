"""Plans that meet what happened before they were answered, and conflicts that a person is asked about."""

import pytest

from tandem.contacts.models import Contact
from tandem.googlesync import answers, connection
from tandem.googlesync.models import Operation, Run
from tandem.googlesync.services import change_settings
from tests.integration.googlesync.test_approvals import plan, say_yes
from tests.integration.googlesync.world import World, person


def of(planned: Run, name: str) -> list[Operation]:
    return list(planned.operations.filter(resource_name=name))


def load_newcomer(world: World) -> str:
    (name,) = world.load(person("New", "Comer", emails=["new@example.org"]))
    return name


@pytest.mark.parametrize("phones", [[], ["+1 415 555 2671"]])
def test_same_person_not_taken_of_a_contact_deleted_since_leaves_a_tombstone(world: World, phones: list[str]) -> None:
    ada = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "ada@example.org"}])
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"], phones=phones))
    new = load_newcomer(world)
    world.connect()
    planned = plan(world)
    world.delete(ada)
    say_yes(world, planned, of(planned, new))
    assert world.link(ada).state == "tombstone"


def test_a_change_not_taken_of_who_was_deleted_in_google_since_lets_it_return(world: World, names: list[str]) -> None:
    """Who is seen again in Google brings its contact back, with its notes."""
    new_name = {"names": [{"givenName": "Renamed", "familyName": "Family"}]}
    world.google("POST", "edit", {"persons": dict.fromkeys(names[:2], new_name)})
    planned = plan(world)
    one = world.contact("Given0")
    world.edit(one, notes="Wants a garden.")
    world.google("POST", "delete", {"names": names[:1]})
    world.sync()
    say_yes(world, planned, of(planned, names[1]))
    world.google("POST", "restore", {"names": names[:1]})
    world.sync()
    one.refresh_from_db()
    assert (one.trashed_at, one.notes) == (None, "Wants a garden.")


def test_who_was_deleted_in_google_while_disconnected_can_be_pushed_after_a_plan(world: World, ada: Contact) -> None:
    """'What was deleted in Google while disconnected only ends links', though a plan took the listing that lacks it."""
    (name,) = world.persons()
    connection.disconnect(world.account)
    world.google("POST", "delete", {"names": [name]})
    load_newcomer(world)
    world.connect()
    say_yes(world, plan(world))
    world.sync()
    world.push(ada)
    assert len(world.persons()) == 2
    assert world.state(ada) == "linked"


@pytest.mark.parametrize("is_asked_before", [True, False])
def test_a_change_not_taken_is_no_answer_to_a_conflict(world: World, ada: Contact, *, is_asked_before: bool) -> None:
    """Both sides changed the name, and a number was removed here: its removal is not taken."""
    change_settings(account=world.account, changes={"conflict_policy": "ask"})
    (name,) = world.persons()
    world.edit(ada, name={"given": "Adeline"})
    world.google("POST", "edit", {"persons": {name: {"names": [{"givenName": "Augusta", "familyName": "Lovelace"}]}}})
    if is_asked_before:
        world.sync()
    world.edit(ada, phones=[])
    new = load_newcomer(world)
    planned = plan(world)
    assert [change["field"] for row in of(planned, name) for change in row.changes] == ["phones"]
    say_yes(world, planned, of(planned, new))
    world.sync()
    ada.refresh_from_db()
    assert ada.given == "Adeline"
    assert "phoneNumbers" in world.persons()[name]
    assert [(each.kind, each.field) for each in answers.conflicts_of(world.user)] == [("open", "name")]
