"""S1 to S4: the connection comes first, settings are two clicks away, and one button ends it all."""

import pytest

from tandem.googlesync.models import Account
from tests.integration.floor.page import page_of
from tests.integration.floor.world import World, google_state, work
from tests.integration.googlesync.world import person


def test_s01_without_a_connection_there_is_nothing_to_switch_on(world: World) -> None:
    contact = world.create(name={"given": "Ada"})
    world.sign_in()

    page = page_of(world.browser.get("/google/settings").text)
    assert page.clickable("Connect Google").attributes["href"] == "/google/connect"
    assert "disabled" in page.all("fieldset", **{"class": "switch-row"})[0].attributes
    world.browser.post("/google/switch", on="/google/settings", contact_sync="1", import_status="sphere")

    assert world.items("google/accounts") == []
    refused = world.api("POST", "contacts/sync", {"ids": [contact["id"]]})
    assert (refused.status, refused.json["code"]) == (409, "not_connected")
    assert world.items("runs") == []


def test_s01_connecting_by_oauth_shows_the_account_with_its_sync_still_off(world: World) -> None:
    account_id = world.connect()
    account = world.account
    assert (account["id"], account["email"], account["state"]) == (account_id, world.email, "connected")
    assert not account["contact_sync"]
    assert world.calls() == []


@pytest.mark.parametrize("answer", [{"decision": "deny"}, {"granted": "openid"}], ids=["denied", "box unticked"])
def test_s01_a_refused_permission_connects_nothing_and_says_why(world: World, answer: dict[str, str]) -> None:
    assert world.connect(**answer) == ""
    assert page_of(world.browser.get("/google/settings").text).all("div", role="alert")


def test_s02_the_mail_icon_leads_to_the_google_settings_from_every_page(world: World) -> None:
    contact = world.create(name={"given": "Ada"})
    world.sign_in()
    for address in ["/", f"/contacts/{contact['id']}", "/runs", "/trash", "/duplicates", "/google/settings"]:
        page = page_of(world.browser.get(address).text)
        settings = page.all("a", href="/google/settings")
        in_header = [link for link in settings if "header" in link.inside and "details" in link.inside]
        assert [link.words for link in in_header] == ["Google settings"], address


def test_s03_disconnecting_revokes_the_grant_erases_the_tokens_and_calls_no_more(world: World) -> None:
    world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    settings = page_of(world.browser.get("/google/settings").text)
    assert settings.clickable("DISCONNECT GOOGLE").attributes["class"] == "button button--danger"
    world.forget_calls()

    world.browser.post("/google/disconnect", imported="keep")

    revocations = [
        entry for entry in world.sandbox.control("GET", "requests")["requests"] if "revoke" in entry["method"]
    ]
    assert [entry["http_status"] for entry in revocations] == [200]
    row = Account.objects.get(email=world.email)
    assert (bytes(row.refresh_token), bytes(row.access_token), row.sync_token) == (b"", b"", "")
    assert world.items("google/accounts") == []
    world.edit(world.contact("Ada"), notes="Still here.", phones=[{"value": "415 555 2671"}])
    Account.objects.filter(id=row.id).update(due_at=row.connected_at)
    work("sync", "sweep")
    assert world.calls() == []


def test_s03_queued_work_is_dropped_by_the_disconnect(world: World) -> None:
    world.load(person("Ada", emails=["ada@example.org"]))
    account_id = world.connect()
    world.ok("PATCH", f"google/accounts/{account_id}", {"contact_sync": True, "import_status": "sphere"})

    world.ok("DELETE", f"google/accounts/{account_id}")
    world.forget_calls()
    work()

    assert (world.calls(), world.contacts()) == ([], [])
    assert world.newest_run()["state"] == "failed"


def test_s03_connected_again_the_links_wake_and_nothing_doubles(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]), person("Grace", phones=["415 555 2671"]))[:1]
    account_id = world.connect()
    world.switch_on("client")
    before = {contact["id"] for contact in world.contacts()}
    world.ok("DELETE", f"google/accounts/{account_id}")
    world.edit_in_google(name, emailAddresses=[{"value": "ada@example.org"}, {"value": "ada@new.example"}])

    assert world.connect() == account_id
    run = world.switch_on("prospect")

    assert run["state"] == "done", run["error"]
    assert {contact["id"] for contact in world.contacts()} == before
    assert {google_state(contact) for contact in world.contacts()} == {"linked"}
    assert len(world.persons()) == 2
    ada = world.contact("Ada")
    assert [email["value"] for email in ada["emails"]] == ["ada@example.org", "ada@new.example"]
    assert ada["status"] == "client"


def test_s03_the_choice_to_trash_takes_only_what_came_from_google_and_was_never_edited(world: World) -> None:
    world.create(name={"given": "Ida"})
    world.load(person("Ada"), person("Grace"))
    account_id = world.connect()
    world.switch_on()
    world.edit(world.contact("Grace"), notes="Met at the open house.")

    world.ok("DELETE", f"google/accounts/{account_id}?imported=trash")

    assert sorted(contact["name"]["given"] for contact in world.contacts()) == ["Grace", "Ida"]
    assert [contact["name"]["given"] for contact in world.trash()] == ["Ada"]
    assert len(world.persons()) == 2


def test_s04_the_switch_and_import_contacts_as_are_stored_together(world: World) -> None:
    world.connect()
    page = page_of(world.browser.get("/google/settings").text)
    assert page.all("label", **{"for": "import-status"})[0].words == "Import Contacts as"
    (chosen,) = [option for option in page.all("option") if option.words == "Sphere"]
    assert "selected" in chosen.attributes

    world.browser.post("/google/switch", on="/google/settings", contact_sync="1", import_status="new_lead")

    assert (world.account["contact_sync"], world.account["import_status"]) == (True, "new_lead")


def test_s04_switched_off_nothing_is_called_and_switched_on_again_it_catches_up(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    account = f"google/accounts/{world.account['id']}"
    world.ok("PATCH", account, {"contact_sync": False})
    world.edit_in_google(name, emailAddresses=[{"value": "ada@new.example"}])
    world.forget_calls()

    assert world.api("POST", f"{account}/runs", {"kind": "sync"}).json["code"] == "sync_off"
    work()
    assert world.calls() == []
    world.switch_on()

    assert world.contact("Ada")["emails"][0]["value"] == "ada@new.example"
