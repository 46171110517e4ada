"""Undoing what Google has not answered yet, and what becomes of an answer that nobody waits for."""

from collections.abc import Mapping
from typing import Any

import pytest

from contactsync.writes import Outcome
from google_people.provider import GooglePeople
from tandem.contacts.models import Contact
from tandem.googlesync import connection, links
from tandem.googlesync.models import Account, Run
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.threads import in_thread
from tandem.googlesync.undo import can_be_undone
from tests.integration.googlesync.test_held_meanwhile import run_on
from tests.integration.googlesync.test_lost_creates import in_doubt
from tests.integration.googlesync.test_undo import emails, linked_by_a_first_meeting, undone
from tests.integration.googlesync.world import World


def edited_with_a_lost_answer(world: World, ada: Contact) -> Run:
    world.edit(ada, emails=[{"value": "new@example.org"}])
    world.server.control("POST", "faults", {"method": "people.updateContact", "fault": "lost-response"})
    run = world.sync()
    assert run.operations.filter(state="sent").exists()
    return run


def test_what_is_in_doubt_is_undone_once_it_is_known(world: World, ada: Contact) -> None:
    """Undone before, it would stay, and could not be undone any more."""
    run = edited_with_a_lost_answer(world, ada)
    assert not can_be_undone(run)
    with pytest.raises(SyncRefused) as caught:
        undone(world, run)
    assert caught.value.code == "in_doubt"
    world.sync()
    assert can_be_undone(run)
    undone(world, run)
    assert emails(world) == (["ada@example.org"], ["ada@example.org"])


def test_a_part_can_be_undone_though_another_is_in_doubt(world: World, ada: Contact) -> None:
    run = edited_with_a_lost_answer(world, ada)
    other = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    assert undone(world, run, other).state == "done"
    with pytest.raises(SyncRefused):
        undone(world, run, ada)


def test_a_push_is_undone_once_it_is_known_whom_it_made(world: World) -> None:
    grace, run = in_doubt(world)
    with pytest.raises(SyncRefused):
        undone(world, run)
    world.sync()
    assert world.state(grace) == "linked"
    assert undone(world, run).operations.filter(contact_id=grace.id).exists()


def test_who_is_paused_hinders_no_undo(world: World, ada: Contact) -> None:
    """Of her write nothing is known before she is resumed."""
    run = edited_with_a_lost_answer(world, ada)
    links.pause(user=world.user, contact_id=ada.id)
    run_on(world)
    assert undone(world, run).state == "done"


def test_a_write_in_doubt_of_who_was_deleted_here_is_waited_for_no_more(world: World, ada: Contact) -> None:
    run = edited_with_a_lost_answer(world, ada)
    world.delete(ada)
    world.sync()
    assert [row.state for row in run.operations.all()] == ["dropped"]


def test_the_figures_of_a_run_count_what_is_known_later(world: World, ada: Contact) -> None:
    run = edited_with_a_lost_answer(world, ada)
    world.sync()
    run.refresh_from_db()
    assert run.counts["google"]["update"] == 1


def test_the_figures_of_a_push_count_whom_it_is_known_to_have_made_later(world: World) -> None:
    _grace, run = in_doubt(world)
    world.sync()
    run.refresh_from_db()
    assert run.counts["google"]["create"] == 1


def test_a_first_meeting_is_undone_once_the_two_have_met_again_after_a_reconnection(world: World) -> None:
    """Undone before, its fills would come back with the next run."""
    contact, run = linked_by_a_first_meeting(world)
    connection.disconnect(world.account)
    world.connect()
    Account.objects.filter(id=world.account.id).update(contact_sync=True)
    with pytest.raises(SyncRefused):
        undone(world, run)
    world.sync()
    undone(world, run)
    run_on(world)
    contact.refresh_from_db()
    assert not contact.phones
    assert emails(world)[1] == ["ada@example.org"]
    assert world.state(contact) == "severed"


def test_who_is_paused_stays_so_while_its_first_meeting_is_undone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stops the undo half way, no run finds the two in step."""
    contact, run = linked_by_a_first_meeting(world)
    links.pause(user=world.user, contact_id=contact.id)
    updates, states = GooglePeople.update_many, []

    async def update_many(google: GooglePeople, *asked: Any) -> Mapping[str, Outcome]:
        states.append(await in_thread(world.state, contact))
        return await updates(google, *asked)

    monkeypatch.setattr(GooglePeople, "update_many", update_many)
    undone(world, run)
    assert states == ["paused"]
    assert emails(world)[1] == ["ada@example.org"]
