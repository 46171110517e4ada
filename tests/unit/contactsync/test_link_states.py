"""Each state of a link, and how it is left: what a user sees on either side."""

from datetime import timedelta

import pytest

from contactsync.actions import Result
from contactsync.card import Card, Name
from contactsync.records import LinkState
from tests.fakes import DELAY_SECONDS, Fault, World
from tests.unit.contactsync.people import ALICE, BOB, named, with_emails

ALICIA = named(ALICE, given="Alicia")
ALICE_ASHE = named(ALICE, family="Ashe")
ALICIA_ASHE = named(ALICIA, family="Ashe")


@pytest.fixture
def world() -> World:
    return World()


def state(world: World, contact_id: str) -> LinkState:
    link = world.crm.link_of(contact_id)
    assert link is not None
    return link.state


def cards(world: World, source_id: str, contact_id: str) -> tuple[Card, Card]:
    return world.crm.card(contact_id), world.google.card(source_id)


# Paused.


def test_a_paused_link_is_skipped_in_both_directions(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_pauses(contact_id)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.user_edits(source_id, ALICE_ASHE)
    world.run()
    world.later()
    assert cards(world, source_id, contact_id) == (ALICIA, ALICE_ASHE)


def test_a_resumed_link_is_merged_against_the_old_bases(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_pauses(contact_id)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.user_edits(source_id, ALICE_ASHE)
    world.later()
    world.crm.user_wakes(contact_id)
    listings = len(world.google.calls.listings)
    world.sync_contacts(contact_id)
    assert cards(world, source_id, contact_id) == (ALICIA_ASHE, ALICIA_ASHE)
    assert len(world.google.calls.listings) == listings
    assert world.crm.deferred == {}


def test_a_resume_that_no_run_follows_is_carried_out_by_the_next_run(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_pauses(contact_id)
    world.google.user_edits(source_id, ALICE_ASHE)
    world.later()
    world.crm.user_wakes(contact_id)
    world.run()
    assert world.crm.card(contact_id) == ALICE_ASHE


def test_a_person_deleted_while_paused_moves_the_contact_to_the_trash_once_that_is_sure(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_pauses(contact_id)
    world.google.user_deletes(source_id)
    world.later()
    assert not world.crm.is_trashed(contact_id)
    world.crm.user_wakes(contact_id)
    world.sync_contacts(contact_id)
    assert not world.crm.is_trashed(contact_id)  # a get alone deletes nobody
    world.later()
    assert world.crm.is_trashed(contact_id)
    assert state(world, contact_id) is LinkState.GONE


@pytest.mark.parametrize("falls_asleep", ["pauses", "unlinks"])
def test_a_person_hidden_while_its_link_sleeps_is_known_to_be(world, falls_asleep):
    source_id, contact_id = world.linked(ALICE)
    getattr(world.crm, f"user_{falls_asleep}")(contact_id)
    world.google.user_hides(source_id)
    world.later()
    assert world.crm.link_of(contact_id).hidden


def test_a_push_of_a_paused_contact_resumes_it_and_leaves_googles_side_to_the_next_run(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_pauses(contact_id)
    world.crm.user_edits(contact_id, with_emails(ALICE, "here@example.org"))
    world.google.user_edits(source_id, ALICE_ASHE)
    world.later()
    world.push(contact_id)
    assert world.crm.card(contact_id) == with_emails(ALICE, "here@example.org")
    assert world.google.card(source_id) == with_emails(ALICE_ASHE, "here@example.org")
    world.run()
    assert world.crm.card(contact_id) == with_emails(ALICE_ASHE, "here@example.org")


def test_a_paused_contact_that_is_deleted_here_is_a_tombstone(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_pauses(contact_id)
    world.crm.user_trashes(contact_id)
    world.later()
    assert state(world, contact_id) is LinkState.TOMBSTONE
    assert world.google.card(source_id) == ALICE


def test_a_paused_link_sleeps_while_disconnected(world):
    _, contact_id = world.linked(ALICE)
    world.crm.user_pauses(contact_id)
    world.crm.user_disconnects()
    assert state(world, contact_id) is LinkState.DORMANT


def test_another_contact_is_not_put_into_google_beside_a_paused_one(world):
    _, contact_id = world.linked(with_emails(ALICE, "alice@example.org"))
    world.crm.user_pauses(contact_id)
    other_id = world.crm.user_creates(with_emails(ALICE, "alice@example.org"))
    world.push(other_id)
    assert world.google.calls.creates == []


# Severed.


def test_an_unlinked_pair_stays_apart_on_both_sides(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_unlinks(contact_id)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.user_edits(source_id, ALICE_ASHE)
    world.google.expire_tokens()
    world.later()
    world.later()
    assert cards(world, source_id, contact_id) == (ALICIA, ALICE_ASHE)
    assert len(world.crm.contacts_by_id) == 1


def test_a_pair_that_is_linked_again_meets_for_the_first_time(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_unlinks(contact_id)
    world.crm.user_edits(contact_id, with_emails(ALICIA, "here@example.org"))
    world.google.user_edits(source_id, with_emails(ALICE, "there@example.org"))
    world.later()
    world.crm.user_wakes(contact_id)
    world.sync_contacts(contact_id)
    here, there = cards(world, source_id, contact_id)
    assert {email.value for email in here.emails} == {email.value for email in there.emails}
    assert (here.name.given, there.name.given) == ("Alicia", ALICE.name.given)


def test_a_push_of_an_unlinked_contact_links_it_again(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_unlinks(contact_id)
    world.crm.user_edits(contact_id, with_emails(ALICE, "here@example.org"))
    world.push(contact_id)
    assert state(world, contact_id) is LinkState.LIVE
    assert "here@example.org" in {email.value for email in world.google.card(source_id).emails}
    assert world.google.calls.creates == []
    assert Result.LINKED in {receipt.result for receipt in world.crm.journal.receipts}


def test_a_push_of_an_unlinked_contact_whose_person_is_gone_creates_one(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_unlinks(contact_id)
    world.google.user_deletes(source_id)
    world.later()
    world.push(contact_id)
    (created,) = world.google.made_by_us[contact_id]
    assert world.google.card(created) == ALICE
    assert state(world, contact_id) is LinkState.LIVE


def test_linking_again_with_a_person_that_is_gone_only_ends_the_link(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_unlinks(contact_id)
    world.google.user_deletes(source_id)
    world.later()
    world.crm.user_wakes(contact_id)
    world.sync_contacts(contact_id)
    assert not world.crm.is_trashed(contact_id)
    assert world.crm.link_of(contact_id) is None


def test_a_pause_in_the_middle_of_a_run_stands(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_edits(source_id, ALICIA)
    world.crm.before["apply"] = lambda: world.crm.user_pauses(contact_id)
    world.run()
    world.later()
    assert state(world, contact_id) is LinkState.PAUSED
    assert world.crm.card(contact_id) == ALICE


# Tombstones and the gone.


def test_a_purged_contacts_person_that_is_brought_back_is_imported_as_new(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_trashes(contact_id)
    world.later()
    world.crm.purge(contact_id)
    link = world.crm.link_to(source_id)
    world.crm.links.pop(link.id)
    world.sync_contacts(persons=[link.resource_name])
    assert world.crm.card(world.crm.link_to(source_id).contact_id) == ALICE


def test_a_contact_deleted_in_google_is_put_back_there(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_deletes(source_id)
    world.later()
    world.crm.user_restores(contact_id)
    world.later()
    assert world.google.calls.creates == []
    world.sync_contacts(contact_id)
    (created,) = world.google.made_by_us[contact_id]
    assert world.google.card(created) == ALICE
    assert state(world, contact_id) is LinkState.LIVE


def test_only_the_contacts_of_its_scope_are_synced(world):
    _, alice_id = world.linked(ALICE)
    bob_source, bob_id = world.linked(BOB)
    world.google.user_edits(bob_source, Card(name=Name(given="Robert")))
    world.crm.user_edits(bob_id, with_emails(BOB, "bob@example.org"))
    world.crm.user_edits(alice_id, ALICIA)
    world.sync_contacts(alice_id)
    assert world.google.card(bob_source).name.given == "Robert"
    assert world.google.card(bob_source).emails == ()
    assert world.crm.card(bob_id).name == BOB.name


def test_a_hidden_person_is_in_step_again_after_a_reconnection(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_hides(source_id)
    world.later()
    world.crm.user_disconnects()
    world.later()
    assert state(world, contact_id) is LinkState.LIVE
    assert world.crm.link_of(contact_id).hidden


def test_who_was_deleted_here_while_its_create_was_in_doubt_stays_so_after_a_reconnection(world):
    contact_id = world.crm.user_creates(ALICE)
    world.google.lag = timedelta(seconds=DELAY_SECONDS - 1)
    world.google.faults.append(Fault.LOST_AFTER)
    world.push(contact_id)
    world.crm.user_disconnects()
    world.crm.creates.clear()
    world.crm.user_trashes(contact_id)
    world.later()
    world.later()
    assert world.crm.is_trashed(contact_id)
    assert state(world, contact_id) is LinkState.TOMBSTONE
    assert len(world.google.living()) == 1
