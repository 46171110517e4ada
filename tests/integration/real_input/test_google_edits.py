"""The same address book edited in Google: what changed arrives here, and nothing is written back for it."""

import pytest

from tandem.contacts.shape import contact_json
from tests.integration.googlesync.world import World
from tests.integration.real_input.book import (
    by_the_hourly_run,
    contacts_by_name,
    finished,
    load_cards,
    lost_values,
    push_back,
    rest,
    writes,
)
from tests.integration.real_input.cards import Reading
from tests.integration.real_input.data import needs_vcards
from tests.integration.real_input.edits import EDITS, Make, change_all_five

pytestmark = needs_vcards

PROFILE = {
    "names": [{"displayName": "Somebody Else", "givenName": "Somebody", "familyName": "Else"}],
    "emailAddresses": [{"value": "profile@google.example"}],
    "phoneNumbers": [{"value": "+1 202 555 0199", "type": "home"}],
    "birthdays": [{"date": {"month": 4, "day": 1}}],
    "organizations": [{"name": "Profile Inc."}],
}


@pytest.fixture
def book(world: World, reading: Reading) -> World:
    """The address book, imported; the journal of requests is empty."""
    load_cards(world, reading)
    world.connect()
    finished(world.switch_on())
    world.server.control("DELETE", "requests")
    return world


def edit_in_google(book: World, makes: tuple[Make, ...]) -> int:
    """Edit each person in Google as Alice would here, the edits taken in turn; how many."""
    persons, changes = book.persons(), {}
    for number, (name, contact) in enumerate(sorted(contacts_by_name(book).items())):
        edit = makes[number % len(makes)](contact_json(contact), persons[name], number)
        if edit is not None and edit.expected:
            changes[name] = edit.expected
    book.google("POST", "edit", {"persons": changes})
    return len(changes)


@pytest.mark.parametrize("makes", [EDITS, (change_all_five,)], ids=["one edit each", "all five fields"])
def test_what_was_edited_in_google_arrives_and_nothing_is_written_back(book: World, makes: tuple[Make, ...]) -> None:
    assert edit_in_google(book, makes)
    persons = book.persons()

    finished(book.sync())

    assert lost_values(book, is_ordered=False) == {}
    assert writes(book) == []
    assert book.persons() == persons
    rest(book)


def test_new_etags_alone_change_nothing_here(book: World) -> None:
    contacts = contacts_by_name(book)
    book.google("POST", "touch")
    finished(book.sync())
    assert {name: contact.revision for name, contact in contacts_by_name(book).items()} == {
        name: contact.revision for name, contact in contacts.items()
    }
    assert writes(book) == []


def test_what_we_do_not_model_may_change_in_google_and_is_kept_by_our_next_edit(book: World) -> None:
    contacts = contacts_by_name(book)
    fields = {
        "biographies": [{"value": "Likes tea."}],
        "nicknames": [{"value": "Countess"}],
        "relations": [{"person": "Byron", "type": "father"}],
        "clientData": [{"key": "another program", "value": "42"}],
    }
    book.google("POST", "edit", {"persons": dict.fromkeys(contacts, fields)})
    finished(book.sync())
    assert {name: contact.card_revision for name, contact in contacts_by_name(book).items()} == {
        name: contact.card_revision for name, contact in contacts.items()
    }
    assert push_back(book, EDITS, by_the_hourly_run) == {}


def test_a_linked_profile_is_neither_shown_here_nor_written(book: World) -> None:
    for name in list(book.persons())[:20]:
        book.google("POST", "link-profile", {"name": name, "fields": PROFILE})
    finished(book.sync())
    assert lost_values(book) == {}
    assert push_back(book, EDITS, by_the_hourly_run) == {}
    rest(book)
