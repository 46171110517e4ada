"""What scripts add to every page: help and search by key, a word where a request fails, a bar where it takes long."""

import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from tandem.googlesync.models import Account, Run, RunKind, RunState, Trigger
from tests.browser.conftest import Visit
from tests.factories import make_contact

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE = {"width": 390, "height": 844}
TARGET = 44
SEARCH = re.compile(r"\?.*q=gra")
SMALL = """(most) => [...document.querySelectorAll('button, summary, select, input, a.button, .rail a, .menu__item')]
  .filter((each) => each.checkVisibility() && !each.closest('.visually-hidden, td, thead'))
  .filter((each) => Math.round((each.labels?.[0] ?? each).getBoundingClientRect().height) < most
    && Math.round(each.getBoundingClientRect().height) < most)
  .map((each) => each.outerHTML.slice(0, 120))"""


def type_in_search(page: Page, words: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(words)


@pytest.mark.parametrize("path", ["/", "/runs", "/trash", "/duplicates", "/settings/tokens"])
def test_keys_lead_to_the_search_and_to_their_help_on_every_page(alice: Visit, path: str) -> None:
    alice.open(path)
    alice.page.keyboard.press("?")
    expect(alice.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
    alice.page.keyboard.press("/")
    expect(alice.page.get_by_label("Search contacts")).to_be_focused()


def test_search_that_fails_says_so_and_is_tried_again(alice: Visit) -> None:
    for given in ("Ada", "Grace"):
        make_contact(alice.user, name={"given": given})
    page = alice.page.context.new_page()  # whose console may complain of the failure
    page.goto(alice.site)
    page.route(SEARCH, lambda route: route.abort())
    type_in_search(page, "gra")
    expect(page.get_by_role("alert")).to_contain_text("Tandem did not answer.")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.unroute(SEARCH)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_search_that_takes_long_shows_that_it_is_under_way(alice: Visit) -> None:
    make_contact(alice.user, name={"given": "Grace"})
    alice.open("/")

    def slowly(route: Route) -> None:
        time.sleep(2)
        route.continue_()

    alice.page.route(SEARCH, slowly)
    type_in_search(alice.page, "gra")
    expect(alice.page.locator("[data-busy]")).to_be_visible()
    expect(alice.page.locator("#list")).to_have_attribute("aria-busy", "true")
    expect(alice.page.get_by_text("Still working on it.")).to_be_visible()
    expect(alice.page.locator("[data-busy]")).to_be_hidden()
    expect(alice.page.locator("[aria-busy]")).to_have_count(0)
    expect(alice.page.get_by_text("Still working on it.")).to_be_hidden()


def test_end_of_a_run_is_told_on_the_page_that_is_open(alice: Visit) -> None:
    now = timezone.now()
    account = Account.objects.create(user=alice.user, sub="told", email="alice@gmail.example", connected_at=now)
    run = Run.objects.create(
        owner=alice.user,
        account=account,
        kind=RunKind.SYNC,
        trigger=Trigger.PERSON,
        state=RunState.RUNNING,
        created_at=now,
    )
    alice.open("/trash")
    Run.objects.filter(id=run.id).update(state=RunState.DONE, finished_at=timezone.now())
    expect(alice.page.locator("[data-toast]")).to_contain_text("Sync: done.")
    alice.page.get_by_role("link", name="Show the run").click()
    expect(alice.page).to_have_url(f"{alice.site}/runs/{run.id}")


def test_line_of_the_demo_fits_a_line_and_can_be_closed(alice: Visit, settings: Settings) -> None:
    settings.DEMO = True
    alice.open("/")
    assert alice.page.locator(".demo").evaluate("(line) => line.getBoundingClientRect().height") <= TARGET
    alice.press("Close this line")
    expect(alice.page.locator(".demo")).to_have_count(0)


def test_menus_are_sheets_from_below_on_a_phone(alice: Visit) -> None:
    make_contact(alice.user)
    alice.page.set_viewport_size(PHONE)
    alice.page.emulate_media(reduced_motion="reduce")
    alice.open("/")
    for name in ("Views", "Export", "More filters"):
        alice.page.locator("summary", has_text=name).click()
        box = alice.page.locator("details[open] > .menu__panel").bounding_box()
        assert box is not None
        assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 844), name
        alice.page.mouse.click(195, 20)
        expect(alice.page.locator("details[open]")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/runs", "/trash", "/settings/tokens"])
def test_what_is_tapped_is_large_enough_on_a_phone(alice: Visit, path: str) -> None:
    make_contact(alice.user)
    alice.page.set_viewport_size(PHONE)
    alice.open(path)
    assert alice.page.evaluate(SMALL, TARGET) == []
