"""Changes of region, and undos that fail or are cut short."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as db
from django.utils import timezone

from tandem.contacts.models import Change, Contact
from tandem.googlesync import connection, links, runner, sweep
from tandem.googlesync.models import Operation
from tandem.googlesync.services import change_settings
from tandem.googlesync.undo import can_be_undone
from tests.integration.googlesync.test_approvals import given, plan, say_yes
from tests.integration.googlesync.test_undo import linked_by_a_first_meeting, undone
from tests.integration.googlesync.world import World, person


def test_an_undo_ends_with_the_connection(world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    real = runner.fills_in_google

    def patched(run: Any) -> Any:
        found = real(run)
        connection.disconnect(world.account)
        return found

    monkeypatch.setattr(runner, "fills_in_google", patched)
    undone(world, world.first)
    assert given(world) == ["Ada"]


@pytest.mark.usefixtures("hurried")
def test_an_undo_that_failed_is_offered_again(world: World, ada: Contact) -> None:
    (name,) = world.persons()
    world.google("POST", "edit", {"persons": {name: {"names": [{"givenName": "Augusta"}]}}})
    run = world.sync()
    assert can_be_undone(run)
    world.server.control("POST", "faults", {"method": "people.getBatchGet", "fault": "503", "count": 99})
    undo = undone(world, run)
    world.server.control("DELETE", "faults")
    assert undo.state == "failed"
    assert can_be_undone(run)


@pytest.mark.parametrize("kind", ["left", "linked"])
def test_a_push_after_a_change_of_region_finds_who_is_there(world: World, kind: str) -> None:
    world.load(
        person("Ada", "Lovelace", phones=["030 901820"]),
        person("New", "Comer", emails=["new@example.org"]),
    )
    world.connect()
    if kind == "left":
        planned = plan(world)
        say_yes(world, planned, [r for r in planned.operations.all() if "new@example.org" in repr(r.card)])
    else:
        world.switch_on()
    world.sync()
    change_settings(account=world.account, changes={"region": "DE"})
    other = world.create(name={"given": "Ada", "family": "Lovelace"}, phones=[{"value": "030 901820"}])
    world.push(other)
    assert len(world.persons()) == 2


@pytest.mark.usefixtures("hurried")
def test_a_paused_contact_stays_paused_though_its_undo_failed(world: World) -> None:
    contact, run = linked_by_a_first_meeting(world)
    links.pause(user=world.user, contact_id=contact.id)
    world.server.control("POST", "faults", {"method": "people.getBatchGet", "fault": "503", "count": 99})
    undo = undone(world, run)
    world.server.control("DELETE", "faults")
    assert undo.state == "failed"
    assert world.state(contact) == "paused"


def test_the_daily_job_writes_nothing_that_is_empty_already(world: World, ada: Contact) -> None:
    old = timezone.now() - timedelta(days=91)
    world.edit(ada, name={"given": "Adeline"})
    world.sync()
    Operation.objects.update(at=old)
    Change.objects.update(at=old)
    sweep.forget_old_values()

    def stamps() -> list[Any]:
        with db.cursor() as cursor:
            cursor.execute(
                "SELECT id, xmin::text FROM googlesync_operation UNION ALL SELECT id, xmin::text FROM contacts_change"
            )
            return sorted(cursor.fetchall())

    before = stamps()
    sweep.forget_old_values()
    assert stamps() == before
