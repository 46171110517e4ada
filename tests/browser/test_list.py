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
    expect(three.page.get_by_text("1 contact got #openhouse.")).to_be_visible()


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


DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MOST = 50  # of a page
LONG = "bartholomew.wolfeschlegelsteinhausenbergerdorff@an-estate-agency.example"


@pytest.fixture
def many(alice: Visit) -> Visit:
    """More than a page of them."""
    for number in range(MOST + 2):
        make_contact(alice.user, name={"given": f"Ada {number:02}"})
    alice.open("/")
    return alice


def test_one_thing_scrolls_and_a_dozen_rows_are_in_sight(many: Visit) -> None:
    page = many.page
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
    window = page.locator(".table-scroll")
    assert window.evaluate("(box) => box.scrollHeight - box.clientHeight") > 0
    rows = page.locator("tbody tr")
    assert rows.nth(0).evaluate("(row) => row.getBoundingClientRect().height") == 40
    assert window.evaluate("(box) => (box.clientHeight - box.querySelector('thead').clientHeight) / 40") >= 13


def test_boxes_and_the_selection_show_when_they_are_wanted(three: Visit) -> None:
    box = three.page.locator('input[name="contact"]').nth(2)
    more = three.page.locator("summary", has_text="More Actions")
    expect(more).to_be_hidden()
    expect(box).to_have_css("opacity", "0")
    three.page.locator("tbody tr").nth(2).hover()
    expect(box).to_have_css("opacity", "1")
    three.page.get_by_label("Select Ada").check()
    three.page.locator("h1").hover()
    expect(box).to_have_css("opacity", "1")
    expect(more).to_be_visible()
    three.press("Select none")
    expect(more).to_be_hidden()
    expect(box).to_have_css("opacity", "0")


def test_all_that_match_are_selected_in_one_clear_text(many: Visit) -> None:
    many.page.get_by_label("Select Ada 00").check()
    many.page.get_by_label("Select all 52 that match").check()
    expect(many.page.locator("[data-selected]")).to_have_text("All 52 that match are selected")
    expect(many.page.locator("tbody input:checked")).to_have_count(MOST)
    many.page.get_by_label("Select Ada 03").uncheck()
    expect(many.page.locator("[data-selected]")).to_have_text("49 selected")
    expect(many.page.get_by_label("Select all 52 that match")).not_to_be_checked()


def test_selection_is_acted_on_without_scripts(many: Visit) -> None:
    state = many.page.context.storage_state()
    assert many.page.context.browser is not None
    context = many.page.context.browser.new_context(storage_state=state, java_script_enabled=False, viewport=DESK)
    page = context.new_page()
    page.goto(many.site)
    page.get_by_label("Select Ada 01").check()
    page.get_by_label("Select all 52 that match").check()
    page.locator("summary", has_text="More Actions").click()
    page.locator("summary", has_text="Set status").click()
    page.get_by_role("button", name="Client").click()
    expect(page.get_by_text("52 contacts are now Client.")).to_be_visible()
    context.close()


def test_selection_takes_one_line_on_a_phone(many: Visit) -> None:
    many.page.set_viewport_size(PHONE)
    many.page.locator('input[name="contact"]').first.check()
    many.page.locator("[data-select-page]").check()
    bar = many.page.locator(".selection")
    box = bar.bounding_box()
    assert box is not None
    assert box["height"] <= 56
    assert bar.evaluate("(bar) => bar.scrollWidth - bar.clientWidth") == 0
    many.choose("Move to trash")
    toast = many.page.locator("[data-toast]")
    expect(toast).to_contain_text("50 contacts are in the trash.")
    ends = [each.bounding_box() for each in (toast.get_by_text("Receipts"), toast.get_by_role("button", name="Undo"))]
    middles = [box["y"] + box["height"] / 2 for box in ends if box]
    assert abs(middles[0] - middles[1]) < 4


def test_long_address_pushes_no_column_away_and_is_whole_in_the_row_in_hand(alice: Visit) -> None:
    make_contact(alice.user, name={"given": "Ada"}, emails=[{"value": LONG}])
    make_contact(alice.user, name={"given": "Grace"})
    alice.open("/")
    cell = alice.page.locator("td.table__email").first
    hidden = "(cell) => cell.scrollWidth - cell.clientWidth"
    assert alice.page.locator(".table-scroll").evaluate("(box) => box.scrollWidth - box.clientWidth") == 0
    assert cell.evaluate(hidden) > 0
    expect(cell).to_have_attribute("title", LONG)
    alice.page.keyboard.press("j")
    assert cell.evaluate(hidden) == 0


def test_filters_behind_more_filters_narrow_the_list_in_place(three: Visit) -> None:
    three.page.locator("summary", has_text="More filters").click()
    three.page.locator("#filters select[name=google]").select_option("in")
    expect(three.page.get_by_text("No contact matches.")).to_be_visible()
    expect(three.page.locator(".filters__count")).to_have_text("1")
    expect(three.page.locator("#words")).to_contain_text("0 contacts match.")


def test_selection_is_counted_after_the_way_back(three: Visit) -> None:
    three.page.get_by_label("Select Grace").check()
    three.page.get_by_role("link", name="Ada").click()
    expect(three.page.get_by_role("heading", level=1, name="Ada")).to_be_visible()
    three.page.go_back()
    expect(three.page.get_by_label("Select Grace")).to_be_checked()
    expect(three.page.locator("[data-selected]")).to_have_text("1 selected")
