"""A write that Google refuses: tried again ever later, and after a day the contact says so in Google's words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tandem.contacts.models import Contact
from tandem.googlesync.models import Deferred
from tandem.googlesync.reading import google_states
from tests.integration.googlesync.world import World, person


@pytest.fixture
def bob(world: World) -> Contact:
    """Bob, edited here since he is in step; Google refuses it once."""
    world.load(person("Bob", "Stone", emails=["bob@example.org"]))
    world.connect()
    world.switch_on()
    bob = world.contact("Bob")
    world.edit(bob, emails=[{"value": "new@example.org"}])
    refuse(world)
    world.sync()
    return bob


def refuse(world: World) -> None:
    world.server.control("POST", "faults", {"method": "people.updateContact", "fault": "400-token"})


def item(world: World) -> Deferred:
    return world.account.deferred.get()


def a_day_passes(world: World) -> None:
    world.account.deferred.update(due_at=timezone.now(), since=item(world).since - timedelta(days=1))


def why(world: World, contact: Contact) -> str:
    return google_states(world.user, [contact.id])[contact.id][0].why


def test_refusals_are_counted_since_the_first_in_google_s_words(world: World, bob: Contact) -> None:
    first = item(world)
    assert (first.reason, first.tries, bool(first.detail)) == ("refused", 1, True)
    world.account.deferred.update(due_at=timezone.now())
    refuse(world)
    world.sync()
    refuse(world)
    world.push(bob)
    assert (item(world).tries, item(world).since) == (3, first.since)


def test_after_a_day_the_contact_says_so_in_google_s_words(world: World, bob: Contact) -> None:
    words = item(world).detail
    assert words not in why(world, bob)
    a_day_passes(world)
    assert words in why(world, bob)
    refuse(world)
    world.sync()
    assert words in why(world, bob)
    assert world.state(bob) == "waiting"


def test_once_google_takes_it_nothing_is_said_any_more(world: World, bob: Contact) -> None:
    words = item(world).detail
    a_day_passes(world)
    world.sync()
    assert not world.account.deferred.exists()
    assert words not in why(world, bob)
    assert world.state(bob) == "linked"
