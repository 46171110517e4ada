"""What axe-core says of what opens and appears: menus, the selection, a sheet, help, banners and toasts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from tandem.googlesync.models import Account, AccountState
from tests.browser.conftest import Visit
from tests.browser.test_accessible import RULES
from tests.factories import make_contact

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE = {"width": 390, "height": 844}


def tick(page: Page) -> None:
    page.locator('input[name="contact"]').first.check()


def open_actions(page: Page) -> None:
    tick(page)
    page.locator("summary", has_text="More Actions").click()
    page.locator("summary", has_text="Set status").click()
    page.locator("summary", has_text="Hashtags").click()


def open_menu(name: str) -> Callable[[Page], None]:
    return lambda page: page.locator("summary", has_text=name).click()


def move_to_trash(page: Page) -> None:
    open_actions(page)
    page.get_by_role("button", name="Move to trash").click()


STATES: dict[str, Callable[[Page], None]] = {
    "selection": tick,
    "More Actions": open_actions,
    "Columns": open_menu("Columns"),
    "More filters": open_menu("More filters"),
    "the mail menu": lambda page: page.locator("summary[aria-label^=Google]").click(),
    "help": lambda page: page.keyboard.press("?"),
    "a toast": move_to_trash,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_nothing_that_opens_breaks_a_rule(alice: Visit, scheme: str, size: str) -> None:
    for _ in range(len(STATES)):
        make_contact(alice.user)
    now = timezone.now()
    Account.objects.create(
        user=alice.user,
        sub="lost",
        email="alice@gmail.example",
        connected_at=now,
        state=AccountState.RECONNECT_NEEDED,
    )
    alice.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    if size == "phone":
        alice.page.set_viewport_size(PHONE)
    found = []
    for name, bring_about in STATES.items():
        if size == "phone" and name == "Columns":
            continue
        alice.open("/")
        bring_about(alice.page)
        for violation in Axe().run(alice.page, options=RULES).response["violations"]:
            where = [node["target"] for node in violation["nodes"]]
            found.append(f"{name}: {violation['id']}: {violation['help']} at {where[:4]}")
    assert found == []
