"""A contact's page by hand: click a value, change it, Enter or Tab saves, Escape leaves; e edits all of it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tandem.contacts import services
from tandem.contacts.models import Actor, Contact
from tests.browser.conftest import Visit
from tests.factories import make_contact

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def ada(alice: Visit) -> Contact:
    contact = make_contact(alice.user)
    alice.open(f"/contacts/{contact.id}")
    return contact


def test_clicked_value_is_changed_and_saved_by_enter(alice: Visit, ada: Contact) -> None:
    alice.page.get_by_text("Ada Lovelace").nth(1).click()
    expect(alice.page.get_by_label("Given name")).to_be_focused()
    alice.page.get_by_label("Given name").fill("Augusta")
    alice.page.keyboard.press("Enter")
    expect(alice.page.locator("#fact-name")).to_contain_text("Saved")
    expect(alice.page.get_by_role("heading", level=1)).to_have_text("Augusta Lovelace")
    expect(alice.page.locator("#timeline del")).to_have_text("Ada Lovelace")
    expect(alice.page.get_by_role("link", name="Edit Name")).to_be_focused()
    ada.refresh_from_db()
    assert ada.given == "Augusta"


def test_tab_saves_and_leads_to_the_next_field(alice: Visit, ada: Contact) -> None:
    alice.page.get_by_role("link", name="Add a company").click()
    alice.page.get_by_role("textbox", name="Company").fill("Engines")
    alice.page.keyboard.press("Tab")
    expect(alice.page.locator("#fact-company")).to_contain_text("Saved")
    expect(alice.page.get_by_role("link", name="Edit Status")).to_be_focused()
    ada.refresh_from_db()
    assert ada.company == "Engines"


def test_escape_leaves_without_saving(alice: Visit, ada: Contact) -> None:
    alice.page.get_by_role("link", name="Edit Notes").click()
    expect(alice.page.get_by_role("textbox", name="Notes")).to_be_focused()
    alice.page.get_by_role("textbox", name="Notes").fill("Nonsense")
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_text("Met at the open house.")).to_be_visible()
    expect(alice.page.get_by_role("link", name="Edit Notes")).to_be_focused()
    ada.refresh_from_db()
    assert ada.notes == "Met at the open house."


def test_what_was_typed_is_saved_when_the_user_goes_elsewhere(alice: Visit, ada: Contact) -> None:
    alice.page.get_by_role("link", name="Edit Notes").click()
    expect(alice.page.get_by_role("textbox", name="Notes")).to_be_focused()
    alice.page.get_by_role("textbox", name="Notes").fill("Likes gardens.")
    alice.page.get_by_role("heading", name="Timeline").click()
    expect(alice.page.locator("#fact-notes")).to_contain_text("Saved")
    ada.refresh_from_db()
    assert ada.notes == "Likes gardens."


def test_unchanged_field_is_left_when_another_is_opened(alice: Visit, ada: Contact) -> None:
    alice.page.get_by_role("link", name="Edit Notes").click()
    expect(alice.page.get_by_role("textbox", name="Notes")).to_be_focused()
    alice.page.get_by_role("link", name="Edit Name").click()
    expect(alice.page.get_by_label("Given name")).to_be_focused()
    expect(alice.page.get_by_role("textbox", name="Notes")).to_have_count(0)
    expect(alice.page.get_by_label("Given name")).to_be_focused()


def test_number_is_added_in_place_and_a_known_one_is_told(alice: Visit, ada: Contact) -> None:
    make_contact(alice.user, name={"given": "Grace"}, phones=[{"value": "+1 212 555 0117"}])
    alice.page.get_by_role("link", name="Edit Phone").click()
    expect(alice.page.get_by_label("Number")).to_have_count(1)
    alice.press("Add another")
    alice.page.get_by_label("Number").nth(1).fill("(212) 555-0117")
    expect(alice.page.locator("#fact-phones").get_by_role("link", name="Grace")).to_be_visible()
    alice.page.keyboard.press("Enter")
    expect(alice.page.locator("#fact-phones")).to_contain_text("Saved")
    ada.refresh_from_db()
    assert [phone["value"] for phone in ada.phones] == ["(415) 555-2671", "(212) 555-0117"]


def test_wrong_value_stays_open_with_its_error(alice: Visit, ada: Contact) -> None:
    alice.page.get_by_role("link", name="Edit Email").click()
    address = alice.page.locator("#fact-emails input[inputmode=email]").first
    expect(address).to_be_focused()
    address.fill("nope")
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_text("Give an e-mail address")).to_be_visible()
    expect(alice.page.locator("#fact-emails input[inputmode=email]").first).to_be_focused()
    ada.refresh_from_db()
    assert ada.emails[0]["value"] == "ada@example.org"


def test_change_of_somebody_else_is_shown_and_nothing_typed_is_lost(alice: Visit, ada: Contact) -> None:
    alice.page.get_by_role("link", name="Edit Notes").click()
    expect(alice.page.get_by_role("textbox", name="Notes")).to_be_focused()
    services.change_contact(owner_id=alice.user.pk, contact_id=ada.id, patch={"notes": "Theirs."}, actor=Actor.API)
    alice.page.get_by_role("textbox", name="Notes").fill("Mine.")
    alice.press("Save")
    expect(alice.page.get_by_role("alert")).to_contain_text("Theirs.")
    expect(alice.page.get_by_role("textbox", name="Notes")).to_have_value("Mine.")
    alice.press("Save")
    expect(alice.page.locator("#fact-notes")).to_contain_text("Saved")
    ada.refresh_from_db()
    assert ada.notes == "Mine."


def test_value_is_copied_as_typed(alice: Visit, ada: Contact) -> None:
    alice.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    alice.page.locator("#fact-phones .fact__value").hover()
    alice.page.get_by_role("button", name="Copy (415) 555-2671").click()
    expect(alice.page.locator("#said")).to_have_text("Copied.")
    assert alice.page.evaluate("navigator.clipboard.readText()") == "(415) 555-2671"


def test_e_opens_the_whole_form_and_not_while_typing(alice: Visit, ada: Contact) -> None:
    alice.page.get_by_role("link", name="Edit Notes").click()
    alice.page.get_by_role("textbox", name="Notes").press_sequentially("e")
    expect(alice.page).to_have_url(f"{alice.site}/contacts/{ada.id}")
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("link", name="Edit Notes")).to_be_focused()
    alice.page.keyboard.press("e")
    expect(alice.page).to_have_url(f"{alice.site}/contacts/{ada.id}/edit")


def test_known_address_is_told_while_a_new_contact_is_typed(alice: Visit, ada: Contact) -> None:
    alice.open("/contacts/new")
    alice.page.locator("[data-rows=emails] input").first.fill("ADA@example.org")
    expect(alice.page.get_by_role("status").get_by_role("link", name="Ada Lovelace")).to_be_visible()


def test_exact_time_shows_on_focus(alice: Visit, ada: Contact) -> None:
    time = alice.page.locator("#facts time")
    time.focus()
    alice.page.keyboard.press("Shift+Tab")
    alice.page.keyboard.press("Tab")
    content = "(time) => getComputedStyle(time, '::after').content"
    assert time.get_attribute("title") in time.evaluate(content)


def test_printed_contact_has_its_values_and_nothing_to_press(alice: Visit, ada: Contact) -> None:
    alice.page.emulate_media(media="print")
    expect(alice.page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    expect(alice.page.get_by_text("(415) 555-2671")).to_be_visible()
    for hidden in (".rail", ".header", ".page-head__actions", ".fact__edit >> nth=0", ".fact__add >> nth=0"):
        expect(alice.page.locator(hidden)).to_be_hidden()
    alice.page.emulate_media(media="screen")


def test_field_is_changed_without_scripts(alice: Visit, ada: Contact, browser: Browser) -> None:
    context = browser.new_context(storage_state=alice.page.context.storage_state(), java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{alice.site}/contacts/{ada.id}")
    page.get_by_role("link", name="Edit Birthday").click()
    page.get_by_label("Year").fill("1815")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("10 December 1815")).to_have_count(2)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_form_of_a_field_breaks_a_rule_of_accessibility(alice: Visit, ada: Contact, scheme: str) -> None:
    alice.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two literals
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    for field in ("name", "status", "lead_types", "phones", "addresses", "birthday", "notes"):
        alice.open(f"/contacts/{ada.id}?edit={field}")
        found = Axe().run(alice.page, options=rules).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
