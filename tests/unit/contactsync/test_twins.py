"""Several entries of one identity: an edit of any of them travels, and what changes nothing is not written."""

from dataclasses import replace

import pytest

from contactsync.card import Card, Email, Name
from contactsync.records import Policy
from tests.fakes import DELAY_SECONDS, World

HOME, WORK = Email("ann@x.org", "home"), Email("ann@x.org", "work")
ANN = Card(Name(given="Ann", family="Ash"), emails=(HOME, WORK))
PRIVATE = replace(ANN, emails=(HOME, replace(WORK, label="private")))


@pytest.fixture
def world() -> World:
    return World(Policy(delay_seconds=DELAY_SECONDS))


def test_a_label_edited_here_on_the_second_of_two_entries_arrives_in_google(world):
    source_id, contact_id = world.linked(ANN)
    world.crm.user_edits(contact_id, PRIVATE)
    world.run()
    world.later()
    assert world.google.card(source_id) == world.crm.card(contact_id) == PRIVATE


def test_a_label_edited_in_google_on_the_second_of_two_entries_arrives_here(world):
    source_id, contact_id = world.linked(ANN)
    world.google.user_edits(source_id, PRIVATE)
    world.run()
    world.later()
    assert world.google.card(source_id) == world.crm.card(contact_id) == PRIVATE


def test_removed_here_and_an_entry_of_it_edited_in_google_stays(world):
    source_id, contact_id = world.linked(ANN)
    world.crm.user_edits(contact_id, replace(ANN, emails=()))
    world.google.user_edits(source_id, PRIVATE)
    world.run()
    world.later()
    assert WORK.value in {email.value for email in world.google.card(source_id).emails}


def test_of_two_entries_one_removed_here_leaves_nothing_to_write(world):
    _, contact_id = world.linked(ANN)
    world.crm.user_edits(contact_id, replace(ANN, emails=(WORK,)))
    world.run()
    world.later()
    assert world.google.calls.updates == []


@pytest.mark.parametrize("side", ["here", "there"])
def test_of_exact_twins_one_may_be_edited_and_travels(world, side):
    source_id, contact_id = world.linked(replace(ANN, emails=(HOME, HOME)))
    one_edited = replace(ANN, emails=(WORK, HOME))
    if side == "here":
        world.crm.user_edits(contact_id, one_edited)
    else:
        world.google.user_edits(source_id, one_edited)
    world.run()
    world.later()
    assert world.google.card(source_id) == world.crm.card(contact_id) == one_edited
