"""What scripts add to the list: search while typing, ticking by page and range, the '/' key."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.factories import make_contact

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def three(alice: Visit) -> Visit:
    for given in ("Ada", "Grace", "Katherine"):
        make_contact(alice.user, name={"given": given})
    alice.open("/")
    return alice


def test_typing_in_the_search_narrows_the_list_in_place(three: Visit) -> None:
    three.page.keyboard.press("/")
    three.page.keyboard.type("gra")
    expect(three.page.locator("tbody tr")).to_have_count(1)
    expect(three.page.locator("tbody tr")).to_contain_text("Grace")
    assert "q=gra" in three.page.url
    three.page.get_by_label("Select Grace").check()
    expect(three.page.locator("[data-selected]")).to_have_text("1 selected")


def test_page_box_ticks_all_and_shift_ticks_a_range(three: Visit) -> None:
    boxes = three.page.locator('input[name="contact"]')
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(three.page.locator("[data-selected]")).to_have_text("3 selected")
    three.page.locator("[data-select-page]").click()
    expect(three.page.locator("[data-selected]")).to_be_hidden()
    three.page.locator("[data-select-page]").click()
    three.press("Select none")
    expect(three.page.locator("[data-selected]")).to_be_hidden()


def test_enter_in_the_hashtag_field_does_nothing(three: Visit) -> None:
    three.page.locator('input[name="contact"]').nth(0).check()
    three.page.locator("summary", has_text="More Actions").click()
    three.page.locator("summary", has_text="Hashtags").click()
    three.page.get_by_label("Hashtag to add or remove").fill("openhouse")
    three.page.keyboard.press("Enter")
    expect(three.page.locator("[data-selected]")).to_have_text("1 selected")
    three.press("Add hashtag")
    expect(three.page.get_by_text("1 contact got the hashtag.")).to_be_visible()


def test_toast_takes_the_last_action_back(three: Visit) -> None:
    three.page.get_by_label("Select Grace").check()
    three.choose("Move to trash")
    expect(three.page.locator("[data-toast]")).to_contain_text("1 contact is in the trash.")
    expect(three.page.locator("tbody tr")).to_have_count(2)
    three.press("Undo")
    expect(three.page.locator("tbody tr")).to_have_count(3)
    expect(three.page.get_by_text("1 contact is as it was.")).to_be_visible()


def test_keys_walk_tick_and_edit(three: Visit) -> None:
    three.page.keyboard.press("j")
    three.page.keyboard.press("j")
    expect(three.page.get_by_role("link", name="Grace")).to_be_focused()
    three.page.keyboard.press("x")
    expect(three.page.get_by_label("Select Grace")).to_be_checked()
    three.page.keyboard.press("k")
    expect(three.page.get_by_role("link", name="Ada")).to_be_focused()
    three.page.keyboard.press("e")
    expect(three.page.get_by_label("Given name")).to_have_value("Ada")


def test_keys_are_explained_and_can_be_switched_off(three: Visit) -> None:
    three.page.keyboard.press("?")
    expect(three.page.get_by_role("dialog")).to_be_visible()
    three.page.get_by_label("Use these keys in this browser").uncheck()
    three.press("Close")
    three.page.keyboard.press("j")
    expect(three.page.locator("tbody a:focus")).to_have_count(0)


def test_back_button_returns_to_the_search_before(three: Visit) -> None:
    three.page.locator("#filters select[name=status]").select_option("client")
    expect(three.page.get_by_text("No contact matches.")).to_be_visible()
    assert three.page.url.endswith("/?status=client")
    three.page.go_back()
    expect(three.page.locator("tbody tr")).to_have_count(3)
    expect(three.page.get_by_role("heading", name="Smart CRM")).to_have_count(1)


def test_click_beside_the_name_opens_the_contact(three: Visit) -> None:
    three.page.locator("tbody tr").nth(1).locator(".table__updated").click()
    expect(three.page.get_by_role("heading", name="Grace")).to_be_visible()


def test_row_that_was_added_to_the_form_is_saved(alice: Visit) -> None:
    alice.open("/contacts/new")
    alice.page.get_by_label("Given name").fill("Ada")
    emails = alice.page.locator("[data-rows=emails]")
    emails.get_by_label("Address").fill("ada@example.org")
    emails.get_by_role("button", name="Add another").click()
    emails.get_by_label("Address").nth(1).fill("countess@example.org")
    alice.press("Create")
    expect(alice.page.get_by_role("link", name="countess@example.org")).to_be_visible()
