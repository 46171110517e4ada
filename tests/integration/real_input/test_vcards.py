"""Two hundred cards of other programs as an address book at Google: imported, edited here, pushed back."""

from collections import Counter

import pytest

from tests.integration.googlesync.world import World
from tests.integration.real_input.book import (
    Send,
    by_a_push,
    by_the_hourly_run,
    contacts_by_name,
    finished,
    load_cards,
    lost_values,
    push_back,
    rest,
)
from tests.integration.real_input.cards import Reading
from tests.integration.real_input.comparing import FIVE
from tests.integration.real_input.data import needs_vcards
from tests.integration.real_input.edits import EDITS, Make, change_all_five

pytestmark = needs_vcards

LEAST_VALUES = {"names": 200, "emailAddresses": 170, "phoneNumbers": 220, "addresses": 110, "birthdays": 40}

#: What Google may do, for all that anybody outside knows: each on its own, beside the likeliest truth.
OTHER_ANSWERS = (
    {"formatted_address_wins": False},
    {"unstructured_name_wins": True},
    {"unchanged_update_keeps_etag": False},
    {"partial_batches": True},
)


@pytest.fixture
def book(world: World, reading: Reading) -> World:
    """The address book, imported."""
    load_cards(world, reading)
    world.connect()
    finished(world.switch_on())
    return world


def test_every_value_of_the_five_fields_arrives(book: World) -> None:
    persons = book.persons()
    assert contacts_by_name(book).keys() == persons.keys()
    assert lost_values(book) == {}
    values = Counter({field: sum(len(person.get(field, ())) for person in persons.values()) for field in FIVE})
    assert values >= Counter(LEAST_VALUES)


def test_the_import_writes_nothing_to_google(world: World, reading: Reading) -> None:
    load_cards(world, reading)
    before = world.persons()
    world.connect()
    finished(world.switch_on())
    assert world.persons() == before
    rest(world)


@pytest.mark.parametrize(
    ("makes", "send"), [(EDITS, by_the_hourly_run), ((change_all_five,), by_a_push)], ids=["hourly", "pushed"]
)
def test_what_was_edited_here_arrives_and_nothing_else_changes(
    book: World, makes: tuple[Make, ...], send: Send
) -> None:
    assert push_back(book, makes, send) == {}
    rest(book)


@pytest.mark.parametrize("answer", OTHER_ANSWERS, ids=str)
def test_it_is_so_whatever_google_does_where_nobody_knows(book: World, answer: dict[str, bool]) -> None:
    likeliest = book.server.control("GET", "settings")
    book.server.control("PATCH", "settings", answer)
    try:
        assert push_back(book, EDITS, by_the_hourly_run) == {}
        rest(book)
    finally:
        book.server.control("PATCH", "settings", likeliest)
