"""On-demand push: what becomes of each chosen contact."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from contactsync.actions import Receipt, Result
from contactsync.card import BLANK
from contactsync.faults import Unavailable
from contactsync.plan import meet
from contactsync.records import Known, LinkState
from tests.fakes import DELAY_SECONDS, Crash, Fault, World
from tests.unit.contactsync.people import ALICE, BOB, CHARLIE, named, with_emails

ALICIA = named(ALICE, given="Alicia")


@pytest.fixture
def world() -> World:
    world = World()
    world.linked(CHARLIE)
    return world


def receipt(world: World, contact_id: str) -> Receipt:
    """The last receipt of a contact."""
    return [item for item in world.crm.journal.receipts if item.contact_id == contact_id][-1]


def persons_made(world: World) -> int:
    return len(world.google.calls.creates)


def test_a_new_contact_is_created_and_its_echo_writes_nothing(world):
    source_id, contact_id = world.pushed(ALICE)
    assert receipt(world, contact_id).result is Result.CREATED
    assert world.google.card(source_id) == ALICE
    assert world.google.person(source_id).marker == contact_id
    changes = len(world.crm.journal.changes)
    world.later()
    world.later()
    assert (persons_made(world), len(world.crm.journal.changes), world.google.calls.updates) == (1, changes, [])


def test_a_contact_that_nobody_pushed_is_never_created(world):
    contact_id = world.crm.user_creates(ALICE)
    world.later()
    world.later()
    assert persons_made(world) == 0
    assert world.crm.link_of(contact_id) is None


def test_a_second_push_changes_nothing(world):
    source_id, contact_id = world.pushed(ALICE)
    world.push(contact_id)
    world.push(contact_id, anyway=True)
    assert receipt(world, contact_id).result is Result.UNCHANGED
    assert (persons_made(world), world.google.calls.updates) == (1, [])
    assert world.google.card(source_id) == ALICE


def test_a_contact_named_twice_in_one_push_is_created_once(world):
    contact_id = world.crm.user_creates(ALICE)
    world.push(contact_id, contact_id)
    assert persons_made(world) == 1


def test_an_edit_of_a_linked_contact_goes_up_at_once(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.push(contact_id)
    assert world.google.card(source_id) == ALICIA
    assert receipt(world, contact_id).result is Result.UPDATED


def test_a_push_applies_nothing_of_google_s_and_keeps_the_token(world):
    source_id, contact_id = world.linked(ALICE)
    other_id, other_contact = world.linked(BOB)
    world.google.user_edits(other_id, named(BOB, given="Robert"))
    world.google.user_edits(source_id, with_emails(ALICE, "alice@example.org", "new@example.org"))
    world.crm.user_edits(contact_id, ALICIA)
    token = world.crm.token
    world.push(contact_id)
    assert world.google.card(source_id) == with_emails(ALICIA, "alice@example.org", "new@example.org")
    assert (world.crm.card(contact_id), world.crm.card(other_contact), world.crm.token) == (ALICIA, BOB, token)
    world.run()
    assert world.crm.card(contact_id) == world.google.card(source_id)


def test_a_single_field_that_both_sides_changed_is_left_to_the_hourly_run(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_edits(source_id, named(ALICE, given="Ali"))
    world.crm.user_edits(contact_id, with_emails(ALICIA, "new@example.org"))
    world.push(contact_id)
    assert world.google.card(source_id) == with_emails(named(ALICE, given="Ali"), "new@example.org")
    assert world.crm.card(contact_id).name.given == "Alicia"
    world.run()
    world.later()
    assert world.crm.card(contact_id) == world.google.card(source_id)
    assert world.google.card(source_id).name.given == "Ali"
    ((_, conflict),) = world.crm.journal.conflicts
    assert conflict.local.given == "Alicia"


def test_a_person_that_is_not_linked_yet_is_linked_and_filled(world):
    source_id = world.google.user_creates(replace(ALICE, phones=BOB.phones))
    contact_id = world.crm.user_creates(replace(ALICE, birthday=CHARLIE.birthday))
    world.push(contact_id)
    assert receipt(world, contact_id).result in (Result.LINKED, Result.UPDATED)
    assert persons_made(world) == 0
    both = replace(ALICE, phones=BOB.phones, birthday=CHARLIE.birthday)
    assert world.google.card(source_id) == both
    assert world.crm.card(contact_id) == both


def test_a_person_that_is_another_contact_s_is_left_and_the_two_are_listed(world):
    _, contact_id = world.linked(ALICE)
    twin = world.crm.user_creates(ALICE)
    world.push(twin)
    assert receipt(world, twin).result is Result.SKIPPED
    assert receipt(world, twin).reason == "already in Google as Alice Ash"
    assert [pair[:2] for pair in world.crm.journal.duplicates] == [(twin, contact_id)]
    assert persons_made(world) == 0


def test_push_anyway_creates_a_person_beside_another_contact_s(world):
    world.linked(ALICE)
    twin = world.crm.user_creates(ALICE)
    world.push(twin, anyway=True)
    assert receipt(world, twin).result is Result.CREATED
    assert persons_made(world) == 1


def test_one_person_matching_two_pushed_contacts_is_linked_to_one_of_them(world):
    source_id = world.google.user_creates(ALICE)
    twins = [world.crm.user_creates(ALICE), world.crm.user_creates(ALICE)]
    world.push(*twins)
    world.later()
    linked = [contact_id for contact_id in twins if world.crm.link_of(contact_id)]
    assert world.crm.link_of(linked[0]).source_id == source_id
    assert len(world.google.living()) - 1 == len(linked)


def test_a_tombstone_passes_to_a_contact_that_matches_it(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_trashes(contact_id)
    again = world.crm.user_creates(ALICE)
    world.push(again)
    link = world.crm.link_to(source_id)
    assert (link.contact_id, link.state) == (again, LinkState.LIVE)
    assert world.crm.is_trashed(contact_id)
    assert persons_made(world) == 0


def test_a_tombstone_whose_person_is_gone_leads_to_a_create(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_trashes(contact_id)
    world.google.user_deletes(source_id)
    again = world.crm.user_creates(ALICE)
    world.push(again)
    assert world.crm.link_of(again).source_id != source_id
    world.later()
    assert world.crm.is_trashed(contact_id)


def test_a_contact_without_any_of_the_five_fields_is_not_pushed(world):
    contact_id = world.crm.user_creates(BLANK)
    world.push(contact_id)
    assert receipt(world, contact_id).result is Result.SKIPPED
    assert "nothing to send" in receipt(world, contact_id).reason


def test_a_contact_in_the_trash_is_not_pushed(world):
    contact_id = world.crm.user_creates(ALICE)
    world.crm.user_trashes(contact_id)
    world.push(contact_id)
    assert receipt(world, contact_id).result is Result.FAILED
    assert persons_made(world) == 0


def test_what_the_account_can_not_hold_any_more_fails_alone(world):
    world.crm.places = len(world.google.living()) + 1
    contact_ids = [world.crm.user_creates(ALICE), world.crm.user_creates(BOB)]
    world.push(*contact_ids)
    assert [receipt(world, contact_id).result for contact_id in contact_ids] == [Result.CREATED, Result.FAILED]


def test_a_refused_create_fails_alone_in_google_s_words(world):
    contact_ids = [world.crm.user_creates(ALICE), world.crm.user_creates(BOB)]
    world.google.faults.append(Fault.REFUSED)
    world.push(*contact_ids)
    assert receipt(world, contact_ids[0]).reason == "Google does not take this value."
    assert receipt(world, contact_ids[1]).result is Result.CREATED
    world.push(contact_ids[0])
    assert receipt(world, contact_ids[0]).result is Result.CREATED


def test_a_create_that_was_certainly_not_sent_may_be_pushed_again_at_once(world):
    contact_id = world.crm.user_creates(ALICE)
    world.google.faults.append(Fault.UNSENT)
    with pytest.raises(Unavailable):
        world.push(contact_id)
    world.push(contact_id)
    assert persons_made(world) == 2
    assert len([person for person in world.google.living().values() if person.marker == contact_id]) == 1


# A create in doubt.


def lost_create(world: World, fault: Fault) -> str:
    contact_id = world.crm.user_creates(ALICE)
    world.google.lag = timedelta(seconds=DELAY_SECONDS - 1)
    world.google.faults.append(fault)
    world.push(contact_id)
    assert receipt(world, contact_id).result is Result.WAITING
    return contact_id


def only_person_of(world: World, contact_id: str) -> str:
    (source_id,) = [key for key, person in world.google.living().items() if person.marker == contact_id]
    return source_id


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_a_create_in_doubt_makes_one_person_however_often_it_is_pushed(world, fault):
    contact_id = lost_create(world, fault)
    world.push(contact_id)
    world.run()
    world.push(contact_id, anyway=True)
    assert len(world.google.calls.creates) == 1, "what is in doubt is not sent again"
    world.later()
    world.later()
    source_id = only_person_of(world, contact_id)
    assert world.crm.link_of(contact_id).source_id == source_id
    assert world.crm.creates == {}


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_a_contact_edited_while_its_create_is_in_doubt_brings_the_edit_up(world, fault):
    contact_id = lost_create(world, fault)
    world.crm.user_edits(contact_id, ALICIA)
    world.later()
    world.later()
    world.later()
    assert world.google.card(only_person_of(world, contact_id)) == ALICIA
    assert world.crm.card(contact_id) == ALICIA
    assert world.crm.journal.conflicts == []


def test_a_value_removed_here_while_the_create_is_in_doubt_is_removed_in_google(world):
    contact_id = lost_create(world, Fault.LOST_AFTER)
    world.crm.user_edits(contact_id, replace(ALICE, emails=()))
    world.later()
    world.later()
    assert world.google.card(only_person_of(world, contact_id)).emails == ()
    assert world.crm.card(contact_id).emails == ()


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_a_contact_trashed_while_its_create_is_in_doubt_stays_in_the_trash(world, fault):
    contact_id = lost_create(world, fault)
    world.crm.user_trashes(contact_id)
    world.later()
    world.later()
    assert world.crm.is_trashed(contact_id)
    assert len(world.crm.contacts_by_id) == 2
    if fault is Fault.LOST_AFTER:
        assert world.crm.link_of(contact_id).state is LinkState.TOMBSTONE
    assert world.crm.creates == {}


def test_a_person_that_was_edited_in_google_while_its_create_was_in_doubt_is_adopted_with_the_edit(world):
    contact_id = lost_create(world, Fault.LOST_AFTER)
    source_id = only_person_of(world, contact_id)
    world.google.user_edits(source_id, ALICIA)
    world.later()
    world.later()
    assert world.crm.card(contact_id) == ALICIA
    assert world.crm.journal.conflicts == []


def test_a_person_deleted_in_google_while_its_create_was_in_doubt_is_created_anew_for_nobody_asked_otherwise(world):
    contact_id = lost_create(world, Fault.LOST_AFTER)
    world.google.user_deletes(only_person_of(world, contact_id))
    world.later()
    world.later()
    assert not world.crm.is_trashed(contact_id)


@pytest.mark.parametrize("fuse", range(30))
def test_a_push_that_dies_anywhere_makes_one_person(world, fuse):
    contact_id = world.crm.user_creates(ALICE)
    world.google.lag = timedelta(seconds=DELAY_SECONDS - 1)
    world.fuse.left = fuse
    try:
        world.push(contact_id)
    except Crash:
        world.push(contact_id)
    world.fuse.left = None
    world.later()
    world.later()
    world.push(contact_id)
    source_id = only_person_of(world, contact_id)
    assert world.crm.link_of(contact_id).source_id == source_id
    world.later()
    assert len(world.crm.contacts_by_id) == 2


def test_a_lost_create_is_looked_for_with_the_token_that_was_valid_when_it_went_out(world):
    token = world.crm.token
    lost_create(world, Fault.LOST_AFTER)
    world.run()
    world.google.calls.listings.clear()
    world.later()
    assert world.google.calls.listings[0] == token


def test_a_lost_create_whose_token_has_died_is_looked_for_everywhere(world):
    contact_id = lost_create(world, Fault.LOST_AFTER)
    world.run()
    world.google.expire_tokens()
    world.later()
    assert world.crm.link_of(contact_id).source_id == only_person_of(world, contact_id)


def test_two_lost_creates_are_both_settled(world):
    world.google.lag = timedelta(seconds=DELAY_SECONDS - 1)
    contact_ids = [world.crm.user_creates(ALICE), world.crm.user_creates(BOB)]
    world.google.faults.extend([Fault.LOST_AFTER, Fault.LOST_BEFORE])
    world.push(*contact_ids)
    world.later()
    world.later()
    for contact_id in contact_ids:
        assert world.crm.link_of(contact_id).source_id == only_person_of(world, contact_id)


def test_a_push_during_the_first_days_without_a_token_searches_all_of_google(world):
    fresh = World()
    source_id = fresh.google.user_creates(ALICE)
    contact_id = fresh.crm.user_creates(ALICE)
    fresh.push(contact_id)
    assert fresh.crm.link_of(contact_id).source_id == source_id
    assert fresh.crm.token is None


def test_an_unreadable_entry_hinders_no_push(world):
    bob_id = world.google.user_creates(BOB)
    world.google.unreadable.add(bob_id)
    contact_id = world.crm.user_creates(ALICE)
    world.push(contact_id)
    assert receipt(world, contact_id).result is Result.CREATED


def test_a_dormant_link_is_left_to_the_hourly_run(world):
    _, contact_id = world.linked(ALICE)
    world.crm.user_disconnects()
    world.push(contact_id)
    assert receipt(world, contact_id).reason == "left to the hourly run"


def test_a_person_that_another_contacts_create_made_is_not_linked_to_this_one(world):
    """Both are the same woman; the answer to the first one's create was lost."""
    world.run()
    first = world.crm.user_creates(ALICE)
    world.google.faults.append(Fault.LOST_AFTER)
    world.push(first)
    second = world.crm.user_creates(ALICE)
    world.push(second)
    assert receipt(world, second).reason == "already in Google as Alice Ash"
    world.later()
    (made,) = world.google.made_by_us[first]
    assert world.crm.link_to(made).contact_id == first
    assert world.crm.creates == {}


