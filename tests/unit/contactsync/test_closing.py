"""What is known of an open item outlives every run until it is done: how often it was refused, that it was approved."""

import pytest

from contactsync.card import Card, Email, Name
from contactsync.faults import Unavailable
from contactsync.records import Brake, Policy, Reason
from tests.fakes import DELAY_SECONDS, Fault, World
from tests.unit.contactsync.people import ALICE, named

ALICIA = named(ALICE, given="Alicia")
BRAKE = Brake(count=2, percent=10, most=200)


@pytest.fixture
def world() -> World:
    return World(Policy(delay_seconds=DELAY_SECONDS, brake=BRAKE))


# Refused.


def refused_once(world: World) -> tuple[str, str]:
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.faults.append(Fault.REFUSED)
    world.run()
    return source_id, contact_id


def test_a_refusal_is_remembered_in_google_s_words(world):
    source_id, _ = refused_once(world)
    item = world.crm.deferred[source_id]
    assert (item.reason, item.tries) == (Reason.REFUSED, 1)
    assert item.detail


@pytest.mark.parametrize("run", ["push", "sync_contacts"])
def test_a_push_and_a_run_of_one_contact_count_refusals_on(world, run):
    source_id, contact_id = refused_once(world)
    world.google.faults.append(Fault.REFUSED)
    before = world.clock()
    getattr(world, run)(contact_id)
    item = world.crm.deferred[source_id]
    assert item.tries == 2
    assert (item.due_at - before).total_seconds() == pytest.approx(600, abs=1)


def test_a_fault_before_the_next_try_forgets_no_refusal(world):
    source_id, _ = refused_once(world)
    world.wait(301)
    world.google.faults.append(Fault.UNSENT)
    with pytest.raises(Unavailable):
        world.run()
    assert world.crm.deferred[source_id].tries == 1
    world.google.faults.append(Fault.REFUSED)
    world.run()
    assert world.crm.deferred[source_id].tries == 2


def test_what_was_refused_and_is_undone_here_is_open_no_longer(world):
    source_id, contact_id = refused_once(world)
    world.crm.user_edits(contact_id, ALICE)
    world.later()
    world.later()
    assert world.crm.deferred == {}
    assert world.google.card(source_id) == ALICE


# Approved.


def card(number: int, *, is_blank: bool = False) -> Card:
    emails = () if is_blank else (Email(f"{number}@example.org", "home"),)
    return Card(Name(given=f"Given{number}", family="Family"), emails=emails)


@pytest.fixture
def pairs(world: World) -> list[tuple[str, str]]:
    return [world.linked(card(number)) for number in range(8)]


def trashed(world: World, pairs: list[tuple[str, str]]) -> list[bool]:
    return [world.crm.is_trashed(contact_id) for _, contact_id in pairs]


def test_deletions_that_were_approved_are_done_by_the_next_run_if_their_own_dies(world, pairs):
    for source_id, _ in pairs[:3]:
        world.google.user_deletes(source_id)
    world.later()
    world.crm.user_applies_held()
    world.later()
    assert trashed(world, pairs) == [True] * 3 + [False] * 5
    assert (world.crm.held_back, world.crm.deferred) == ({}, {})


def test_what_was_approved_lets_nothing_else_pass_the_brake(world, pairs):
    for source_id, _ in pairs[:3]:
        world.google.user_deletes(source_id)
    world.later()
    world.crm.user_applies_held()
    for source_id, _ in pairs[3:6]:
        world.google.user_deletes(source_id)
    world.later()
    assert trashed(world, pairs) == [True] * 3 + [False] * 5
    assert sorted(world.crm.held_back) == sorted(source_id for source_id, _ in pairs[3:6])


def test_blanks_here_that_were_approved_are_written_by_the_next_run_if_their_own_dies(world, pairs):
    for number, (_, contact_id) in enumerate(pairs[:3]):
        world.crm.user_edits(contact_id, card(number, is_blank=True))
    world.run()
    world.crm.user_applies_held()
    world.google.faults.append(Fault.UNSENT)
    with pytest.raises(Unavailable):
        world.run()
    world.later()
    assert [bool(world.google.card(source_id).emails) for source_id, _ in pairs] == [False] * 3 + [True] * 5
    assert (world.crm.held_back, world.crm.deferred) == ({}, {})


def test_blanks_in_google_that_were_approved_are_carried_here_by_the_next_run_if_their_own_dies(world, pairs):
    for number, (source_id, _) in enumerate(pairs[:3]):
        world.google.user_edits(source_id, card(number, is_blank=True))
    world.later()
    world.crm.user_applies_held()
    world.later()
    assert [bool(world.crm.card(contact_id).emails) for _, contact_id in pairs] == [False] * 3 + [True] * 5
    assert (world.crm.held_back, world.crm.deferred) == ({}, {})
