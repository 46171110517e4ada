"""The brake: too much deleted or blanked at once waits for a person; the rest goes on."""

import pytest

from contactsync.actions import Hold
from contactsync.card import Card, Email, Name
from contactsync.records import Brake, LinkState, Policy, Reason
from tests.fakes import DELAY_SECONDS, World

BRAKE = Brake(count=2, percent=10, most=200)


@pytest.fixture
def world() -> World:
    return World(Policy(delay_seconds=DELAY_SECONDS, brake=BRAKE))


def card(number: int) -> Card:
    return Card(Name(given=f"Given{number}", family="Family"), emails=(Email(f"{number}@example.org", "home"),))


def linked(world: World, count: int) -> list[tuple[str, str]]:
    """Persons and the contacts made from them."""
    return linked_again(world, 0, count)


def without_emails(number: int) -> Card:
    return Card(Name(given=f"Given{number}", family="Family"))


def test_a_push_that_would_blank_too_much_in_google_is_held_back(world):
    pairs = linked(world, 5)
    for number, (_, contact_id) in enumerate(pairs[:3]):
        world.crm.user_edits(contact_id, without_emails(number))
    world.push(*(contact_id for _, contact_id in pairs))
    assert all(world.google.card(source_id).emails for source_id, _ in pairs)
    assert sorted(world.crm.held_back) == sorted(source_id for source_id, _ in pairs[:3])
    world.crm.user_applies_held()


def test_persons_merged_into_one_whose_contact_is_out_of_use_count_as_deleted(world):
    """Their contacts would go to the trash, and nothing of them anywhere else."""
    lost, kept = linked(world, 6)[:3], linked_again(world, 6, 3)
    for number, ((loser, _), (survivor, survivor_here)) in enumerate(zip(lost, kept, strict=True)):
        world.crm.user_pauses(survivor_here)
        both = (*world.google.card(survivor).emails, *card(number).emails)
        world.google.user_edits(survivor, Card(card(number).name, emails=both))
        world.google.user_deletes(loser)
    world.later()
    world.later()
    assert not any(world.crm.is_trashed(contact_id) for _, contact_id in lost)
    assert sorted(world.crm.held_back) == sorted(source_id for source_id, _ in lost)


def linked_again(world: World, start: int, count: int) -> list[tuple[str, str]]:
    source_ids = [world.google.user_creates(card(number)) for number in range(start, start + count)]
    world.later()
    world.wait()
    return [(source_id, world.crm.link_to(source_id).contact_id) for source_id in source_ids]


@pytest.mark.parametrize(
    ("number", "live", "stops"),
    [(10, 20, False), (11, 20, True), (11, 110, False), (11, 109, True), (200, 5000, False), (201, 5000, True)],
)
def test_more_than_ten_and_a_tenth_or_more_than_two_hundred_is_too_much(number, live, stops):
    assert Brake().stops(number, live) is stops


def test_a_brake_that_is_off_stops_nothing():
    assert not Brake(on=False).stops(1000, 1000)


def test_a_few_deletions_are_done(world):
    pairs = linked(world, 5)
    for source_id, _ in pairs[:2]:
        world.google.user_deletes(source_id)
    world.later()
    assert [world.crm.is_trashed(contact_id) for _, contact_id in pairs] == [True, True, False, False, False]


def test_too_many_deletions_wait_and_edits_go_on(world):
    pairs = linked(world, 5)
    for source_id, _ in pairs[:3]:
        world.google.user_deletes(source_id)
    world.google.user_edits(pairs[4][0], card(44))
    world.later()
    assert not any(world.crm.is_trashed(contact_id) for _, contact_id in pairs)
    assert world.crm.card(pairs[4][1]) == card(44)
    assert {item.reason for item in world.crm.deferred.values()} == {Reason.HELD}


def test_what_is_held_is_not_held_twice(world):
    pairs = linked(world, 5)
    for source_id, _ in pairs[:3]:
        world.google.user_deletes(source_id)
    world.later()
    world.crm.journal.actions.clear()
    world.google.expire_tokens()
    world.later()
    world.later()
    assert not any(isinstance(action, Hold) for action in world.crm.journal.actions)
    assert len(world.crm.held_back) == 3


def test_apply_deletes_what_is_still_deleted_and_no_other(world):
    pairs = linked(world, 5)
    for source_id, _ in pairs[:3]:
        world.google.user_deletes(source_id)
    world.later()
    world.google.user_brings_back(pairs[0][0])
    world.sync_contacts(*world.crm.user_applies_held())
    assert [world.crm.is_trashed(contact_id) for _, contact_id in pairs] == [False, True, True, False, False]
    assert world.crm.deferred == {}