def test_a_create_whose_person_somebody_else_was_linked_to_is_settled_all_the_same(world):
    world.run()
    first = world.crm.user_creates(ALICE)
    world.google.faults.append(Fault.LOST_AFTER)
    world.push(first)
    (made,) = world.google.made_by_us[first]
    other = Known(world.crm.contacts_by_id[world.crm.user_creates(BOB)])
    asyncio.run(world.crm.apply([meet(other, world.google.person(made), "by another way")]))
    world.later()
    world.later()
    assert world.crm.creates == {}


def test_a_create_whose_person_was_merged_into_another_meanwhile_is_not_made_again(world):
    bob_id, bob_here = world.linked(BOB)
    contact_id = world.crm.user_creates(ALICE)
    world.google.faults.append(Fault.LOST_AFTER)
    world.push(contact_id)
    (made,) = world.google.made_by_us[contact_id]
    world.google.user_merges(made, into=bob_id)
    world.later()
    world.later()
    assert [draft.contact_id for draft in world.google.calls.creates] == [contact_id]
    assert world.crm.creates == {}
    assert receipt(world, contact_id).reason == "already in Google as Bob Birch"
    assert {frozenset(pair[:2]) for pair in world.crm.journal.duplicates} == {frozenset((contact_id, bob_here))}


def test_a_person_is_linked_as_it_is_now_not_as_the_listing_showed_it(world):
    world.run()
    source_id = world.google.user_creates(ALICE)
    contact_id = world.crm.user_creates(ALICE)
    newer = with_emails(ALICE, "alice@example.org", "newer@example.org")
    world.google.before_get = lambda: world.google.user_edits(source_id, newer)
    world.push(contact_id)
    world.google.before_get = None
    assert world.crm.link_to(source_id).remote_base == newer
    assert world.crm.card(contact_id) == newer
