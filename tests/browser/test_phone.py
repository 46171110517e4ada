"""On a phone nothing is wider than the screen, and what a menu offers can be pressed."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.factories import make_contact

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PATHS = ["/", "/contacts/new", "/duplicates", "/runs", "/trash", "/google/settings", "/settings/tokens"]


@pytest.fixture
def on_a_phone(alice: Visit) -> Visit:
    alice.page.set_viewport_size({"width": 390, "height": 844})
    return alice


def wider_by(visit: Visit) -> int:
    return int(visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_no_page_scrolls_sideways(on_a_phone: Visit) -> None:
    contact = make_contact(
        on_a_phone.user, name={"given": "Bartholomew-Maximilian", "family": "Wolfeschlegelsteinhausen"}
    )
    for path in (*PATHS, f"/contacts/{contact.id}", f"/contacts/{contact.id}/edit"):
        on_a_phone.open(path)
        assert wider_by(on_a_phone) == 0, path


def test_every_action_of_the_list_can_be_pressed(on_a_phone: Visit) -> None:
    make_contact(on_a_phone.user)
    on_a_phone.open("/")
    on_a_phone.page.get_by_label("Select Ada Lovelace").check()
    on_a_phone.choose("Move to trash")
    expect(on_a_phone.page.get_by_text("1 contact is in the trash")).to_be_visible()
