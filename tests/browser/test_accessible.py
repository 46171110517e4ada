"""Every page by axe-core's rules of WCAG 2.2 A and AA, wide and narrow, light and dark: no violation."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django import Settings

from google_sandbox.server import SandboxServer
from tandem.googlesync.models import PossibleDuplicate, RunState, Trigger
from tandem.googlesync.services import change_settings, request_plan
from tests.browser.conftest import Visit, visit
from tests.integration.googlesync.world import World, person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
#: So many rules have something to look at on every page.
FEWEST_RULES = 7
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LOOKS = ((DESK, "light"), (DESK, "dark"), (PHONE, "dark"), (PHONE, "light"))
OPEN_ALL = "document.querySelectorAll('details').forEach((each) => { each.open = true })"
PASSWORD_OF_THE_WORLD = "a long password"
#: The address of each page of somebody who is signed in; in braces what `filled` has made.
PAGES = (
    "/", "/?q=nobody-like-this", "/contacts/new", "/contacts/{contact}", "/contacts/{contact}/edit",
    "/contacts/{contact}/erase", "/contacts/{trashed}", "/duplicates", "/conflicts", "/runs", "/runs/{imported}",
    "/runs/{held}", "/runs/{plan}", "/trash", "/trash/google", "/google/settings", "/google/disconnect",
    "/settings/tokens", "/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/", "/nowhere",
)  # fmt: skip
WITH_MENUS = ("/", "/contacts/{contact}", "/google/settings")


def filled(server: SandboxServer) -> tuple[World, dict[str, str]]:
    """A user with something on every page: an import, a conflict, a held run, a plan, trash, a possible duplicate."""
    world = World(server)
    world.user.set_password(PASSWORD_OF_THE_WORLD)
    world.user.save()
    everybody = [person(f"Given{number}", "Family", emails=[f"{number}@example.org"]) for number in range(8)]
    names = world.load(*everybody)
    world.connect()
    imported = world.switch_on()
    change_settings(account=world.account, changes={"conflict_policy": "ask", "brake_count": 2})
    contact = world.edit(world.contact("Given0"), name={"given": "Adele"}, notes="Met at the open house. " * 30)
    changed = {"names": [{"givenName": "Augusta", "familyName": "Family"}]}
    world.google("POST", "edit", {"persons": {names[0]: changed}})
    world.google("POST", "delete", {"names": names[1:5]})
    trashed = world.contact("Given6")
    world.delete(trashed)
    held = world.sync()
    world.load(person("Grace", "Hopper"))
    plan = world.run(request_plan(account=world.account, trigger=Trigger.PERSON, is_queued=False))
    other = world.create(name={"given": "Augusta"}, emails=[{"value": "0@example.org"}])
    PossibleDuplicate.objects.create(
        owner=world.user, first=contact, second=other, evidence="same e-mail", found_at=timezone.now()
    )
    made = {"contact": contact, "trashed": trashed, "imported": imported, "held": held, "plan": plan}
    assert held.state == RunState.HELD
    assert world.account.conflicts.filter(closed_at=None).exists()
    connection.close()
    return world, {name: str(each.id) for name, each in made.items()}


@pytest.fixture
def world(
    committed: None, sandbox: SandboxServer, browser: Browser, site: str, settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Visit, dict[str, str]]]:  # fmt: skip
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop running in this thread
    with ThreadPoolExecutor(1) as elsewhere:
        made, ids = elsewhere.submit(filled, sandbox).result(timeout=120)
    with visit(browser, site, made.user, settings.SESSION_COOKIE_NAME, expected=("404",)) as visiting:
        visiting.page.emulate_media(reduced_motion="reduce")  # what fades in is faint for a moment
        yield visiting, ids
    connection.close()


def violations(page: Page, name: str) -> list[str]:
    """What the page that is open breaks, in each look; axe-core is loaded once."""
    found: list[str] = []
    page.evaluate(Axe().axe_script)
    for size, scheme in LOOKS:
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # two literals
        result: dict[str, Any] = page.evaluate("(rules) => axe.run(rules)", RULES)
        assert len(result["passes"]) > FEWEST_RULES, f"{name} was hardly looked at"
        for violation in result["violations"]:
            where = [node["target"] for node in violation["nodes"]][:4]
            found.append(f"{name}, {size['width']} {scheme}: {violation['id']}: {violation['help']} at {where}")
    return found


def test_no_page_breaks_a_rule(world: tuple[Visit, dict[str, str]]) -> None:
    alice, ids = world
    found: list[str] = []
    for path in PAGES:
        alice.open(path.format(**ids))
        found += violations(alice.page, path)
    for path in WITH_MENUS:
        alice.open(path.format(**ids))
        alice.page.evaluate(OPEN_ALL)
        found += violations(alice.page, f"{path} with its menus open")
    assert found == []


def test_no_page_of_the_second_factor_breaks_a_rule(world: tuple[Visit, dict[str, str]]) -> None:
    alice, _ = world
    alice.open("/accounts/2fa/totp/activate/")
    found = violations(alice.page, "password once more")
    alice.page.get_by_label("Password").fill(PASSWORD_OF_THE_WORLD)
    alice.press("Go on")
    alice.page.get_by_label("Code").fill("000000")
    alice.press("Switch on")
    found += violations(alice.page, "a wrong code")
    assert found == []


def test_no_page_of_a_stranger_breaks_a_rule(site: str, browser: Browser, settings: Settings) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    page = browser.new_page()
    found: list[str] = []
    for path in ("login", "inactive", "password/reset", "password/reset/done", "password/reset/key/1-abc-def"):
        page.goto(f"{site}/accounts/{path}/")
        found += violations(page, path)
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email").fill("charlie@example.test")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    found += violations(page, "a wrong password")
    for template in ("account/first.html", "429.html", "500.html"):
        page.set_content(render_to_string(template, {"problems": ["The two passwords differ."]}))
        found += violations(page, template)
    page.close()
    assert found == []