def test_reject_keeps_the_contacts_and_lets_their_links_go(world):
    pairs = linked(world, 5)
    for source_id, _ in pairs[:3]:
        world.google.user_deletes(source_id)
    world.later()
    world.crm.user_rejects_held()
    world.google.expire_tokens()
    world.later()
    world.later()
    assert not any(world.crm.is_trashed(contact_id) for _, contact_id in pairs)
    assert [world.crm.link_of(contact_id).state for _, contact_id in pairs[:3]] == [LinkState.GONE] * 3
    assert world.google.calls.creates == []


def test_too_many_fields_blanked_in_google_are_not_blanked_here(world):
    pairs = linked(world, 5)
    for number, (source_id, _) in enumerate(pairs[:3]):
        world.google.user_edits(source_id, without_emails(number))
    world.later()
    assert [world.crm.card(contact_id) for _, contact_id in pairs] == [card(number) for number in range(5)]


def test_rejecting_a_blank_keeps_each_sides_value_and_writes_nothing(world):
    pairs = linked(world, 5)
    for number, (source_id, _) in enumerate(pairs[:3]):
        world.google.user_edits(source_id, without_emails(number))
    world.later()
    world.crm.user_rejects_held()
    world.later()
    world.later()
    assert [world.crm.card(contact_id) for _, contact_id in pairs] == [card(number) for number in range(5)]
    assert [world.google.card(source_id) for source_id, _ in pairs[:3]] == [without_emails(n) for n in range(3)]
    assert world.google.calls.updates == []
    assert world.crm.deferred == {}


def test_too_many_fields_blanked_here_are_not_blanked_in_google(world):
    pairs = linked(world, 5)
    for number, (_, contact_id) in enumerate(pairs[:3]):
        world.crm.user_edits(contact_id, without_emails(number))
    world.crm.user_edits(pairs[4][1], card(44))
    world.later()
    assert [world.google.card(source_id) for source_id, _ in pairs[:3]] == [card(number) for number in range(3)]
    assert world.google.card(pairs[4][0]) == card(44)


def test_applying_blanks_of_here_blanks_them_in_google(world):
    pairs = linked(world, 5)
    for number, (_, contact_id) in enumerate(pairs[:3]):
        world.crm.user_edits(contact_id, without_emails(number))
    world.later()
    world.sync_contacts(*world.crm.user_applies_held())
    assert [world.google.card(source_id) for source_id, _ in pairs[:3]] == [without_emails(n) for n in range(3)]


def test_rejecting_blanks_of_here_leaves_google_as_it_is(world):
    pairs = linked(world, 5)
    for number, (_, contact_id) in enumerate(pairs[:3]):
        world.crm.user_edits(contact_id, without_emails(number))
    world.later()
    world.crm.user_rejects_held()
    world.later()
    world.later()
    assert [world.google.card(source_id) for source_id, _ in pairs[:3]] == [card(number) for number in range(3)]
    assert [world.crm.card(contact_id) for _, contact_id in pairs[:3]] == [without_emails(n) for n in range(3)]
    assert world.crm.deferred == {}
    assert world.crm.held_back == {}


def test_a_held_person_that_changes_again_waits_for_the_answer_too(world):
    pairs = linked(world, 5)
    for number, (source_id, _) in enumerate(pairs[:3]):
        world.google.user_edits(source_id, without_emails(number))
    world.later()
    world.google.user_edits(pairs[0][0], Card(Name(given="New", family="Family")))
    world.later()
    assert world.crm.card(pairs[0][1]) == card(0)
    world.sync_contacts(*world.crm.user_applies_held())
    assert world.crm.card(pairs[0][1]) == Card(Name(given="New", family="Family"))


def test_a_push_leaves_what_is_held_to_its_answer(world):
    pairs = linked(world, 5)
    for number, (_, contact_id) in enumerate(pairs[:3]):
        world.crm.user_edits(contact_id, without_emails(number))
    world.later()
    world.push(pairs[0][1])
    assert "held" in world.crm.journal.receipts[-1].reason
    assert world.google.card(pairs[0][0]) == card(0)


def test_a_sync_of_one_contact_does_nothing_of_what_is_held(world):
    pairs = linked(world, 6)
    for source_id, _ in pairs[:3]:
        world.google.user_deletes(source_id)
    for number, (_, contact_id) in enumerate(pairs[3:], 3):
        world.crm.user_edits(contact_id, without_emails(number))
    world.later()
    assert len(world.crm.held_back) == 6
    for _, contact_id in (pairs[0], pairs[3]):  # each alone, which no brake would stop
        world.sync_contacts(contact_id)
    world.later()
    assert not any(world.crm.is_trashed(contact_id) for _, contact_id in pairs)
    assert all(world.google.card(source_id).emails for source_id, _ in pairs[3:])
