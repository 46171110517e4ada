"""What the real service answered to another program, as an address book: shown alike, imported, edited, pushed back."""

import pytest

from tests.integration.googlesync.world import World
from tests.integration.real_input.book import (
    Send,
    by_a_push,
    by_the_hourly_run,
    contacts_by_name,
    finished,
    lost_values,
    push_back,
    rest,
)
from tests.integration.real_input.comparing import unidentified
from tests.integration.real_input.data import RECORDED_REGION, needs_recorded, recorded_persons
from tests.integration.real_input.edits import EDITS, Make, change_all_five

pytestmark = needs_recorded


@pytest.fixture
def book(world: World) -> World:
    """The recorded address book at the sandbox, imported."""
    world.server.control("POST", "accounts", {"email": world.email, "region": RECORDED_REGION})
    world.load(*recorded_persons())
    world.connect()
    finished(world.switch_on())
    return world


def test_the_sandbox_shows_the_recorded_persons_as_google_did(book: World) -> None:
    assert [unidentified(person) for person in book.persons().values()] == list(map(unidentified, recorded_persons()))


def test_every_value_of_the_five_fields_arrives(book: World) -> None:
    assert len(contacts_by_name(book)) == 2
    assert lost_values(book) == {}


@pytest.mark.parametrize("send", [by_the_hourly_run, by_a_push])
@pytest.mark.parametrize("make", [*EDITS, change_all_five])
def test_what_was_edited_here_arrives_and_nothing_else_changes(book: World, make: Make, send: Send) -> None:
    assert push_back(book, [make], send) == {}
    rest(book)
