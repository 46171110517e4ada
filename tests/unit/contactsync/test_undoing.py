"""What a run wrote in Google is taken back there, unless it was changed since; the contacts stay as they are."""

import asyncio

import pytest

from contactsync.card import Field
from contactsync.undoing import Write, take_back_in_google, undone_card
from tests.fakes import World
from tests.unit.contactsync.people import ALICE, with_emails

MINE = with_emails(ALICE, "alice@example.org", "mine@example.org")
FILLED: Write = (ALICE, MINE, frozenset({Field.EMAILS}))


@pytest.fixture
def world() -> World:
    return World()


def take_back(world: World, *contact_ids: str) -> None:
    writes = {contact_id: [FILLED] for contact_id in contact_ids}
    asyncio.run(take_back_in_google(world.google, world.crm, world.clock, writes))


def test_what_was_written_goes_and_the_contact_keeps_it(world):
    source_id, contact_id = world.linked(MINE)
    take_back(world, contact_id)
    assert world.google.card(source_id) == ALICE
    assert world.crm.card(contact_id) == MINE
    world.later()
    assert (world.google.card(source_id), world.crm.card(contact_id)) == (ALICE, MINE)


def test_an_edit_here_that_no_run_carried_does_not_go_along(world):
    source_id, contact_id = world.linked(MINE)
    world.crm.user_edits(contact_id, with_emails(MINE, "other@example.org"))
    take_back(world, contact_id)
    assert world.google.card(source_id) == ALICE


def test_what_is_no_longer_as_it_was_written_stays(world):
    other = with_emails(ALICE, "alice@example.org", "new@example.org")
    source_id, contact_id = world.linked(other)
    take_back(world, contact_id)
    assert (world.google.card(source_id), world.google.calls.updates) == (other, [])
    assert undone_card(other, [FILLED]) == other


@pytest.mark.parametrize("apart", ["user_pauses", "user_unlinks"])
def test_what_is_not_in_step_now_is_passed_over(world, apart):
    source_id, contact_id = world.linked(MINE)
    unlinked_id = world.crm.user_creates(ALICE)
    getattr(world.crm, apart)(contact_id)
    take_back(world, contact_id, unlinked_id)
    assert (world.google.card(source_id), world.google.calls.updates) == (MINE, [])


def test_a_pair_that_has_not_met_again_is_passed_over(world):
    source_id, contact_id = world.linked(MINE)
    world.crm.user_unlinks(contact_id)
    world.crm.user_wakes(contact_id)
    take_back(world, contact_id)
    assert world.google.card(source_id) == MINE
