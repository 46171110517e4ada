"""Two persons that our own creates made for one contact: which stays, and when the other is deleted."""

from dataclasses import replace

import pytest

from contactsync.actions import Result
from contactsync.records import LinkState
from tests.fakes import Fault, World
from tests.unit.contactsync.people import ALICE, BOB, with_emails


@pytest.fixture
def world() -> World:
    return World()


def double_of(world: World, contact_id: str) -> str:
    """What a create would have made whose answer came so late that another one had been sent."""
    return world.google.user_creates(world.crm.card(contact_id), marker=contact_id)


def test_the_linked_one_stays_and_the_double_is_deleted(world):
    source_id, contact_id = world.pushed(ALICE)
    double = double_of(world, contact_id)
    world.later()
    assert list(world.google.living()) == [source_id]
    assert list(world.crm.contacts_by_id) == [contact_id]
    assert world.crm.journal.receipts[-1].result is Result.HEALED
    assert double not in world.crm.deferred
    world.later()
    assert list(world.crm.contacts_by_id) == [contact_id]


def test_of_two_unlinked_ones_the_one_with_more_than_we_sent_stays(world):
    contact_id = world.crm.user_creates(ALICE)
    world.run()
    world.google.faults.append(Fault.LOST_AFTER)
    world.push(contact_id)
    (made,) = world.google.made_by_us[contact_id]
    richer = world.google.user_creates(with_emails(ALICE, "alice@example.org", "ash@example.org"), marker=contact_id)
    world.later()
    world.later()
    assert list(world.google.living()) == [richer]
    assert world.crm.link_of(contact_id).source_id == richer
    assert made not in world.google.living()


def test_of_two_equal_ones_the_lower_source_id_stays(world):
    contact_id = world.crm.user_creates(ALICE)
    world.run()
    world.google.faults.append(Fault.LOST_AFTER)
    world.push(contact_id)
    (made,) = world.google.made_by_us[contact_id]
    double_of(world, contact_id)
    world.later()
    world.later()
    assert list(world.google.living()) == [made]


@pytest.mark.parametrize("why", ["another card", "more beside the card"])
def test_what_holds_more_than_we_sent_is_imported_like_any_person(world, why):
    source_id, contact_id = world.pushed(ALICE)
    double = double_of(world, contact_id)
    if why == "another card":
        world.google.user_edits(double, with_emails(ALICE, "alice@example.org", "ash@example.org"))
    else:
        world.google.holds_more.add(double)
    world.later()
    assert set(world.google.living()) == {source_id, double}
    assert world.crm.link_to(double).contact_id != contact_id


def test_a_double_that_changes_between_plan_and_deletion_stays(world):
    source_id, contact_id = world.pushed(ALICE)
    double = double_of(world, contact_id)
    world.crm.before["apply"] = lambda: world.google.holds_more.add(double)
    world.later()
    world.later()
    assert set(world.google.living()) == {source_id, double}
    assert world.crm.link_to(double) is not None


def test_what_we_never_created_is_no_double(world):
    """Somebody copied the marker of a contact that came from Google."""
    source_id, contact_id = world.linked(ALICE)
    copy = double_of(world, contact_id)
    world.later()
    assert set(world.google.living()) == {source_id, copy}


def test_a_double_whose_contact_lost_its_own_person_stays_as_that_contacts_person(world):
    source_id, contact_id = world.pushed(ALICE)
    world.later()
    double = double_of(world, contact_id)
    world.google.user_deletes(source_id)
    world.later()
    world.later()
    assert double in world.google.living()
    assert not world.crm.is_trashed(contact_id)


def test_a_lost_answer_to_the_deletion_is_found_out_by_the_next_run(world):
    source_id, contact_id = world.pushed(ALICE)
    double_of(world, contact_id)
    world.google.faults.append(Fault.LOST_BEFORE)
    world.later()
    assert len(world.google.living()) == 2
    world.later()
    assert list(world.google.living()) == [source_id]
    assert list(world.crm.contacts_by_id) == [contact_id]


def test_a_contact_that_was_edited_since_is_healed_all_the_same(world):
    source_id, contact_id = world.pushed(ALICE)
    double_of(world, contact_id)
    world.crm.user_edits(contact_id, replace(BOB, emails=ALICE.emails))
    world.later()
    assert list(world.google.living()) == [source_id]
    assert world.crm.link_to(source_id).state is LinkState.LIVE
