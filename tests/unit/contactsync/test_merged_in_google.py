"""Merged in Google: one person changed, one deleted; and what only looks like it."""

from dataclasses import replace

import pytest

from contactsync.card import Card, Email, Name, Phone
from contactsync.records import LinkState
from tests.fakes import World
from tests.unit.contactsync.people import with_emails

OFFICE = Phone("030 1", "work", "+49301")
ANN = Card(Name(given="Ann", family="Lee"), emails=(Email("ann@example.org", "home"),), phones=(OFFICE,))
ANNE = Card(Name(given="Anne", family="Leigh"), emails=(Email("anne@example.org", "home"),))
#: What Google makes of the two.
BOTH = replace(ANNE, emails=(*ANNE.emails, *ANN.emails), phones=ANN.phones)


@pytest.fixture
def world() -> World:
    return World()


def two(world: World, one: Card = ANN, other: Card = ANNE) -> tuple[tuple[str, str], tuple[str, str]]:
    return world.linked(one), world.linked(other)


def merge_in_google(world: World, loser: str, survivor: str, united: Card) -> None:
    world.google.user_edits(survivor, united)
    world.google.user_deletes(loser)


def test_the_contact_follows_into_the_survivors(world):
    (ann, ann_here), (anne, anne_here) = two(world)
    merge_in_google(world, ann, anne, BOTH)
    world.later()
    assert world.crm.is_trashed(ann_here)
    assert world.crm.merged_into == {ann_here: anne_here}
    assert world.crm.card(anne_here) == BOTH


def test_what_was_edited_here_since_follows_too_and_goes_to_google(world):
    (ann, ann_here), (anne, anne_here) = two(world)
    world.crm.user_edits(ann_here, replace(ANN, phones=(OFFICE, Phone("030 2", "mobile", "+49302"))))
    merge_in_google(world, ann, anne, BOTH)
    world.later()
    world.later()
    assert [phone.value for phone in world.crm.card(anne_here).phones] == ["030 1", "030 2"]
    assert [phone.value for phone in world.google.card(anne).phones] == ["030 1", "030 2"]


def test_a_deletion_that_is_reported_a_run_later_is_a_merge_still(world):
    (ann, ann_here), (anne, anne_here) = two(world, other=replace(ANNE, name=ANN.name))
    world.google.user_edits(anne, replace(BOTH, name=ANN.name))
    world.run()
    world.google.user_deletes(ann)
    world.later()
    assert world.crm.merged_into == {ann_here: anne_here}


def test_one_shared_number_is_not_enough(world):
    (ann, ann_here), (anne, _) = two(world)
    merge_in_google(world, ann, anne, replace(ANNE, phones=ANN.phones))
    world.later()
    assert world.crm.is_trashed(ann_here)
    assert world.crm.merged_into == {}


def test_who_held_it_all_before_and_has_another_name_is_no_survivor(world):
    zoe = replace(BOTH, name=Name(given="Zoe", family="Pike"))
    (ann, ann_here), (anne, _) = two(world, other=zoe)
    merge_in_google(world, ann, anne, replace(zoe, name=Name(given="Zoe", family="Pyke")))
    world.later()
    assert world.crm.is_trashed(ann_here)
    assert world.crm.merged_into == {}


def test_two_that_may_be_it_are_none(world):
    (ann, ann_here), (anne, _) = two(world)
    other, _ = world.linked(with_emails(ANNE, "third@example.org"))
    world.google.user_edits(other, replace(BOTH, emails=(*BOTH.emails, Email("third@example.org", "home"))))
    merge_in_google(world, ann, anne, BOTH)
    world.later()
    assert world.crm.is_trashed(ann_here)
    assert world.crm.merged_into == {}


def test_a_survivor_that_is_new_here_takes_over_the_link(world):
    ann, ann_here = world.linked(ANN)
    survivor = world.google.user_creates(replace(ANN, emails=(*ANN.emails, Email("new@example.org", "work"))))
    world.google.user_deletes(ann)
    world.later()
    assert not world.crm.is_trashed(ann_here)
    link = world.crm.link_of(ann_here)
    assert (link.source_id, link.state) == (survivor, LinkState.LIVE)
    assert world.crm.card(ann_here) == world.google.card(survivor)
    assert len(world.crm.contacts_by_id) == 1


def test_a_contact_deleted_here_does_not_come_back_by_a_merge(world):
    (ann, ann_here), (anne, anne_here) = two(world)
    world.crm.user_trashes(anne_here)
    merge_in_google(world, ann, anne, BOTH)
    world.later()
    assert world.crm.is_trashed(anne_here)
    assert world.crm.is_trashed(ann_here)
