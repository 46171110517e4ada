"""Runs over both fakes: what a user sees on either side afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contactsync.actions import DeleteLocal, Import, Result, Return
from contactsync.card import Birthday, Card, Email
from contactsync.faults import Unavailable
from contactsync.records import ConflictPolicy, Deferred, LinkState, Listed, Page, Policy, Reason
from tests.fakes import DELAY_SECONDS, Crash, Fault, World
from tests.unit.contactsync.people import ALICE, BOB, CHARLIE, born, named, with_emails

LATER = timedelta(hours=2)
ALICIA = named(ALICE, given="Alicia")
ALICE_ASHE = named(ALICE, family="Ashe")


@pytest.fixture
def world() -> World:
    return World()


def in_step(world: World, source_id: str) -> Card:
    """The Card both sides hold."""
    link = world.crm.link_to(source_id)
    assert link is not None
    assert link.state is LinkState.LIVE
    assert not link.changed_here
    assert link.pending is None
    assert world.google.card(source_id) == world.crm.card(link.contact_id)
    return world.google.card(source_id)


def updates(world: World) -> int:
    return len(world.google.calls.updates)


# Both directions.


def test_every_person_is_imported_at_the_first_run(world):
    world.google.user_creates(ALICE)
    world.google.user_creates(BOB)
    world.run()
    assert [contact.card for contact in world.crm.contacts_by_id.values()] == [ALICE, BOB]
    assert world.crm.token is not None


def test_a_person_that_moves_between_the_pages_of_a_first_import_is_imported_once_and_read_again(world, monkeypatch):
    source_id = world.google.user_creates(ALICE)
    before = world.google.person(source_id)
    world.google.user_edits(source_id, ALICIA)
    shown = [Listed(each.resource_name, source_id, each.etag, deleted=False, payload=each)
             for each in (before, world.google.person(source_id))]  # fmt: skip
    gone = Listed("people/c9", "s9", "e9", deleted=True)
    whole, token = world.google.changes, world.clock.now.isoformat()

    async def paged(since):
        monkeypatch.setattr(world.google, "changes", whole)
        yield Page((shown[0], gone))
        yield Page((shown[1],), token, 2)

    monkeypatch.setattr(world.google, "changes", paged)
    world.run()
    world.later()
    assert len(world.crm.contacts_by_id) == 1
    assert in_step(world, source_id) == ALICIA


def test_an_edit_in_google_arrives_here(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_edits(source_id, ALICIA)
    world.run()
    assert world.crm.card(contact_id) == ALICIA
    assert updates(world) == 0


def test_an_edit_here_arrives_in_google_and_its_echo_writes_nothing(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.run()
    assert world.google.card(source_id) == ALICIA
    changes = len(world.crm.journal.changes)
    world.later()
    world.later()
    assert in_step(world, source_id) == ALICIA
    assert (updates(world), len(world.crm.journal.changes)) == (1, changes)


def test_edits_of_different_fields_meet_on_both_sides(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.user_edits(source_id, with_emails(ALICE, "alice@example.org", "ash@example.org"))
    world.run()
    world.later()
    assert in_step(world, source_id) == with_emails(ALICIA, "alice@example.org", "ash@example.org")


@pytest.mark.parametrize(("conflict", "standing"), [(ConflictPolicy.GOOGLE, "Ali"), (ConflictPolicy.TANDEM, "Alicia")])
def test_a_single_field_changed_on_both_sides_follows_the_policy_and_the_other_value_is_kept(conflict, standing):
    world = World(Policy(conflict=conflict, delay_seconds=DELAY_SECONDS))
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.user_edits(source_id, named(ALICE, given="Ali"))
    world.run()
    world.later()
    assert in_step(world, source_id).name.given == standing
    ((_, recorded),) = world.crm.journal.conflicts
    assert {recorded.local.given, recorded.remote.given} == {"Ali", "Alicia"}


def test_a_run_without_news_asks_once_and_reads_no_contact(world):
    world.linked(ALICE)
    world.google.calls.listings.clear()
    world.google.calls.gets.clear()
    world.crm.reads = 0
    actions = len(world.crm.journal.actions)
    world.run()
    assert (len(world.google.calls.listings), world.google.calls.gets) == (1, [])
    assert (world.crm.reads, len(world.crm.journal.actions)) == (0, actions)


def test_an_etag_that_moves_alone_changes_nothing_but_the_link(world):
    source_id, contact_id = world.linked(ALICE)
    revision = world.crm.contacts_by_id[contact_id].card_revision
    world.google.google_touches(source_id)
    world.run()
    assert world.crm.contacts_by_id[contact_id].card_revision == revision
    assert world.crm.link_to(source_id).etag == world.google.person(source_id).etag


def test_a_first_import_that_died_half_way_is_finished_by_the_next_run(world):
    world.google.page_size = 1
    for card in (ALICE, BOB, CHARLIE):
        world.google.user_creates(card)
    world.fuse.left = 8
    with pytest.raises(Crash):
        world.run()
    assert 0 < len(world.crm.contacts_by_id) < 3
    world.run()
    assert sorted(contact.card.name.given for contact in world.crm.contacts_by_id.values()) == [
        "Alice",
        "Bob",
        "Charlie",
    ]


def test_a_dead_token_means_a_full_listing(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_edits(source_id, ALICIA)
    world.google.expire_tokens()
    world.run()
    assert world.crm.card(contact_id) == ALICIA
    assert world.google.calls.listings[-1] is None


# Deletions.


def test_a_person_deleted_in_google_goes_to_the_trash(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_deletes(source_id)
    world.run()
    assert world.crm.is_trashed(contact_id)
    assert world.crm.link_to(source_id).state is LinkState.GONE


def test_a_contact_deleted_here_stays_in_google_and_never_comes_back(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_trashes(contact_id)
    world.run()
    world.google.user_edits(source_id, ALICIA)
    world.google.expire_tokens()
    world.run()
    assert world.crm.is_trashed(contact_id)
    assert len(world.crm.contacts_by_id) == 1
    assert source_id in world.google.living()


def test_a_person_hidden_in_google_is_no_deletion_and_is_seen_when_shown_again(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_hides(source_id)
    world.run()
    assert not world.crm.is_trashed(contact_id)
    assert world.crm.link_to(source_id).hidden
    world.google.user_brings_back(source_id)
    world.run()
    assert not world.crm.link_to(source_id).hidden


def test_a_get_of_a_hidden_person_does_not_show_it_again(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.faults.append(Fault.LOST_BEFORE)
    world.run()
    world.google.user_hides(source_id)
    world.run()
    assert world.crm.link_to(source_id).hidden
    world.later()
    assert world.google.card(source_id) == ALICIA
    assert world.crm.link_to(source_id).hidden


def test_a_hidden_person_shown_again_under_an_equal_etag_is_seen(world):
    source_id, _ = world.linked(ALICE)
    link = world.crm.link_to(source_id)
    world.crm.links[link.id] = replace(link, hidden=True)
    world.google.expire_tokens()
    world.run()
    assert not world.crm.link_to(source_id).hidden


def test_a_renamed_person_reported_deleted_under_the_old_name_is_not_deleted(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.google_renames(source_id)
    world.run()
    assert not world.crm.is_trashed(contact_id)
    assert world.crm.link_to(source_id).resource_name == world.google.person(source_id).resource_name
    assert not world.crm.link_to(source_id).hidden


def test_an_edit_here_reaches_a_person_that_was_renamed_meanwhile(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.lag = timedelta(seconds=DELAY_SECONDS / 2)
    world.google.google_renames(source_id)
    world.crm.user_edits(contact_id, ALICIA)
    world.run()
    world.later()
    assert in_step(world, source_id) == ALICIA
    assert updates(world) == 1


def test_a_full_listing_that_lacks_what_we_just_wrote_deletes_nothing(world):
    world.linked(BOB)
    world.google.lag = timedelta(seconds=DELAY_SECONDS - 1)
    source_id, contact_id = world.pushed(ALICE)
    world.google.expire_tokens()
    world.google.next_get_is_stale = True
    world.run()
    assert not world.crm.is_trashed(contact_id)
    world.later()
    assert in_step(world, source_id) == ALICE


def test_a_person_deleted_during_the_delay_is_deleted_after_it(world):
    world.linked(BOB)
    source_id, contact_id = world.pushed(ALICE)
    world.google.user_deletes(source_id)
    world.run()
    assert not world.crm.is_trashed(contact_id)
    world.later()
    assert world.crm.is_trashed(contact_id)


def test_a_deletion_in_google_stands_over_an_edit_here(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.user_deletes(source_id)
    world.run()
    assert world.crm.is_trashed(contact_id)
    assert world.crm.card(contact_id) == ALICIA


def test_a_person_taken_out_of_googles_trash_brings_the_contact_back(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_deletes(source_id)
    world.run()
    world.google.user_brings_back(source_id)
    world.run()
    assert not world.crm.is_trashed(contact_id)
    assert in_step(world, source_id) == ALICE


def test_an_edit_that_is_listed_after_its_persons_deletion_was_confirmed_brings_nothing_back(world):
    """A due item is read by a get, which is ahead of the listing."""
    source_id, contact_id = world.linked(ALICE)
    world.google.lag = timedelta(seconds=DELAY_SECONDS / 2)
    world.google.user_edits(source_id, ALICIA)
    world.google.lag = timedelta(seconds=DELAY_SECONDS)
    world.google.user_deletes(source_id)
    world.crm.user_pauses(contact_id)
    world.crm.user_wakes(contact_id)
    world.run()
    assert world.crm.is_trashed(contact_id)
    world.wait(DELAY_SECONDS / 2 + 1)
    world.run()
    assert world.crm.is_trashed(contact_id)
    assert not [action for action in world.crm.journal.actions if isinstance(action, Return)]


def test_a_contact_restored_after_its_person_was_deleted_in_google_stays_here(world):
    """Had a run come between, its tombstone would have ended with the person."""
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_trashes(contact_id)
    world.google.user_deletes(source_id)
    world.crm.user_restores(contact_id)
    world.later()
    world.later()
    assert not world.crm.is_trashed(contact_id)
    assert world.crm.link_of(contact_id) is None


def test_a_contact_restored_and_met_again_goes_when_its_person_is_deleted_then(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_trashes(contact_id)
    world.crm.user_restores(contact_id)
    world.later()
    world.google.user_deletes(source_id)
    world.later()
    assert world.crm.is_trashed(contact_id)


def test_an_edit_that_is_listed_after_its_persons_deletion_makes_no_new_contact(world):
    """The same, of a contact that was deleted here as well."""
    source_id, contact_id = world.linked(ALICE)
    world.google.lag = timedelta(seconds=DELAY_SECONDS / 2)
    world.google.user_edits(source_id, ALICIA)
    world.google.lag = timedelta(seconds=DELAY_SECONDS)
    world.google.user_deletes(source_id)
    world.crm.user_trashes(contact_id)
    world.crm.user_restores(contact_id)
    world.crm.user_trashes(contact_id)
    imports = len(world.crm.contacts_by_id)
    world.run()
    world.wait(DELAY_SECONDS / 2 + 1)
    world.run()
    assert len(world.crm.contacts_by_id) == imports
    world.later()
    assert world.crm.link_to(source_id) is None


# Restoring.


def test_a_contact_restored_here_is_in_step_again_both_ways(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_trashes(contact_id)
    world.google.user_edits(source_id, with_emails(ALICE, "alice@example.org", "new@example.org"))
    world.run()
    world.crm.user_restores(contact_id)
    world.crm.user_edits(contact_id, ALICIA)
    world.run()
    world.later()
    assert in_step(world, source_id) == with_emails(ALICIA, "alice@example.org", "new@example.org")


def test_a_contact_deleted_in_google_can_be_kept_here_and_then_pushed_as_new(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_deletes(source_id)
    world.run()
    world.crm.user_restores(contact_id)
    world.later()
    assert not world.crm.is_trashed(contact_id)
    assert world.google.living() == {}
    world.push(contact_id)
    (person,) = world.google.living().values()
    assert person.card == ALICE
    assert world.crm.link_of(contact_id).source_id == person.source_id


def test_a_tombstone_without_bases_is_restored_by_the_rules_of_a_first_meeting(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_trashes(contact_id)
    world.crm.user_disconnects()
    world.google.user_edits(source_id, ALICIA)
    world.run()
    world.crm.user_restores(contact_id)
    world.run()
    world.later()
    assert (world.crm.card(contact_id), world.google.card(source_id)) == (ALICE, ALICIA)
    assert world.crm.journal.conflicts == []


# First meeting, disconnect, reconnect.


def test_a_first_meeting_fills_blanks_on_both_sides_and_replaces_nothing(world):
    contact_id = world.crm.user_creates(replace(ALICE, birthday=Birthday(1980, 2, 29)))
    source_id = world.google.user_creates(replace(ALICE, phones=BOB.phones))
    world.run()
    world.later()
    assert in_step(world, source_id) == replace(ALICE, phones=BOB.phones, birthday=Birthday(1980, 2, 29))
    assert world.crm.link_to(source_id).contact_id == contact_id


def test_what_differs_at_a_first_meeting_stays_until_one_side_edits_it(world):
    contact_id = world.crm.user_creates(named(ALICE, given="A."))
    source_id = world.google.user_creates(named(ALICE, given="Alice"))
    world.run()
    world.later()
    assert (world.crm.card(contact_id).name.given, world.google.card(source_id).name.given) == ("A.", "Alice")
    world.crm.user_edits(contact_id, named(ALICE, given="Alix"))
    world.later()
    assert world.google.card(source_id).name.given == "Alix"
    assert world.crm.journal.conflicts == []


def test_a_reconnected_account_links_the_same_two_again(world):
    source_id, contact_id = world.linked(ALICE)
    other_id, other_contact = world.linked(BOB)
    world.crm.user_disconnects()
    world.google.user_edits(source_id, with_emails(ALICE, "alice@example.org", "new@example.org"))
    world.google.user_deletes(other_id)
    world.run()
    world.later()
    assert in_step(world, source_id) == with_emails(ALICE, "alice@example.org", "new@example.org")
    assert world.crm.link_to(source_id).contact_id == contact_id
    assert not world.crm.is_trashed(other_contact)
    assert world.crm.link_of(other_contact) is None


# In doubt.


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_an_update_without_an_answer_arrives_once_the_doubt_has_passed(world, fault):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.faults.append(fault)
    world.run()
    assert world.crm.link_to(source_id).pending is not None
    world.later()
    world.later()
    assert in_step(world, source_id) == ALICIA
    assert world.crm.journal.conflicts == []


@pytest.mark.parametrize("fuse", range(14, 30))
def test_a_run_that_dies_while_it_writes_is_finished_by_the_next_ones(world, fuse):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.fuse.left = fuse
    try:
        world.run()
    except Crash:
        world.later()
    world.fuse.left = None
    world.later()
    world.later()
    assert in_step(world, source_id) == ALICIA


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_an_edit_back_while_the_update_is_in_doubt_stands(world, fault):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.faults.append(fault)
    world.run()
    world.crm.user_edits(contact_id, ALICE)
    world.run()
    world.later()
    world.later()
    assert in_step(world, source_id) == ALICE
    assert world.crm.journal.conflicts == []


def test_an_edit_back_stands_though_google_changed_another_field_of_the_update_in_doubt(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, replace(ALICIA, birthday=Birthday(1980, 2, 29)))
    world.google.faults.append(Fault.LOST_AFTER)
    world.run()
    world.crm.user_edits(contact_id, replace(ALICE, birthday=Birthday(1980, 2, 29)))
    world.google.user_edits(source_id, replace(ALICIA, birthday=Birthday(1981, 2, 28)))
    world.later()
    world.later()
    assert in_step(world, source_id) == replace(ALICE, birthday=Birthday(1981, 2, 28))


def test_no_second_update_goes_out_while_the_first_is_in_doubt(world):
    _, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.faults.append(Fault.LOST_BEFORE)
    world.run()
    world.crm.user_edits(contact_id, ALICE_ASHE)
    world.run()
    world.push(contact_id)
    assert updates(world) == 1
    world.later()
    assert updates(world) == 2


def test_a_deletion_in_google_while_an_update_is_in_doubt_is_carried_here(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.faults.append(Fault.LOST_AFTER)
    world.run()
    world.google.user_deletes(source_id)
    world.run()
    world.later()
    assert world.crm.is_trashed(contact_id)


def test_a_listing_older_than_our_own_write_is_ignored(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_edits(source_id, ALICE_ASHE)
    world.run()
    world.google.lag = timedelta(seconds=DELAY_SECONDS - 1)
    world.crm.user_edits(contact_id, named(ALICIA, family="Ashe"))
    world.run()
    world.google.expire_tokens()
    world.run()
    assert world.crm.card(contact_id).name.given == "Alicia"
    world.later()
    assert in_step(world, source_id).name.given == "Alicia"


def test_what_google_changed_between_our_read_and_the_answer_is_still_carried_here(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.lag = timedelta(seconds=DELAY_SECONDS - 1)
    world.google.user_edits(source_id, with_emails(ALICE, "alice@example.org", "new@example.org"))
    world.run()
    assert world.google.card(source_id) == with_emails(ALICIA, "alice@example.org", "new@example.org")
    world.run()
    assert in_step(world, source_id) == world.google.card(source_id)
    assert world.crm.deferred == {}


def test_what_an_answer_held_besides_is_not_forgotten_when_a_replica_still_shows_the_version_before(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.lag = timedelta(seconds=DELAY_SECONDS - 1)
    world.google.user_edits(source_id, with_emails(ALICE, "new@example.org"))
    world.crm.user_edits(contact_id, ALICIA)
    world.run()
    world.google.next_get_is_stale = True
    world.run()
    world.later()
    assert in_step(world, source_id) == with_emails(ALICIA, "new@example.org")


def test_a_person_edited_between_read_and_write_is_read_again_and_written(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    newer = with_emails(ALICE, "alice@example.org", "new@example.org")
    world.google.before_write = lambda: world.google.user_edits(source_id, newer)
    world.run()
    world.later()
    assert in_step(world, source_id) == with_emails(ALICIA, "alice@example.org", "new@example.org")


def test_after_three_stale_rounds_the_item_is_left_to_the_next_run(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.faults.extend([Fault.STALE] * 3)
    world.run()
    assert updates(world) == 3
    assert world.crm.deferred[source_id].reason is Reason.STALE
    world.run()
    assert in_step(world, source_id) == ALICIA
    assert world.crm.deferred == {}


def test_a_refused_write_backs_off_doubling_and_delays_nobody_else(world):
    source_id, contact_id = world.linked(ALICE)
    other_id, other_contact = world.linked(BOB)
    world.crm.user_edits(contact_id, ALICIA)
    world.crm.user_edits(other_contact, named(BOB, given="Robert"))
    waits = []
    world.google.faults.append(Fault.REFUSED)
    for _ in range(3):
        before = world.clock()
        world.run()
        waits.append(round((world.crm.deferred[source_id].due_at - before).total_seconds()))
        world.google.faults.append(Fault.REFUSED)
        world.wait(waits[-1] + 1)
    assert waits == [300, 600, 1200]
    assert world.google.card(other_id).name.given == "Robert"
    world.google.faults.clear()
    world.run()
    assert in_step(world, source_id) == ALICIA


def test_a_passing_fault_stops_the_run_and_the_next_one_goes_on(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.faults.append(Fault.UNSENT)
    with pytest.raises(Unavailable):
        world.run()
    world.run()
    assert in_step(world, source_id) == ALICIA


# Meanwhile.


def test_a_contact_edited_between_plan_and_apply_keeps_the_edit_and_google_s(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_edits(source_id, with_emails(ALICE, "alice@example.org", "new@example.org"))
    world.crm.before["apply"] = lambda: world.crm.user_edits(contact_id, ALICIA)
    world.run()
    world.later()
    assert in_step(world, source_id) == with_emails(ALICIA, "alice@example.org", "new@example.org")


def test_a_contact_trashed_between_plan_and_apply_stays_in_the_trash(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.user_edits(source_id, ALICIA)
    world.crm.before["apply"] = lambda: world.crm.user_trashes(contact_id)
    world.run()
    world.later()
    assert world.crm.is_trashed(contact_id)
    assert world.crm.link_to(source_id).state is LinkState.TOMBSTONE
    assert len(world.crm.contacts_by_id) == 1


def test_a_contact_edited_while_its_write_is_under_way_is_written_again(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.before_write = lambda: world.crm.user_edits(contact_id, ALICE_ASHE)
    world.run()
    world.later()
    assert in_step(world, source_id) == ALICE_ASHE


def test_a_contact_edited_just_before_its_write_is_written_as_it_is_then(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.crm.before["send"] = lambda: world.crm.user_edits(contact_id, ALICE_ASHE)
    world.run()
    assert updates(world) == 0
    world.run()
    assert in_step(world, source_id) == ALICE_ASHE


def test_a_contact_trashed_while_its_write_is_under_way_leaves_a_tombstone(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    world.google.before_write = lambda: world.crm.user_trashes(contact_id)
    world.run()
    world.later()
    assert world.crm.link_to(source_id).state is LinkState.TOMBSTONE
    assert world.crm.is_trashed(contact_id)


def test_a_contact_restored_while_it_is_read_again_is_not_forgotten(world):
    """`Close` ends the item that was read, not one that was opened since."""
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_trashes(contact_id)
    world.google.user_edits(source_id, ALICIA)
    world.run()
    world.crm.user_restores(contact_id)

    def trash_and_restore() -> None:
        world.clock.tick()
        world.crm.user_trashes(contact_id)
        world.crm.user_restores(contact_id)

    world.crm.before["apply"] = trash_and_restore
    world.run()
    world.later()
    assert in_step(world, source_id) == ALICIA


# What can't be written.


def test_a_birthday_that_is_a_text_is_shown_and_a_mark_for_it_settles(world):
    source_id, contact_id = world.linked(born(ALICE, Birthday(text="in spring")))
    world.crm.user_edits(contact_id, born(ALICE, Birthday(1980, 5, 1)))
    for _ in range(3):
        world.later()
    link = world.crm.link_to(source_id)
    assert world.google.card(source_id).birthday == Birthday(text="in spring")
    assert world.crm.card(contact_id).birthday == Birthday(1980, 5, 1)
    assert not link.changed_here
    assert updates(world) == 0


def test_an_entry_that_can_not_be_read_delays_nobody_else(world):
    source_id, contact_id = world.linked(ALICE)
    bob_id = world.google.user_creates(BOB)
    world.google.unreadable.add(bob_id)
    world.google.user_edits(source_id, ALICIA)
    world.run()
    assert world.crm.card(contact_id) == ALICIA
    assert world.crm.deferred[bob_id].reason is Reason.REFUSED
    world.google.unreadable.clear()
    world.later()
    assert world.crm.link_to(bob_id) is not None


def test_a_linked_person_that_can_not_be_read_any_more_delays_nobody_and_is_not_deleted(world):
    source_id, contact_id = world.linked(ALICE)
    bob_id, bob_here = world.linked(BOB)
    world.crm.user_edits(bob_here, with_emails(BOB, "bob@example.org"))
    world.google.unreadable.add(bob_id)
    world.google.user_edits(source_id, ALICIA)
    for _ in range(3):
        world.google.google_touches(bob_id)
        world.later()
    assert world.crm.card(contact_id) == ALICIA
    assert not world.crm.is_trashed(bob_here)
    assert world.crm.deferred[bob_id].tries > 1
    world.google.unreadable.clear()
    world.wait(DELAY_SECONDS * 10)
    world.later()
    assert in_step(world, bob_id) == with_emails(BOB, "bob@example.org")


def test_what_can_not_be_read_is_tried_again_ever_later(world):
    source_id, _ = world.linked(ALICE)
    world.google.unreadable.add(source_id)
    link = world.crm.link_to(source_id)
    world.crm.deferred[source_id] = Deferred(source_id, link.resource_name, Reason.STALE, world.clock())
    pauses = []
    for _ in range(3):
        world.run()
        item = world.crm.deferred[source_id]
        pauses.append(item.due_at - world.clock())
        world.wait(pauses[-1].total_seconds())
    assert pauses == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]


def test_a_contact_whose_person_can_not_be_read_is_not_pushed_twice(world):
    world.run()
    source_id = world.google.user_creates(ALICE)
    contact_id = world.crm.user_creates(ALICE)
    world.google.before_get = lambda: world.google.unreadable.add(source_id)
    world.push(contact_id)
    assert list(world.google.history) == [source_id]
    assert world.crm.journal.receipts[-1].result is Result.FAILED


def test_a_contact_edited_while_its_person_was_found_is_not_pushed_twice(world):
    world.run()
    source_id = world.google.user_creates(ALICE)
    contact_id = world.crm.user_creates(ALICE)
    more = with_emails(ALICE, "alice@example.org", "ash@example.org")
    world.crm.before["apply"] = lambda: world.crm.user_edits(contact_id, more)
    world.push(contact_id)
    world.crm.before.clear()
    assert list(world.google.history) == [source_id]
    world.later()
    assert world.crm.link_to(source_id).contact_id == contact_id


def test_an_item_is_read_by_the_name_that_its_person_has_by_now(world):
    """Google answers no old names, for all that anybody knows."""
    source_id, contact_id = world.linked(ALICE)
    world.google.answers_old_names = False
    link = world.crm.link_to(source_id)
    world.crm.deferred[source_id] = Deferred(source_id, link.resource_name, Reason.STALE, world.clock() + LATER)
    world.google.google_renames(source_id)
    world.run()
    world.later()
    world.wait(LATER.total_seconds())
    world.run()
    assert not world.crm.is_trashed(contact_id)
    assert world.crm.deferred == {}


def test_a_person_renamed_in_the_very_run_that_reads_its_item_is_not_deleted(world):
    source_id, contact_id = world.linked(ALICE)
    world.google.answers_old_names = False
    link = world.crm.link_to(source_id)
    world.crm.deferred[source_id] = Deferred(source_id, link.resource_name, Reason.STALE, world.clock())
    world.google.google_renames(source_id)
    world.later()
    assert not world.crm.is_trashed(contact_id)
    assert in_step(world, source_id) == ALICE


def test_a_tombstone_passes_to_the_person_that_carries_its_marker_once_its_own_is_gone(world):
    """Deleted here, and then restored in Google under another id: it does not come back."""
    source_id, contact_id = world.pushed(ALICE)
    world.later()
    world.crm.user_trashes(contact_id)
    world.google.user_deletes(source_id)
    again = world.google.user_creates(ALICE, marker=contact_id)
    world.later()
    world.later()
    assert list(world.crm.contacts_by_id) == [contact_id]
    assert world.crm.is_trashed(contact_id)
    assert world.crm.link_to(again).state is LinkState.TOMBSTONE


def test_the_newest_of_two_listed_versions_during_a_first_import_stands(world):
    source_id = world.google.user_creates(ALICE)
    world.run()
    assert [type(action) for action in world.crm.journal.actions] == [Import]
    world.google.user_deletes(source_id)
    world.run()
    assert isinstance(world.crm.journal.actions[-1], DeleteLocal)


def test_values_of_one_set_from_both_sides_are_united(world):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, with_emails(ALICE, "alice@example.org", "here@example.org"))
    world.google.user_edits(source_id, with_emails(ALICE, "alice@example.org", "there@example.org"))
    world.run()
    world.later()
    for card in (world.crm.card(contact_id), world.google.card(source_id)):
        assert set(card.emails) == {
            Email(value, "home") for value in ("alice@example.org", "here@example.org", "there@example.org")
        }
    assert world.crm.journal.receipts[-1].result is Result.UPDATED


def test_a_create_in_doubt_whose_person_was_hidden_meanwhile_is_not_made_again(world):
    world.run()
    contact_id = world.crm.user_creates(ALICE)
    world.google.faults.append(Fault.LOST_AFTER)
    world.push(contact_id)
    (source_id,) = world.google.made_by_us[contact_id]
    world.google.user_hides(source_id)
    world.later()
    assert list(world.google.history) == [source_id]
    assert world.crm.link_of(contact_id).source_id == source_id
    assert world.crm.link_of(contact_id).hidden
