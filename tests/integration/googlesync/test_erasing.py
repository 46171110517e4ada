"""'Erase on both sides': one contact and its person, and only as they were last seen."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from tandem.contacts.models import Change, Contact
from tandem.googlesync.approvals import reject
from tandem.googlesync.erasing import request_erasure
from tandem.googlesync.models import Link, Run, Trigger
from tandem.googlesync.reading import tombstones_of
from tandem.googlesync.services import SyncRefused
from tests.integration.googlesync.test_held_meanwhile import blank_there
from tests.integration.googlesync.world import World, person


@pytest.fixture
def ada(world: World) -> Contact:
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]), person("Bob"))
    world.connect()
    world.switch_on()
    return world.contact("Ada")


def erase(world: World, contact: Contact) -> Run:
    begun = request_erasure(user=world.user, contact_id=contact.id, trigger=Trigger.PERSON, is_queued=False)
    return world.run(begun)


def test_both_are_gone_and_nothing_of_them_is_kept(world: World, ada: Contact) -> None:
    run = erase(world, ada)
    assert run.state == "done"
    assert [contact.given for contact in world.contacts()] == ["Bob"]
    assert [each["names"][0]["givenName"] for each in world.persons().values()] == ["Bob"]
    assert not Change.objects.filter(contact_id=ada.id).exists()
    assert not tombstones_of(world.account).exists()
    world.sync()
    assert [contact.given for contact in world.contacts()] == ["Bob"]
    assert not Link.objects.filter(account=world.account, contact=None).exists()


def test_a_person_that_changed_since_stays_and_what_is_new_is_shown(world: World, ada: Contact) -> None:
    name = world.link(ada).resource_name
    world.google("POST", "edit", {"persons": {name: {"phoneNumbers": [{"value": "+1 415 555 2671"}]}}})
    run = erase(world, ada)
    assert [operation.reason for operation in run.operations.filter(side="google")] == [
        "changed in Google since: look at what is new, and ask again"
    ]
    ada.refresh_from_db()
    assert ada.phones[0]["value"] == "+1 415 555 2671"
    assert name in world.persons()
    erase(world, ada)
    assert name not in world.persons()


def test_who_is_not_in_google_is_refused(world: World, ada: Contact) -> None:
    grace = world.create(name={"given": "Grace"})
    with pytest.raises(SyncRefused):
        erase(world, grace)
    assert Contact.objects.filter(id=grace.id).exists()


def test_who_was_erased_in_google_before_the_run_was_stopped_is_erased_here_though_another_run_came_between(
    world: World, ada: Contact
) -> None:
    begun = request_erasure(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON, is_queued=False)
    world.google("POST", "delete", {"names": [world.link(ada).resource_name]})
    world.sync()
    assert world.state(ada) == "gone"
    assert world.run(begun).state == "done"
    assert not Contact.objects.filter(id=ada.id).exists()


def test_of_whom_something_is_held_is_erased_only_once_that_is_answered(world: World, names: list[str]) -> None:
    held = blank_there(world, names)
    world.google("POST", "edit", {"persons": {names[0]: {"phoneNumbers": [{"value": "+1 415 555 2671"}]}}})
    world.sync()
    one = world.contact("Given0")
    with pytest.raises(SyncRefused):
        erase(world, one)
    reject(user=world.user, run=held)
    world.sync()
    erase(world, one)
    assert names[0] not in world.persons()


def test_what_came_to_be_held_since_its_erasing_was_asked_for_keeps_the_person(world: World, names: list[str]) -> None:
    one = world.contact("Given0")
    begun = request_erasure(user=world.user, contact_id=one.id, trigger=Trigger.PERSON, is_queued=False)
    blank_there(world, names)
    world.google("POST", "edit", {"persons": {names[0]: {"phoneNumbers": [{"value": "+1 415 555 2671"}]}}})
    world.sync()
    world.run(begun)
    assert names[0] in world.persons()
    assert Contact.objects.filter(id=one.id).exists()


@pytest.fixture
def lag(world: World, settings: Settings) -> Iterator[Callable[[float], None]]:
    """Google's listings lag by a hundred seconds; lets seconds pass there."""
    settings.PROPAGATION_DELAY = 100.0
    before = world.server.control("GET", "clock")["offset_seconds"]
    world.server.control("PATCH", "settings", {"propagation_delay_seconds": 100.0})
    yield lambda seconds: world.server.control("POST", "clock", {"advance_seconds": seconds})
    world.server.control("PATCH", "settings", {"propagation_delay_seconds": 0.0})
    now = world.server.control("GET", "clock")["offset_seconds"]
    world.server.control("POST", "clock", {"advance_seconds": before - now})


def test_a_listing_that_lags_brings_nobody_back_who_was_erased(
    world: World, ada: Contact, lag: Callable[[float], None]
) -> None:
    """It shows the push of a minute before, and not yet the deletion."""
    grace = world.create(name={"given": "Grace"}, emails=[{"value": "grace@example.org"}])
    world.push(grace)
    lag(60)
    erase(world, grace)
    assert len(world.persons()) == 2
    lag(50)
    world.sync()
    assert not Contact.objects.filter(owner=world.user, given="Grace").exists()
    lag(100)
    world.sync()
    assert not Contact.objects.filter(owner=world.user, given="Grace").exists()
    assert not Link.objects.filter(account=world.account, contact=None).exists()
