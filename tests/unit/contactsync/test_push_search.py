"""Before a push creates, it searches all persons known to the account, and those that it has just read."""

from dataclasses import replace

import pytest

from contactsync.actions import Result
from contactsync.card import Email
from contactsync.records import Brake, LinkState, Policy
from tests.fakes import DELAY_SECONDS, World
from tests.unit.contactsync.people import ALICE, named


@pytest.fixture
def world() -> World:
    return World(Policy(delay_seconds=DELAY_SECONDS))


def test_a_linked_person_that_gained_the_email_since_the_last_run_is_the_match(world):
    source_id, _contact_id = world.linked(ALICE)
    gained = replace(ALICE, emails=(*ALICE.emails, Email("alice@new.example", "work")))
    world.google.user_edits(source_id, gained)
    other = world.crm.user_creates(replace(ALICE, emails=(Email("alice@new.example", "work"),)))
    world.push(other)
    assert world.crm.journal.receipts[-1].result is Result.SKIPPED
    assert world.crm.journal.receipts[-1].reason == "already in Google as Alice Ash"
    assert len(world.google.living()) == 1


def test_a_tombstones_person_that_gained_the_email_since_the_last_run_is_linked(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_trashes(contact_id)
    world.later()
    gained = replace(ALICE, emails=(*ALICE.emails, Email("alice@new.example", "work")))
    world.google.user_edits(source_id, gained)
    other = world.crm.user_creates(replace(ALICE, emails=(Email("alice@new.example", "work"),)))
    world.push(other)
    assert world.crm.journal.receipts[-1].result is Result.LINKED
    assert len(world.google.living()) == 1


def test_a_person_whose_email_its_own_contact_does_not_hold_is_the_match(world):
    """After a 'no' to a blanked field the person has the e-mail still, and its contact none."""
    source_id, contact_id = world.linked(ALICE)
    world.crm.policy = replace(world.crm.policy, brake=Brake(count=0, percent=0))
    world.crm.user_edits(contact_id, replace(ALICE, emails=()))
    world.later()
    world.crm.user_rejects_held()
    world.later()
    assert (world.crm.card(contact_id).emails, world.google.card(source_id).emails) == ((), ALICE.emails)
    other = world.crm.user_creates(named(ALICE, family="Birch"))  # the same e-mail: people marry
    world.push(other)
    assert world.crm.journal.receipts[-1].result is Result.SKIPPED
    assert len(world.google.living()) == 1


def test_a_person_that_waits_to_be_read_again_is_the_match(world):
    """Known to the account by a deferred item alone: the listing that showed it is behind the token."""
    source_id = world.google.user_creates(ALICE)
    world.google.unreadable = {source_id}
    world.run()
    world.google.unreadable = set()
    other = world.crm.user_creates(ALICE)
    world.push(other)
    assert len(world.google.living()) == 1


def test_a_kept_contact_whose_person_is_back_is_linked_with_it(world):
    source_id, contact_id = world.linked(ALICE)
    world.wait()
    world.google.user_deletes(source_id)
    world.later()
    world.crm.user_restores(contact_id)
    world.google.user_brings_back(source_id)
    world.push(contact_id)
    assert len(world.google.living()) == 1
    assert world.crm.link_of(contact_id).state is LinkState.LIVE
