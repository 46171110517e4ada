"""A run that fails says why and what mends it, in the API and on the page; nothing is lost, and the next catches up."""

from typing import Any

from pytest_django import Settings

from tandem.googlesync import google
from tandem.googlesync.models import Account
from tests.integration.faults.evidence import Evidence, account_of
from tests.integration.floor.world import World

NOWHERE = "http://127.0.0.1:1"
LIST = "people.connections.list"


def failed_run(world: World) -> dict[str, Any]:
    """The error of a run that the worker had."""
    begun = world.ok("POST", f"google/accounts/{world.account['id']}/runs", {"kind": "sync"})
    run = world.finished(begun)
    assert run["state"] == "failed"
    error: dict[str, Any] = run["error"]
    return error


def forget_access_token(world: World) -> None:
    """As an hour later: the next run has to renew it."""
    Account.objects.filter(id=account_of(world).id).update(access_token=b"", access_token_expires_at=None)


def told_everywhere(evidence: Evidence, error: dict[str, Any], code: str) -> None:
    """The run, the account and the page say the same two sentences, which hold no secret; nothing is lost."""
    world = evidence.world
    assert error["code"] == code
    assert error["detail"].endswith(".")
    assert error["mend"].endswith(".")
    assert world.account["last_error"] == error
    world.sign_in()
    words = world.browser.get("/google/settings").text.replace("&#x27;", "'")
    assert error["detail"] in words
    assert error["mend"] in words
    evidence.no_secret_in(str(error))
    evidence.nothing_is_lost()


def test_unreachable_google(ada: World, evidence: Evidence, settings: Settings) -> None:
    right = settings.GOOGLE_DISCOVERY_URL
    settings.GOOGLE_DISCOVERY_URL = f"{NOWHERE}/discovery"
    forget_access_token(ada)
    error = failed_run(ada)
    told_everywhere(evidence, error, "unreachable")
    assert "network" in error["mend"]
    settings.GOOGLE_DISCOVERY_URL = right
    google.forget_endpoints()
    evidence.after_the_mend_all_is_caught_up()


def test_wrong_client_secret(ada: World, evidence: Evidence, settings: Settings) -> None:
    right, settings.GOOGLE_CLIENT_SECRET = settings.GOOGLE_CLIENT_SECRET, "a-mistyped-secret"
    forget_access_token(ada)
    error = failed_run(ada)
    told_everywhere(evidence, error, "invalid_client")
    assert "TANDEM_GOOGLE_CLIENT_SECRET" in error["mend"]
    assert ada.account["state"] == "connected"
    settings.GOOGLE_CLIENT_SECRET = right
    evidence.after_the_mend_all_is_caught_up()


def test_people_api_not_enabled(ada: World, evidence: Evidence) -> None:
    ada.sandbox.control("PATCH", "settings", {"people_api_disabled": True})
    try:
        error = failed_run(ada)
    finally:
        ada.sandbox.control("PATCH", "settings", {"people_api_disabled": False})
    told_everywhere(evidence, error, "people_api_disabled")
    assert "enables 'Google People API' in the Google Cloud console" in error["mend"]
    assert ada.account["state"] == "connected"
    evidence.after_the_mend_all_is_caught_up()


def test_address_without_a_people_api(ada: World, evidence: Evidence, settings: Settings) -> None:
    right, settings.GOOGLE_PEOPLE_URL = settings.GOOGLE_PEOPLE_URL, f"{ada.site}/no-such-place"
    error = failed_run(ada)
    told_everywhere(evidence, error, "people_api_not_found")
    assert "TANDEM_GOOGLE_PEOPLE_URL" in error["mend"]
    settings.GOOGLE_PEOPLE_URL = right
    evidence.after_the_mend_all_is_caught_up()


def test_administrator_who_closes_the_contacts(ada: World, evidence: Evidence) -> None:
    ada.sandbox.control("POST", "faults", {"method": LIST, "fault": "403-admin"})
    told_everywhere(evidence, failed_run(ada), "access_denied")
    evidence.after_the_mend_all_is_caught_up()


def test_revoked_grant(ada: World, evidence: Evidence) -> None:
    ada.google("POST", "revoke")
    told_everywhere(evidence, failed_run(ada), "grant_revoked")
    refused_until_connected_again(ada, evidence)


def test_contacts_permission_that_is_gone(ada: World, evidence: Evidence) -> None:
    ada.sandbox.control("POST", "faults", {"method": LIST, "fault": "403-scope"})
    told_everywhere(evidence, failed_run(ada), "scope_missing")
    refused_until_connected_again(ada, evidence)


def refused_until_connected_again(world: World, evidence: Evidence) -> None:
    """Runs and pushes are refused with their mend, without a call to Google, until the user connects again."""
    world.forget_calls()
    assert world.account["state"] == "reconnect_needed"
    (contact,) = world.contacts()
    account = world.account["id"]
    for path, body in (
        (f"google/accounts/{account}/runs", {"kind": "sync"}),
        (f"google/accounts/{account}/runs", {"kind": "plan"}),
        ("contacts/sync", {"ids": [contact["id"]]}),
    ):
        refusal = world.api("POST", path, body)
        assert (refusal.status, refusal.json["code"]) == (409, "reconnect_needed")
        assert "Connect Google again" in refusal.json["mend"]
        evidence.no_secret_in(refusal.text)
    assert "Reconnect needed" in world.browser.get("/google/settings").text
    assert world.calls() == []
    evidence.nothing_is_lost()
    assert world.connect() == account
    evidence.after_the_mend_all_is_caught_up()


def test_stored_token_that_the_keys_do_not_open(ada: World, evidence: Evidence, settings: Settings) -> None:
    right, settings.TOKEN_KEYS = settings.TOKEN_KEYS, ["another key"]
    error = failed_run(ada)
    told_everywhere(evidence, error, "token_unreadable")
    assert ada.account["state"] == "connected"
    settings.TOKEN_KEYS = [*settings.TOKEN_KEYS, *right]
    evidence.after_the_mend_all_is_caught_up()


def test_stored_token_that_is_garbage_is_mended_by_connecting_again(ada: World, evidence: Evidence) -> None:
    garbage = b"neither ours nor anybody's"
    Account.objects.filter(id=account_of(ada).id).update(refresh_token=garbage, access_token=garbage)
    told_everywhere(evidence, failed_run(ada), "token_unreadable")
    assert "/google/connect" in ada.browser.get("/google/settings").text
    assert ada.connect()
    evidence.after_the_mend_all_is_caught_up()


def test_garbage_token_does_not_hinder_disconnecting(ada: World, evidence: Evidence) -> None:
    Account.objects.filter(id=account_of(ada).id).update(refresh_token=b"garbage", access_token=b"garbage")
    ada.sign_in()
    assert ada.browser.post("/google/disconnect", imported="keep").location == f"{ada.site}/google/settings"
    assert "myaccount.google.com/connections" in ada.browser.get("/google/settings").text
    assert ada.items("google/accounts") == []
    assert [contact["name"]["given"] for contact in ada.contacts()] == ["Ada"]


def test_access_token_that_google_does_not_know_is_renewed(ada: World, evidence: Evidence) -> None:
    ada.google("POST", "expire-tokens")
    evidence.after_the_mend_all_is_caught_up()


def test_sync_token_that_is_garbage_is_answered_with_a_full_listing(ada: World, evidence: Evidence) -> None:
    Account.objects.filter(id=account_of(ada).id).update(sync_token="garbage")
    evidence.after_the_mend_all_is_caught_up()
    assert account_of(ada).sync_token not in ("", "garbage")
