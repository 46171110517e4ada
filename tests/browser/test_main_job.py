"""The main job by hand: connect, switch on, watch, push from both places, disconnect (S1 to S4, S14, S16, S17)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from google_sandbox.server import SandboxServer
from tandem.users.models import User
from tests.browser.conftest import Visit
from tests.factories import make_contact

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

type Work = Callable[[User], None]


def connect(alice: Visit) -> None:
    """Two clicks to the settings, then Google's consent."""
    alice.open("/")
    alice.page.locator("summary[aria-label^='Google']").click()
    alice.page.get_by_role("link", name="Google settings", exact=True).click()
    alice.page.get_by_role("link", name="Continue with Google", exact=True).click()
    alice.press("Allow")
    expect(alice.page.get_by_text("Connected as")).to_be_visible()


def switch_on(alice: Visit, status: str) -> None:
    alice.page.get_by_role("switch", name="Sync contacts with Google").check()
    alice.page.get_by_label("Import Contacts as").select_option(label=status)
    alice.page.locator("form", has=alice.page.get_by_role("switch")).get_by_role("button", name="Save").click()


def test_contact_sync_cannot_be_switched_on_before_google_is_connected(alice: Visit) -> None:
    alice.open("/google/settings")
    expect(alice.page.get_by_role("switch", name="Sync contacts with Google")).to_be_disabled()


def test_switching_on_downloads_under_the_chosen_status_and_shows_its_end_by_itself(
    alice: Visit, sandbox: SandboxServer, work: Work
) -> None:
    connect(alice)
    switch_on(alice, "New Lead")
    pulse = alice.page.locator("#pulse")
    expect(pulse.get_by_text("Sync is about to start")).to_be_visible()
    work(alice.user)
    expect(pulse.get_by_role("status")).to_have_text("In step")
    expect(pulse.get_by_text("Here: 5 created.")).to_be_visible()
    alice.open("/")
    expect(alice.page.locator("tbody tr")).to_have_count(5)
    expect(alice.page.locator("tbody .chip")).to_have_text(["New Lead"] * 5)


def test_ticked_contacts_are_pushed_with_receipts(alice: Visit, sandbox: SandboxServer, work: Work) -> None:
    connect(alice)
    switch_on(alice, "Sphere")
    work(alice.user)
    make_contact(alice.user)
    alice.open("/?q=lovelace")
    alice.page.get_by_label("Select Ada Lovelace").check()
    alice.choose("Sync Contact(s)")
    expect(alice.page.get_by_role("heading", name="Push to Google")).to_be_visible()
    work(alice.user)
    receipt = alice.page.locator("tbody tr")
    expect(receipt).to_have_count(1)
    expect(receipt).to_contain_text("Ada Lovelace")
    expect(receipt).to_contain_text("Created")


def test_contact_is_pushed_from_its_page(alice: Visit, sandbox: SandboxServer, work: Work) -> None:
    connect(alice)
    switch_on(alice, "Sphere")
    work(alice.user)
    contact = make_contact(alice.user)
    alice.open(f"/contacts/{contact.id}")
    alice.choose("Sync with Google Contacts")
    work(alice.user)
    expect(alice.page.locator("tbody tr")).to_contain_text("Created")
    alice.page.get_by_role("link", name="Back to Ada Lovelace").click()
    expect(alice.page.locator("#main").get_by_text("In step")).to_be_visible()


def test_disconnecting_asks_once_and_ends_it(alice: Visit, sandbox: SandboxServer, work: Work) -> None:
    connect(alice)
    switch_on(alice, "Sphere")
    work(alice.user)
    alice.open("/google/settings")
    alice.press("DISCONNECT GOOGLE")
    expect(alice.page.get_by_label("Keep them all")).to_be_checked()
    alice.press("DISCONNECT GOOGLE")
    expect(alice.page.get_by_text("Google is disconnected")).to_be_visible()
    expect(alice.page.get_by_role("link", name="Connect Google", exact=True)).to_be_visible()
    alice.open("/")
    expect(alice.page.locator("tbody tr")).to_have_count(5)


def test_refused_consent_says_what_happened_and_what_to_do(alice: Visit, sandbox: SandboxServer) -> None:
    alice.open("/google/connect")
    alice.press("Deny")
    problem = alice.page.get_by_role("alert")
    expect(problem).to_contain_text("Nothing was changed or lost")
    assert "code=" not in alice.page.url


def test_push_without_a_connection_says_what_to_do(alice: Visit) -> None:
    contact = make_contact(alice.user)
    alice.open(f"/contacts/{contact.id}")
    alice.choose("Sync with Google Contacts")
    expect(alice.page.get_by_role("alert")).to_contain_text("No Google account is connected. Nothing was sent.")
