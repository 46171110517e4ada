"""What a run asks of the database grows with the rounds that it makes, not with the contacts in a round."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.backends.utils import CursorWrapper

from tandem.googlesync.services import change_settings
from tests.integration.googlesync.world import World, people

FEW, MANY = 8, 40  # both are more than go as single calls
#: A run may renew its lease, or count what it spends, once more.
SLACK = 5

type Counted = Callable[[Callable[[], object]], int]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """How many statements some work makes, in all threads."""
    made: list[str] = []
    execute = CursorWrapper.execute

    def noted(cursor: CursorWrapper, sql: Any, params: Any = None) -> Any:
        made.append(str(sql))
        return execute(cursor, sql, params)

    def count(work: Callable[[], object]) -> int:
        before = len(made)
        work()
        return len(made) - before

    monkeypatch.setattr(CursorWrapper, "execute", noted)
    return count


@pytest.fixture
def imported(world: World) -> list[str]:
    names = world.load(*people(MANY))
    world.connect()
    world.switch_on()
    change_settings(account=world.account, changes={"brake_on": False})
    world.sync()  # what a second run does once
    return names


def _everybody(world: World, names: list[str], fields: dict[str, Any]) -> None:
    world.google("POST", "edit", {"persons": dict.fromkeys(names, fields)})


def test_changes_in_google(world: World, imported: list[str], counted: Counted) -> None:
    def change(number: int) -> int:
        _everybody(world, imported[:number], {"names": [{"givenName": f"Changed {number}"}]})
        return counted(world.sync)

    assert change(MANY) - change(FEW) < SLACK


def test_new_etags_alone(world: World, imported: list[str], counted: Counted) -> None:
    def note(number: int) -> int:
        _everybody(world, imported[:number], {"biographies": [{"value": f"A note, {number}"}]})
        return counted(world.sync)

    assert note(MANY) - note(FEW) < SLACK


@pytest.mark.parametrize("policy", ["google", "tandem", "ask"])
def test_names_changed_on_both_sides(world: World, imported: list[str], counted: Counted, policy: str) -> None:
    change_settings(account=world.account, changes={"conflict_policy": policy})

    def clash(number: int) -> int:
        for contact in world.contacts()[:number]:
            world.edit(contact, name={"given": f"Here {number}"})
        _everybody(world, imported[:number], {"names": [{"givenName": f"There {number}"}]})
        return counted(world.sync)

    assert clash(MANY) - clash(FEW) < SLACK


@pytest.mark.usefixtures("imported")
def test_changes_here(world: World, counted: Counted) -> None:
    def change(number: int) -> int:
        for contact in world.contacts()[:number]:
            world.edit(contact, emails=[{"value": f"{contact.given}.{number}@example.org", "label": "home"}])
        return counted(world.sync)

    assert change(MANY) - change(FEW) < SLACK


@pytest.mark.usefixtures("imported")
def test_new_contacts_pushed(world: World, counted: Counted) -> None:
    def push(number: int) -> int:
        made = [world.create(name={"given": f"New {number}", "family": str(each)}) for each in range(number)]
        return counted(lambda: world.push(*made))

    assert push(MANY) - push(FEW) < SLACK
