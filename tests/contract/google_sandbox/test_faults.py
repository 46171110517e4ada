"""Faults, quotas and the journal of requests (people-api.md, section 8: 29, 30, 31, 66 to 69, 71, 73, 74, 88)."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.contract.google_sandbox.harness import Browser, Google

LIST = "people.connections.list"
DROPPED = (ConnectionError, http.client.HTTPException)


def queue(google: Google, method: str, fault: str, count: int = 1) -> None:
    google.control("faults", method=method, fault=fault, count=count)


@pytest.mark.parametrize(
    ("fault", "status", "canonical"),
    [
        ("500", 500, "INTERNAL"),
        ("503", 503, "UNAVAILABLE"),
        ("504", 504, "DEADLINE_EXCEEDED"),
        ("429", 429, "RESOURCE_EXHAUSTED"),
        ("429-account", 429, "RESOURCE_EXHAUSTED"),
        ("401", 401, "UNAUTHENTICATED"),
        ("403-scope", 403, "PERMISSION_DENIED"),
        ("403-rate-limit", 403, "PERMISSION_DENIED"),
        ("403-admin", 403, "PERMISSION_DENIED"),
        ("service-disabled", 403, "PERMISSION_DENIED"),
        ("expired-sync-token", 400, "FAILED_PRECONDITION"),
        ("400-token", 400, "INVALID_ARGUMENT"),
        ("410", 410, "FAILED_PRECONDITION"),
        ("409", 409, "ABORTED"),
    ],
)
def test_a_fault_is_met_once(google: Google, fault: str, status: int, canonical: str) -> None:
    queue(google, LIST, fault)
    answer = google.page()
    assert (answer.status, answer.error["status"]) == (status, canonical)
    assert google.page().status == 200


def test_every_fault_is_accounted_for(google: Google) -> None:
    queue(google, LIST, "503")
    queue(google, "people.get", "500")
    google.page()
    known = google.sandbox.control("GET", "faults")
    assert [(row["fault"], row["fired"]) for row in known["faults"]] == [("503", True), ("500", False)]
    assert known["unfired"] == 1
    assert google.sandbox.control("DELETE", "faults")["faults"] == []


@pytest.mark.parametrize(
    ("method", "fault"), [("people.list", "503"), (LIST, "nonsense"), (LIST, "slow"), (LIST, "503:5")]
)
def test_a_misspelled_fault_is_refused(google: Google, method: str, fault: str) -> None:
    with pytest.raises(HTTPError, match="400"):
        queue(google, method, fault)


def test_a_bad_gateway_is_html(google: Google) -> None:
    queue(google, LIST, "502-html")
    answer = google.page()
    assert answer.status == 502
    assert answer.raw.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("fault", ["reset-after", "lost-response"])
def test_a_lost_response_hides_a_write_that_happened(google: Google, fault: str) -> None:
    queue(google, "people.createContact", fault)
    with pytest.raises(DROPPED):
        google.create("Ada")
    assert len(google.full()[0]) == 1


def test_a_reset_before_leaves_nothing_behind(google: Google) -> None:
    queue(google, "people.createContact", "reset-before")
    with pytest.raises(DROPPED):
        google.create("Ada")
    assert google.full()[0] == []


def test_an_answer_of_unavailable_may_hide_a_write(google: Google) -> None:
    queue(google, "people.createContact", "503-after")
    assert google.call("POST", "people:createContact", {"names": [{"givenName": "Ada"}]}).status == 503
    assert len(google.full()[0]) == 1


def test_a_truncated_answer_breaks_off(google: Google) -> None:
    google.control("seed", count=20)
    queue(google, LIST, "truncated")
    with pytest.raises(http.client.IncompleteRead):
        google.page()


def test_a_slow_answer_takes_its_time(google: Google) -> None:
    queue(google, LIST, "slow:0.3")
    started = perf_counter()
    assert google.page().status == 200
    assert perf_counter() - started >= 0.3


def test_a_stale_read_shows_the_version_before_the_last(google: Google) -> None:
    ada = google.create("Ada")
    fresh = google.update(ada, "names", names=[{"givenName": "Augusta"}]).json
    queue(google, "people.get", "stale-read")
    stale = google.get(ada["resourceName"])
    assert stale["names"][0]["givenName"] == "Ada"
    assert google.update(stale, "names", names=[{"givenName": "A"}]).status == 400
    assert google.get(ada["resourceName"])["metadata"] == fresh["metadata"]


def test_an_edit_between_read_and_write_makes_the_etag_stale(google: Google) -> None:
    ada = google.create("Ada")
    queue(google, "people.updateContact", "concurrent-edit")
    assert google.update(ada, "names", names=[{"givenName": "A"}]).error["status"] == "FAILED_PRECONDITION"


def test_the_token_endpoint_has_faults_of_its_own(browser: Browser, google: Google) -> None:
    refresh_token = browser.sign_in()["refresh_token"]
    for fault, status in (("503", 503), ("invalid-grant", 400), ("invalid-client", 401)):
        queue(google, "oauth.token", fault)
        assert browser.refresh(refresh_token).status == status
    queue(google, "oauth.token", "lost-response")
    with pytest.raises(DROPPED):
        browser.refresh(refresh_token)
    assert browser.refresh(refresh_token).status == 200


def test_a_quota_refuses_without_effect_and_refills_each_minute(google: Google) -> None:
    google.control("settings", quotas={"critical_writes": 2}, retry_after=True)
    google.create("Ada")
    google.create("Bob")
    answer = google.call("POST", "people:createContact", {"names": [{"givenName": "Cleo"}]})
    assert answer.status == 429
    info = answer.error["details"][0]
    assert info["reason"] == "RATE_LIMIT_EXCEEDED"
    assert info["metadata"]["quota_limit"] == "CriticalWritesPerMinutePerProjectPerUser"
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    assert len(google.full()[0]) == 2
    google.advance(60)
    google.create("Cleo")


def test_a_batch_costs_six_units_and_two_hundred_of_the_day(google: Google) -> None:
    google.sandbox.control("DELETE", "requests")
    body = {"contacts": [{"contactPerson": {"names": [{"givenName": "A"}]}}], "readMask": "names"}
    google.good("POST", "people:batchCreateContacts", body)
    units = google.sandbox.control("GET", "requests")["summary"]["units"]
    assert units == {"critical_reads": 6, "critical_writes": 6, "daily_contact_writes": 200}


def test_the_first_page_of_a_full_listing_has_a_quota_of_its_own(google: Google) -> None:
    google.control("seed", count=3)
    google.control("settings", quotas={"full_sync_starts": 1})
    _, token = google.full(pageSize=2)
    assert google.page().status == 429
    assert google.page(pageSize=2, syncToken=token).status == 200


def test_the_journal_knows_what_a_client_did(google: Google) -> None:
    google.control("seed", count=4)
    google.sandbox.control("DELETE", "requests")
    google.full(pageSize=3)
    journal = google.sandbox.control("GET", "requests")
    assert journal["summary"]["calls"] == {LIST: 2}
    first, second = journal["requests"]
    assert first["notes"] == {"mask": "metadata,names", "full": True, "items": 3}
    assert second["notes"]["items"] == 1
    assert first["account"] == "agent@sandbox.example"
    assert first["response_bytes"] > 0


def test_overlapping_writes_of_one_user_are_counted(google: Google) -> None:
    google.control("settings", write_seconds=0.3)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(google.create, ["Ada", "Bob"]))
    assert google.sandbox.control("GET", "requests")["summary"]["overlapping_writes"] == 1


def test_pretty_printing_is_for_those_who_ask(google: Google) -> None:
    pretty: Any = google.page(prettyPrint="true").raw
    plain: Any = google.page(prettyPrint="false").raw
    assert json.loads(pretty) == json.loads(plain)
    assert plain.count(b"\n") == 0
