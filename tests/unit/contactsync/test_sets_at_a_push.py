"""A value of a set that both sides edited, met by a write before the listing is applied (a push, a race)."""

from dataclasses import replace

import pytest

from contactsync.card import Card, Email, Name
from contactsync.records import ConflictPolicy, Policy
from tests.fakes import DELAY_SECONDS, World

HOME, WORK = Email("ann@x.org", "home"), Email("office@x.org", "work")
ANN = Card(Name(given="Ann", family="Ash"), emails=(HOME, WORK))


def relabelled(label: str) -> Card:
    return replace(ANN, emails=(replace(HOME, label=label), WORK))


@pytest.fixture
def world() -> World:
    return World(Policy(conflict=ConflictPolicy.GOOGLE, delay_seconds=DELAY_SECONDS))


def settle(world: World, source_id: str, contact_id: str) -> tuple[Card, Card]:
    world.later()
    world.later()
    return world.crm.card(contact_id), world.google.card(source_id)


def test_removed_here_and_relabelled_in_google_stays_with_an_hourly_run(world):
    source_id, contact_id = world.linked(ANN)
    world.crm.user_edits(contact_id, replace(ANN, emails=(WORK,)))
    world.google.user_edits(source_id, relabelled("private"))
    world.run()
    here, there = settle(world, source_id, contact_id)
    assert Email("ann@x.org", "private") in here.emails
    assert Email("ann@x.org", "private") in there.emails


def test_removed_here_and_relabelled_in_google_stays_with_a_push(world):
    source_id, contact_id = world.linked(ANN)
    world.crm.user_edits(contact_id, replace(ANN, emails=(WORK,)))
    world.google.user_edits(source_id, relabelled("private"))
    world.push(contact_id)
    here, there = settle(world, source_id, contact_id)
    assert Email("ann@x.org", "private") in there.emails
    assert Email("ann@x.org", "private") in here.emails


def test_removed_here_and_relabelled_in_google_between_listing_and_write_stays(world):
    source_id, contact_id = world.linked(ANN)
    world.crm.user_edits(contact_id, replace(ANN, emails=(WORK,)))
    world.google.before_write = lambda: world.google.user_edits(source_id, relabelled("private"))
    world.run()
    here, there = settle(world, source_id, contact_id)
    assert Email("ann@x.org", "private") in there.emails
    assert Email("ann@x.org", "private") in here.emails


def test_a_label_that_both_changed_follows_the_policy_also_with_a_push_and_the_other_is_kept(world):
    source_id, contact_id = world.linked(ANN)
    world.crm.user_edits(contact_id, relabelled("mine"))
    world.google.user_edits(source_id, relabelled("theirs"))
    world.push(contact_id)
    here, there = settle(world, source_id, contact_id)
    assert here.emails[0].label == there.emails[0].label == "theirs"
    recorded = {v.label for _, conflict in world.crm.journal.conflicts for v in (conflict.local, conflict.remote)}
    assert recorded == {"mine", "theirs"}
