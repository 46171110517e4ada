"""What waits for the user, answered in a browser: previews, held runs, conflicts, undo, erasing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from google_sandbox.server import SandboxServer
from tandem.googlesync.models import Account
from tandem.users.models import User
from tests.browser.conftest import Visit
from tests.browser.test_main_job import connect, switch_on

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

type Work = Callable[[User], None]


def persons(sandbox: SandboxServer) -> list[str]:
    return [person["resourceName"] for person in sandbox.control("GET", "state")["persons"]]


def sync(alice: Visit, work: Work) -> None:
    alice.open("/google/settings")
    alice.press("Sync now")
    work(alice.user)


def test_a_preview_writes_nothing_until_it_is_applied_and_leaves_what_was_unticked(
    alice: Visit, sandbox: SandboxServer, work: Work
) -> None:
    connect(alice)
    alice.press("Preview")
    work(alice.user)
    expect(alice.page.get_by_role("heading", name="This is a preview: nothing of it is done yet")).to_be_visible()
    expect(alice.page.get_by_role("switch")).to_have_count(5)
    expect(alice.page.get_by_role("button", name="Apply 5 changes")).to_be_visible()
    alice.page.get_by_role("switch").first.uncheck()
    expect(alice.page.get_by_text("4 of 5 on")).to_be_visible()
    alice.press("Apply 4 changes")
    work(alice.user)
    alice.open("/")
    expect(alice.page.locator("tbody tr")).to_have_count(4)


def test_a_held_run_says_so_and_is_rejected(alice: Visit, sandbox: SandboxServer, work: Work) -> None:
    connect(alice)
    switch_on(alice, "Sphere")
    work(alice.user)
    Account.objects.filter(user=alice.user).update(brake_count=2)
    sandbox.control("POST", "delete", {"names": persons(sandbox)[:3]})
    sync(alice, work)
    alice.open("/google/settings")
    expect(alice.page.locator("#pulse").get_by_role("status")).to_have_text("Held for your answer")
    alice.page.locator("#pulse dd a", has_text="3").click()
    alice.page.get_by_role("link", name="Sync", exact=True).click()
    alice.press("Reject all of them")
    expect(alice.page.get_by_text("both sides stay as they are")).to_be_visible()
    alice.open("/")
    expect(alice.page.locator("tbody tr")).to_have_count(5)


def test_a_held_run_moves_to_the_trash_what_stays_switched_on(alice: Visit, sandbox: SandboxServer, work: Work) -> None:
    connect(alice)
    switch_on(alice, "Sphere")
    work(alice.user)
    Account.objects.filter(user=alice.user).update(brake_count=2)
    sandbox.control("POST", "delete", {"names": persons(sandbox)[:3]})
    sync(alice, work)
    alice.open("/runs?state=held")
    alice.page.get_by_role("link", name="Sync", exact=True).click()
    expect(alice.page.get_by_role("button", name="Undo")).to_have_count(0)
    alice.page.get_by_role("switch").first.uncheck()
    alice.press("Move 2 to the trash")
    work(alice.user)
    alice.open("/")
    expect(alice.page.locator("tbody tr")).to_have_count(3)


def test_what_a_run_did_to_one_contact_is_undone_alone(alice: Visit, sandbox: SandboxServer, work: Work) -> None:
    connect(alice)
    switch_on(alice, "Sphere")
    work(alice.user)
    alice.open("/runs")
    alice.page.get_by_role("link", name="Sync", exact=True).click()
    name = alice.page.locator("tbody tr td a").first.text_content()
    alice.page.get_by_role("button", name=f"Undo this {name}").click()
    work(alice.user)
    alice.open("/")
    expect(alice.page.locator("tbody tr")).to_have_count(4)
    expect(alice.page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_a_conflict_is_decided_and_travels(alice: Visit, sandbox: SandboxServer, work: Work) -> None:
    connect(alice)
    switch_on(alice, "Sphere")
    work(alice.user)
    alice.page.get_by_label("Both changed the same field").select_option(label="Ask me each time")
    alice.page.locator("form", has=alice.page.get_by_label("When a field is emptied")).get_by_role(
        "button", name="Save"
    ).click()
    contact = alice.user.contacts.earliest("id")
    name = contact.links.get().resource_name
    sandbox.control("POST", "edit", {"persons": {name: {"names": [{"givenName": "There", "familyName": "Then"}]}}})
    alice.open(f"/contacts/{contact.id}/edit")
    alice.page.get_by_label("Given name").fill("Here")
    alice.press("Save")
    sync(alice, work)
    alice.open("/conflicts")
    expect(alice.page.get_by_text("Your choice", exact=True)).to_be_visible()
    alice.press("Use Google's")
    expect(alice.page.get_by_text("Nothing is in conflict")).to_be_visible()
    contact.refresh_from_db()
    assert (contact.given, contact.family) == ("There", "Then")


def test_a_run_is_undone_from_its_page(alice: Visit, sandbox: SandboxServer, work: Work) -> None:
    connect(alice)
    switch_on(alice, "Sphere")
    work(alice.user)
    alice.open("/runs")
    alice.page.get_by_role("link", name="Sync", exact=True).click()
    alice.press("Undo")
    work(alice.user)
    alice.open("/")
    expect(alice.page.locator("tbody tr")).to_have_count(0)
    assert len(persons(sandbox)) == 5


def test_a_contact_is_erased_on_both_sides_after_one_question(alice: Visit, sandbox: SandboxServer, work: Work) -> None:
    connect(alice)
    switch_on(alice, "Sphere")
    work(alice.user)
    contact = alice.user.contacts.earliest("id")
    alice.open(f"/contacts/{contact.id}")
    alice.page.locator("summary", has_text="More Actions").click()
    alice.page.get_by_role("link", name="Erase on both sides").click()
    alice.press("Erase on both sides")
    work(alice.user)
    assert not alice.user.contacts.filter(id=contact.id).exists()
    assert len(persons(sandbox)) == 4
