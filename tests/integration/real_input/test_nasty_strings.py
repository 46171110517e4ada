"""The big list of naughty strings in every text of the five fields, labels included: scripts, quotes, directions."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from contactsync.normalize import is_blank
from tandem.contacts.exporting import ExportFormat, export_pieces
from tandem.contacts.shape import contact_json
from tandem.googlesync.services import change_settings
from tests.integration.googlesync.world import World
from tests.integration.real_input.book import by_the_hourly_run, finished, lost_values, push_back, rest
from tests.integration.real_input.cards import read_text
from tests.integration.real_input.comparing import five_fields, shown
from tests.integration.real_input.data import NASTY_STRINGS, needs_nasty_strings
from tests.integration.real_input.edits import EDITS
from tests.integration.real_input.persons import person_of

pytestmark = needs_nasty_strings


def persons() -> Iterator[dict[str, Any]]:
    """One for each string, with three others beside it; what is blank is no value, and left out."""
    strings = [text for text in json.loads(NASTY_STRINGS.read_text(encoding="utf-8")) if not is_blank(text)]
    for place, text in enumerate(strings):
        second, third, fourth = (strings[(place * step + step) % len(strings)] for step in (7, 11, 13))
        yield {
            "names": [{"givenName": text, "familyName": second, "middleName": third, "honorificPrefix": fourth}],
            "emailAddresses": [{"value": text, "type": second}, {"value": third, "type": "home"}],
            "phoneNumbers": [{"value": text, "type": third}],
            "addresses": [{"streetAddress": text, "city": second, "country": third, "poBox": fourth, "type": text}],
            "birthdays": [{"text": text}],
            "biographies": [{"value": text}],
            "userDefined": [{"key": text, "value": second}],
        }


@pytest.fixture
def book(world: World) -> World:
    world.load(*persons())
    world.connect()
    finished(world.switch_on())
    # Every ninth contact loses its only number below: so much that the brake would ask whether it is meant.
    change_settings(account=world.account, changes={"brake_on": False})
    return world


def test_they_arrive_here_and_there_as_typed(book: World) -> None:
    assert lost_values(book) == {}
    assert push_back(book, EDITS, by_the_hourly_run) == {}
    rest(book)


def test_an_exported_vcard_holds_them(book: World) -> None:
    written = read_text("".join(export_pieces(owner_id=book.user.pk, form=ExportFormat.VCARD_4)))
    assert written.unread == []
    wanted = [shown(contact_json(contact)) for contact in book.contacts()]
    assert [five_fields(person_of(card)) for card in written.cards] == wanted
