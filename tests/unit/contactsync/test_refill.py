"""'When a field is emptied: fill it in again from the other side', through whole runs."""

from dataclasses import replace

import pytest

from contactsync.records import EmptiedFields, Policy
from tests.fakes import DELAY_SECONDS, World
from tests.unit.contactsync.people import ALICE, named, with_emails

NO_EMAIL = with_emails(ALICE)


@pytest.fixture
def world() -> World:
    return World(Policy(delay_seconds=DELAY_SECONDS, emptied=EmptiedFields.REFILL))


def test_what_was_emptied_here_comes_back_with_the_next_run(world: World) -> None:
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, NO_EMAIL)
    world.run()
    assert world.crm.card(contact_id) == world.google.card(source_id) == ALICE
    assert world.google.calls.updates == []


def test_what_was_emptied_in_google_comes_back_with_the_next_run(world: World) -> None:
    source_id, contact_id = world.linked(ALICE)
    world.google.user_edits(source_id, NO_EMAIL)
    world.run()
    assert world.crm.card(contact_id) == world.google.card(source_id) == ALICE


def test_another_edit_made_with_it_still_travels(world: World) -> None:
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, named(NO_EMAIL, given="Alicia"))
    world.run()
    assert world.crm.card(contact_id) == world.google.card(source_id) == named(ALICE, given="Alicia")


def test_a_push_leaves_it_to_the_hourly_run_and_loses_nothing(world: World) -> None:
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, NO_EMAIL)
    world.push(contact_id)
    assert world.google.card(source_id) == ALICE
    world.later()
    assert world.crm.card(contact_id) == world.google.card(source_id) == ALICE


def test_only_a_field_left_wholly_blank_is_filled_in_again(world: World) -> None:
    source_id, contact_id = world.linked(with_emails(ALICE, "a@x.org", "b@x.org"))
    world.crm.user_edits(contact_id, replace(ALICE, emails=with_emails(ALICE, "a@x.org").emails))
    world.run()
    assert world.google.card(source_id) == with_emails(ALICE, "a@x.org")
