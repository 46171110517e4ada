"""Contacts that came from real input, pushed into an address book that has none of them."""

from collections import Counter

import pytest

from tandem.contacts.models import Contact
from tandem.contacts.shape import contact_json
from tests.integration.googlesync.world import World
from tests.integration.real_input.book import contacts_by_name, finished, load_cards, rest
from tests.integration.real_input.cards import Reading
from tests.integration.real_input.comparing import NAME_PARTS, five_fields, shown
from tests.integration.real_input.data import needs_vcards

pytestmark = needs_vcards


NOTHING = {
    "name": dict.fromkeys(NAME_PARTS, ""),
    "emails": [],
    "phones": [],
    "addresses": [],
    "birthday": None,
}


@pytest.fixture
def moved(world: World, reading: Reading) -> World:
    """Alice with her contacts, now connected to another account of Google's, which is empty."""
    load_cards(world, reading)
    world.connect()
    finished(world.switch_on())
    world.move_to_another_account()
    finished(world.switch_on())
    return world


def sendable(contact: Contact) -> dict[str, object]:
    """The five fields as they may go out: a birthday that is a text is shown, never written."""
    fields = shown(contact_json(contact))
    return fields | {"birthday": None if "text" in (fields["birthday"] or ()) else fields["birthday"]}


def test_every_value_of_the_five_fields_arrives_in_an_empty_address_book(moved: World) -> None:
    contacts = moved.contacts()
    receipts = moved.push(*contacts, anyway=True)

    persons, created = moved.persons(), contacts_by_name(moved)
    assert created.keys() == persons.keys()
    wanted = {name: sendable(contact) for name, contact in created.items()}
    assert {name: five_fields(person) for name, person in persons.items()} == wanted
    left = [contact for contact in contacts if receipts[str(contact.id)].outcome != "created"]
    assert all(sendable(contact) == NOTHING for contact in left)
    rest(moved)


def test_nobody_is_there_twice_after_a_second_push(moved: World) -> None:
    """The cards of one person in several files are several contacts: the first one goes, the others are listed."""
    first = moved.push(*moved.contacts())
    persons = moved.persons()
    outcomes = Counter(receipt.outcome for receipt in first.values())
    assert outcomes["created"] == len(persons)
    assert outcomes.keys() == {"created", "skipped"}

    second = moved.push(*moved.contacts())

    assert moved.persons() == persons
    assert Counter(receipt.outcome for receipt in second.values()) == {
        "unchanged": outcomes["created"],
        "skipped": outcomes["skipped"],
    }
    rest(moved)
