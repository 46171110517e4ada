"""Nothing new costs one request; our own echo settles silently; and nobody sees what is another's."""

import logging

import pytest
from pytest_django import Settings

from google_sandbox.server import SandboxServer
from tests.integration.floor.world import World
from tests.integration.googlesync.world import person

LISTING = "people.connections.list"


def test_a_run_without_anything_new_makes_one_listing_request_and_reads_no_contact(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    world.load(person("Ada", emails=["ada@example.org"]), person("Grace"))
    world.connect_and_import()
    world.sync()
    world.forget_calls()

    settings.DEBUG = True
    with caplog.at_level(logging.DEBUG, logger="django.db.backends"):
        run = world.sync()

    assert world.calls() == [LISTING]
    queries = [record.getMessage() for record in caplog.records if record.name == "django.db.backends"]
    assert any("googlesync_run" in query for query in queries)
    assert [query for query in queries if "contacts_contact" in query] == []
    assert world.receipts(run["id"]) == []


def test_the_echo_of_our_own_writes_settles_without_another(world: World) -> None:
    world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    ida = world.create(name={"given": "Ida"}, phones=[{"value": "415 555 2671", "label": "mobile"}])
    world.push(ida)
    world.edit(world.contact("Ada"), phones=[{"value": "415 555 2672", "label": "work"}])
    world.sync()
    before, contacts = world.persons(), world.contacts()
    world.forget_calls()

    runs = [world.sync(), world.sync()]

    assert {method for method in world.calls() if "update" in method or "create" in method} == set()
    assert (world.persons(), [contact["updated"] for contact in world.contacts()]) == (
        before,
        [contact["updated"] for contact in contacts],
    )
    assert [world.receipts(run["id"]) for run in runs] == [[], []]


def test_new_etags_without_a_visible_change_write_nothing_on_either_side(world: World) -> None:
    world.load(person("Ada", emails=["ada@example.org"]), person("Grace"))
    world.connect_and_import()
    contacts = [contact["updated"] for contact in world.contacts()]
    world.google("POST", "touch")
    before = world.persons()

    run = world.sync()

    assert world.receipts(run["id"]) == []
    assert (world.persons(), [contact["updated"] for contact in world.contacts()]) == (before, contacts)


def test_a_fault_of_googles_ends_in_words_and_the_next_run_catches_up(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    world.edit_in_google(name, names=[{"givenName": "Augusta"}])
    world.google("POST", "faults", {"method": LISTING, "fault": "service-disabled"})

    run = world.ok("POST", f"google/accounts/{world.account['id']}/runs", {"kind": "sync"})
    failed = world.finished(run)

    assert (failed["state"], failed["error"]["code"]) == ("failed", "people_api_disabled")
    assert world.account["last_error"] == failed["error"]
    world.sync()
    assert world.contact("Augusta")
    assert world.account["last_error"] is None


def test_a_grant_taken_back_asks_to_reconnect_and_loses_nothing(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    account_id = world.connect()
    world.switch_on()
    world.edit_in_google(name, names=[{"givenName": "Augusta"}])
    world.google("POST", "revoke")

    run = world.finished(world.ok("POST", f"google/accounts/{account_id}/runs", {"kind": "sync"}))
    assert (run["state"], world.account["state"]) == ("failed", "reconnect_needed")
    world.forget_calls()
    refused = world.api("POST", f"google/accounts/{account_id}/runs", {"kind": "sync"})
    assert (refused.status, refused.json["code"], world.calls()) == (409, "reconnect_needed", [])

    assert world.connect() == account_id
    world.sync()
    assert world.contact("Augusta")


def test_what_is_alices_is_not_found_by_charlie(world: World, site: str, sandbox: SandboxServer) -> None:
    world.load(person("Ada", emails=["ada@example.org"]))
    run = world.connect_and_import()
    ada, account_id = world.contact("Ada"), world.account["id"]
    charlie = World(site, sandbox, "charlie")
    charlie.sign_in()

    looks = [
        charlie.api("GET", f"contacts/{ada['id']}"),
        charlie.api("PATCH", f"contacts/{ada['id']}", {"notes": "mine"}),
        charlie.api("DELETE", f"contacts/{ada['id']}"),
        charlie.api("POST", f"contacts/{ada['id']}/restore"),
        charlie.api("GET", f"contacts/{ada['id']}/history"),
        charlie.api("POST", "contacts/sync", {"ids": [ada["id"]]}),
        charlie.api("GET", f"google/accounts/{account_id}"),
        charlie.api("PATCH", f"google/accounts/{account_id}", {"contact_sync": False}),
        charlie.api("DELETE", f"google/accounts/{account_id}"),
        charlie.api("POST", f"google/accounts/{account_id}/runs", {"kind": "sync"}),
        charlie.api("GET", f"runs/{run['id']}"),
        charlie.api("GET", f"runs/{run['id']}/operations"),
        charlie.browser.get(f"/contacts/{ada['id']}"),
        charlie.browser.get(f"/runs/{run['id']}"),
    ]

    assert [look.status for look in looks] == [404] * len(looks)
    assert charlie.contacts() == charlie.items("runs") == charlie.items("google/accounts") == []
    assert world.account["contact_sync"]
    assert "Ada" not in charlie.browser.get("/").text
