"""What holds of every page, of the product and of the sandbox: width, headings, names of inputs, colours, no script."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from google_sandbox.server import SandboxServer
from tandem.googlesync.models import Run
from tandem.users.models import User
from tests.browser.conftest import PASSWORD, Visit
from tests.browser.test_main_job import connect, switch_on
from tests.factories import make_contact

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
UNNAMED = """[...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, summary, a')]
  .filter((each) => !each.closest('template') && !(each.labels?.length || each.getAttribute('aria-label')
    || each.textContent.trim() || each.hidden))
  .map((each) => each.outerHTML)"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FAINT = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const parts = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => colour.slice(0, 3).map((each) => each / 255)
    .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return parts('white');
  };
  return [...document.querySelectorAll('body *')].filter((each) => each.checkVisibility()
      && !each.closest(':disabled, .visually-hidden, .skip, option')
      && [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .filter((each) => {
      const [one, other] = [light(parts(getComputedStyle(each).color)), light(ground(each))].sort((a, b) => b - a);
      return (one + 0.05) / (other + 0.05) < 4.5;
    }).map((each) => `${each.className} ${each.textContent.trim().slice(0, 40)}`);
}"""


@pytest.fixture
def addresses(alice: Visit, sandbox: SandboxServer, work: Callable[[User], None]) -> list[str]:
    """Every page, with something on it."""
    contact = make_contact(alice.user, name={"given": "Bartholomew", "family": "Wolfeschlegelsteinhausenbergerdorff"})
    deleted = make_contact(alice.user, emails=[], phones=[])
    connect(alice)
    switch_on(alice, "Sphere")
    work(alice.user)
    alice.open(f"/contacts/{contact.id}")
    alice.choose("Sync with Google Contacts")
    work(alice.user)
    alice.open(f"/contacts/{deleted.id}")
    alice.choose("Move to trash")
    ours = ["/", "/?q=nobody-like-this", "/contacts/new", "/duplicates", "/runs", "/trash", "/google/settings"]
    ours += ["/google/disconnect", "/settings/tokens", "/accounts/password/change/", "/accounts/2fa/", "/conflicts"]
    ours += [f"/contacts/{contact.id}", f"/contacts/{contact.id}/edit", f"/contacts/{deleted.id}"]
    ours += [f"/runs/{run.id}" for run in Run.objects.filter(owner=alice.user)]
    theirs = ["/contacts", "/contacts/new", "/trash", "/others", "/contacts/c42", "/o/oauth2/v2/auth"]
    return [alice.site + each for each in ours] + [sandbox.url + each for each in theirs]


def faults(page: Page) -> Iterator[object]:
    """What is wrong with the page that is open."""
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        yield page.evaluate(TOO_WIDE)
    yield page.locator("h1").count() - 1
    yield page.evaluate(UNNAMED)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        yield page.evaluate(FAINT)


def test_pages_fit_have_one_heading_and_named_controls_and_can_be_read(alice: Visit, addresses: list[str]) -> None:
    found = {}
    for address in addresses:
        alice.page.goto(address)
        found[address] = [fault for fault in faults(alice.page) if fault]
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_pages_are_read_and_single_actions_done_without_scripts(alice: Visit, browser: Browser) -> None:
    contact = make_contact(alice.user)
    state = alice.page.context.storage_state()
    context = browser.new_context(storage_state=state, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{alice.site}/contacts/new")
    expect(page.get_by_role("button", name="Add another")).to_have_count(0)
    page.goto(f"{alice.site}/?q=lovelace")
    page.get_by_role("link", name="Ada Lovelace").click()
    page.locator("summary", has_text="More Actions").click()
    page.get_by_role("button", name="Move to trash").click()
    expect(page.get_by_text("It is in the trash until")).to_be_visible()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    context.close()
    contact.refresh_from_db()
    assert contact.trashed_at is None


def test_every_action_of_the_list_can_be_pressed_on_a_phone(alice: Visit) -> None:
    make_contact(alice.user)
    alice.page.set_viewport_size(PHONE)
    alice.open("/")
    alice.page.get_by_label("Select Ada Lovelace").check()
    alice.choose("Move to trash")
    expect(alice.page.get_by_text("1 contact is in the trash")).to_be_visible()


def test_sheet_of_actions_is_closed_by_a_tap_beside_it(alice: Visit) -> None:
    contact = make_contact(alice.user)
    alice.page.set_viewport_size(PHONE)
    alice.open(f"/contacts/{contact.id}")
    alice.page.locator("summary", has_text="More Actions").click()
    expect(alice.page.get_by_role("button", name="Sync with Google Contacts")).to_be_visible()
    alice.page.mouse.click(195, 300)
    expect(alice.page.get_by_role("button", name="Sync with Google Contacts")).to_be_hidden()


def test_list_shows_its_last_column_on_a_small_desk(alice: Visit) -> None:
    make_contact(
        alice.user,
        name={"given": "Bartholomew", "family": "Wolfeschlegelsteinhausenbergerdorff"},
        emails=[{"value": "bartholomew.wolfeschlegelsteinhausenbergerdorff@example.org"}],
    )
    alice.open("/")
    scroller = alice.page.locator(".table-scroll")
    assert scroller.evaluate("(box) => box.scrollWidth - box.clientWidth") == 0


def test_signing_in_needs_the_right_password_and_leads_to_the_list(alice: Visit) -> None:
    alice.page.context.clear_cookies()
    alice.open("/")
    for password in ("a wrong phrase", PASSWORD):
        alice.page.get_by_label("Email").fill(alice.user.email)
        alice.page.get_by_label("Password").fill(password)
        alice.press("Sign in")
    expect(alice.page.get_by_role("heading", name="Smart CRM")).to_be_visible()
