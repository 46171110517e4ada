"""A push makes no second person of one that runs ignore, whatever became of the person meanwhile."""

from collections.abc import Callable

import pytest

from tandem.contacts.models import Contact
from tandem.googlesync import connection, links
from tests.integration.googlesync.test_approvals import plan, say_yes
from tests.integration.googlesync.world import World, person


def connect_again(world: World, _name: str) -> str:
    connection.disconnect(world.account)
    world.connect()
    world.switch_on()
    return "ada@example.org"


def edit_there(world: World, name: str) -> str:
    world.google("POST", "edit", {"persons": {name: {"emailAddresses": [{"value": "new@example.org"}]}}})
    world.sync()
    return "new@example.org"


@pytest.mark.parametrize("happens", [connect_again, edit_there])
def test_who_was_left_out_of_a_plan_is_linked(world: World, happens: Callable[[World, str], str]) -> None:
    left, new = world.load(
        person("Ada", "Lovelace", emails=["ada@example.org"]), person("New", "Comer", emails=["comer@example.org"])
    )
    world.connect()
    planned = plan(world)
    say_yes(world, planned, list(planned.operations.filter(resource_name=new)))
    email = happens(world, left)
    ada = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": email}])
    world.push(ada)
    assert len(world.persons()) == 2
    assert world.state(ada) == "linked"


def pushed_again(world: World) -> tuple[Contact, str]:
    """Somebody types what Google has of Ada by now, and pushes it; what the receipt says."""
    email = edit_there(world, next(iter(world.persons())))
    other = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": email}])
    return other, world.push(other)[str(other.id)].reason


def test_who_is_paused_is_in_google_already(world: World, ada: Contact) -> None:
    links.pause(user=world.user, contact_id=ada.id)
    assert "already in Google" in pushed_again(world)[1]
    assert len(world.persons()) == 1


def test_whose_contact_was_deleted_here_is_linked(world: World, ada: Contact) -> None:
    world.delete(ada)
    other, _ = pushed_again(world)
    assert len(world.persons()) == 1
    assert world.state(other) == "linked"
