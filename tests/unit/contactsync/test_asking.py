"""The policy 'ask': nobody's value travels until a person has chosen, and nothing else waits for it."""

from dataclasses import replace

import pytest

from contactsync.card import Birthday, Card, Phone
from contactsync.records import ConflictPolicy, Policy
from tests.fakes import DELAY_SECONDS, World
from tests.unit.contactsync.people import ALICE, BOB, born, named, with_emails

ALICIA = named(ALICE, given="Alicia")
ALISON = named(ALICE, given="Alison")


@pytest.fixture
def world() -> World:
    return World(Policy(conflict=ConflictPolicy.ASK, delay_seconds=DELAY_SECONDS))


def cards(world: World, source_id: str, contact_id: str) -> tuple[Card, Card]:
    return world.crm.card(contact_id), world.google.card(source_id)


def in_conflict(world: World) -> tuple[str, str]:
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.user_edits(source_id, ALISON)
    world.run()
    return source_id, contact_id


def test_each_side_keeps_its_own_name_and_the_conflict_is_noted(world):
    source_id, contact_id = in_conflict(world)
    world.later()
    assert cards(world, source_id, contact_id) == (ALICIA, ALISON)
    (_, conflict) = world.crm.journal.conflicts[-1]
    assert (conflict.local, conflict.remote, conflict.kept) == (ALICIA.name, ALISON.name, ConflictPolicy.ASK)


def test_an_open_conflict_costs_no_further_run_anything(world):
    in_conflict(world)
    world.later()
    world.crm.journal.actions.clear()
    gets = len(world.google.calls.gets)
    world.later()
    assert world.crm.journal.actions == []
    assert len(world.google.calls.gets) == gets
    assert world.crm.deferred == {}


def test_other_fields_travel_in_both_directions_meanwhile(world):
    source_id, contact_id = in_conflict(world)
    world.crm.user_edits(contact_id, born(ALICIA, Birthday(1980, 5, 1)))
    world.google.user_edits(source_id, with_emails(ALISON, "alison@example.org"))
    world.later()
    world.later()
    here, there = cards(world, source_id, contact_id)
    assert (here.name, there.name) == (ALICIA.name, ALISON.name)
    assert here.birthday == there.birthday == Birthday(1980, 5, 1)
    assert here.emails == there.emails


def test_equal_values_end_the_conflict(world):
    source_id, contact_id = in_conflict(world)
    world.crm.user_edits(contact_id, ALISON)
    world.later()
    world.crm.user_edits(contact_id, named(ALISON, family="Ashe"))
    world.later()
    assert cards(world, source_id, contact_id) == (named(ALISON, family="Ashe"),) * 2


def test_taking_googles_value_back_to_where_it_was_lets_ours_travel(world):
    source_id, contact_id = in_conflict(world)
    world.google.user_edits(source_id, ALICE)
    world.later()
    assert cards(world, source_id, contact_id) == (ALICIA, ALICIA)


def test_taking_ours_back_lets_googles_value_travel(world):
    source_id, contact_id = in_conflict(world)
    world.crm.user_edits(contact_id, ALICE)
    world.later()
    world.later()
    assert cards(world, source_id, contact_id) == (ALISON, ALISON)


def test_different_spellings_of_one_number_are_not_asked_about(world):
    source_id, contact_id = world.linked(BOB)
    world.crm.user_edits(contact_id, replace(BOB, phones=(Phone("0302", "mobile", "+49302"),)))
    world.google.user_edits(source_id, replace(BOB, phones=(Phone("030-2", "mobile", "+49302"),)))
    world.run()
    world.later()
    here, there = cards(world, source_id, contact_id)
    assert here.phones == there.phones == (Phone("030-2", "mobile", "+49302"),)
