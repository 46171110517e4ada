"""Who may call: tokens, scopes, the state of the project (people-api.md, section 8: 1, 2, 68)."""

import pytest

from google_sandbox.server import SandboxServer
from tests.contract.google_sandbox.harness import CONTACTS, Browser, Google, request

READONLY = f"{CONTACTS}.readonly"


def test_a_call_without_a_token_asks_for_one(sandbox: SandboxServer) -> None:
    answer = request(sandbox.url, "GET", "/v1/people/me/connections?personFields=names")
    assert answer.status == 401
    assert answer.error["status"] == "UNAUTHENTICATED"
    assert answer.error["message"].startswith("Request is missing required authentication credential.")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="https://accounts.google.com/"'


def test_an_unknown_token_is_called_invalid(sandbox: SandboxServer) -> None:
    answer = Google(sandbox, "ya29.made-up").page()
    assert (answer.status, answer.error["status"]) == (401, "UNAUTHENTICATED")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_an_access_token_expires_after_an_hour(google: Google) -> None:
    google.advance(3500)
    assert google.page().status == 200
    google.advance(100)
    assert google.page().status == 401


def test_an_access_token_can_be_made_to_expire_between_two_pages(google: Google, browser: Browser) -> None:
    google.control("seed", count=3)
    page = google.page(pageSize=2).json
    google.control("expire-tokens")
    assert google.page(pageSize=2, pageToken=page["nextPageToken"]).status == 401
    again = Google(google.sandbox, browser.sign_in()["access_token"])
    assert len(again.page(pageSize=2, pageToken=page["nextPageToken"]).json["connections"]) == 1


def test_a_token_without_the_contacts_scope_is_told_which_method_it_missed(browser: Browser, google: Google) -> None:
    tokens = browser.sign_in(granted=())
    answer = Google(google.sandbox, tokens["access_token"]).page()
    assert (answer.status, answer.error["status"]) == (403, "PERMISSION_DENIED")
    [info] = answer.error["details"]
    assert info["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert info["metadata"] == {
        "service": "people.googleapis.com",
        "method": "google.people.v1.PeopleService.ListConnections",
    }


def test_the_read_only_scope_reads_but_does_not_write(browser: Browser, sandbox: SandboxServer) -> None:
    tokens = browser.sign_in(scope=READONLY, granted=(READONLY,))
    reader = Google(sandbox, tokens["access_token"])
    assert reader.page().status == 200
    assert reader.call("POST", "people:createContact", {"names": [{"givenName": "Ada"}]}).status == 403


def test_a_revoked_grant_ends_its_access_tokens(google: Google) -> None:
    google.control("revoke")
    assert google.page().status == 401


def test_a_disabled_people_api_names_the_console_page(google: Google) -> None:
    google.control("settings", people_api_disabled=True)
    answer = google.page()
    assert (answer.status, answer.error["status"]) == (403, "PERMISSION_DENIED")
    assert {"SERVICE_DISABLED"} == {detail["reason"] for detail in answer.error["details"] if "reason" in detail}
    assert "console.developers.google.com" in answer.error["message"]


@pytest.mark.parametrize("path", ["/v1/people/me:createContact", "/v2/people", "/nothing"])
def test_an_unknown_path_is_an_html_page(sandbox: SandboxServer, path: str) -> None:
    answer = request(sandbox.url, "POST", path, b"{}")
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_accounts_do_not_see_each_other(google: Google, browser: Browser) -> None:
    ada = google.create("Ada")
    other = Google(google.sandbox, browser.sign_in(account="bob@sandbox.example")["access_token"])
    assert other.full()[0] == []
    assert other.call("GET", ada["resourceName"], personFields="names").status == 404
