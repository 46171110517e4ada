"""Listings, pages and sync tokens (people-api.md, section 8: 3 to 13, 41, 51, 62, 72)."""

from typing import Any

import pytest

from tests.contract.google_sandbox.harness import DAY, Browser, Google


def names(people: list[Any]) -> list[str]:
    return [person["names"][0]["displayName"] for person in people if "names" in person]


def test_a_listing_without_a_mask_is_refused_in_googles_words(google: Google) -> None:
    answer = google.call("GET", "people/me/connections")
    assert (answer.status, answer.error["status"]) == (400, "INVALID_ARGUMENT")
    assert answer.error["message"] == (
        "personFields mask is required. Please specify one or more valid paths. Valid paths are documented at "
        "https://developers.google.com/people/api/rest/v1/people.connections/list."
    )


@pytest.mark.parametrize("path", ["etag", "fileAses", "foo", "resourceName"])
def test_a_path_that_no_mask_knows_is_named(google: Google, path: str) -> None:
    answer = google.page(f"names,{path}")
    assert answer.status == 400
    assert answer.error["message"].startswith(f'Invalid personFields mask path: "{path}".')


def test_a_mask_may_be_a_repeated_parameter(google: Google) -> None:
    google.create(emailAddresses=[{"value": "ada@example.org"}])
    [person] = google.call("GET", "people/me/connections", personFields=["names", "emailAddresses"]).json["connections"]
    assert {"names", "emailAddresses"} < set(person)


@pytest.mark.parametrize(("size", "shown"), [(None, 100), (0, 100), (7, 7), (5000, 130)])
def test_a_page_has_a_hundred_people_unless_asked_otherwise(google: Google, size: int | None, shown: int) -> None:
    google.control("seed", count=130)
    page = google.page(**({} if size is None else {"pageSize": size})).json
    assert len(page["connections"]) == shown
    assert page["totalItems"] == 130


def test_a_strict_sandbox_refuses_a_page_size_above_the_maximum(google: Google) -> None:
    google.control("settings", page_size_over_maximum="refuse")
    assert google.page(pageSize=1001).status == 400
    assert google.page(pageSize=1000).status == 200


def test_the_sync_token_comes_with_the_last_page_only_and_only_when_asked_for(google: Google) -> None:
    google.control("seed", count=5)
    first = google.page(pageSize=3, requestSyncToken="true").json
    assert "nextPageToken" in first
    assert "nextSyncToken" not in first
    last = google.page(pageSize=3, requestSyncToken="true", pageToken=first["nextPageToken"]).json
    assert "nextPageToken" not in last
    assert "nextSyncToken" in last
    assert "nextSyncToken" not in google.page().json


def test_pages_show_everybody_once(google: Google) -> None:
    google.control("seed", count=25)
    people, _ = google.full(pageSize=4)
    assert len({person["resourceName"] for person in people}) == 25


def test_a_listing_in_progress_is_not_disturbed_by_writes(google: Google) -> None:
    google.control("seed", count=6)
    page = google.page(pageSize=3).json
    google.control("delete", names=[page["connections"][0]["resourceName"]])
    google.create("Late")
    rest = google.page(pageSize=3, pageToken=page["nextPageToken"]).json
    assert len(rest["connections"]) == 3


@pytest.mark.parametrize("changed", [{"fields": "names"}, {"pageSize": 4}, {"sources": "READ_SOURCE_TYPE_CONTACT"}])
def test_a_token_with_other_parameters_is_invalid(google: Google, changed: dict[str, Any]) -> None:
    google.control("seed", count=5)
    asked = {"fields": "names,metadata", "pageSize": 3, "requestSyncToken": "true"}
    page = google.page(**asked).json
    _, token = google.full(pageSize=3)
    for tokens in ({"pageToken": page["nextPageToken"]}, {"syncToken": token}):
        answer = google.page(**{**asked, **changed}, **tokens)
        assert (answer.status, answer.error["status"]) == (400, "INVALID_ARGUMENT")
        assert answer.error["message"] == "Request contains an invalid argument."


@pytest.mark.parametrize("token", ["garbage", "AAAA", "!!!!", "é"])
@pytest.mark.parametrize("kind", ["syncToken", "pageToken"])
def test_a_damaged_token_is_invalid(google: Google, kind: str, token: str) -> None:
    answer = google.page(**{kind: token})
    assert (answer.status, answer.error["status"]) == (400, "INVALID_ARGUMENT")


def test_a_token_of_another_account_is_invalid(google: Google, browser: Browser) -> None:
    _, token = google.full()
    other = Google(google.sandbox, browser.sign_in(account="bob@sandbox.example")["access_token"])
    assert other.page(syncToken=token).status == 400


def test_a_full_listing_leaves_deleted_people_out(google: Google) -> None:
    ada, bob = google.create("Ada"), google.create("Bob")
    google.delete(ada)
    assert names(google.full()[0]) == ["Bob"]
    assert bob["resourceName"] == google.full()[0][0]["resourceName"]


def test_a_delta_reports_a_deletion_with_name_and_source(google: Google) -> None:
    ada = google.create("Ada")
    _, token = google.full()
    google.delete(ada)
    [tombstone] = google.changes(token)[0]
    assert tombstone["resourceName"] == ada["resourceName"]
    assert tombstone["metadata"]["deleted"] is True
    assert tombstone["metadata"]["sources"][0]["id"] == ada["metadata"]["sources"][0]["id"]
    assert "names" not in tombstone


def test_a_tombstone_may_come_without_its_source(google: Google) -> None:
    google.control("settings", tombstones_carry_source=False)
    ada = google.create("Ada")
    _, token = google.full()
    google.delete(ada)
    [tombstone] = google.changes(token)[0]
    assert "sources" not in tombstone["metadata"]


def test_a_delta_shows_each_changed_person_once_as_it_is_now(google: Google) -> None:
    ada, bob, cleo = google.create("Ada"), google.create("Bob"), google.create("Cleo")
    _, token = google.full()
    google.update(ada, "names", names=[{"givenName": "Ada", "familyName": "One"}])
    google.update(google.get(ada["resourceName"]), "names", names=[{"givenName": "Ada", "familyName": "Two"}])
    google.control("label", label="Clients", names=[bob["resourceName"]])
    google.control("photo", name=cleo["resourceName"], photo="sunset")
    dora = google.create("Dora")
    changed, _ = google.changes(token)
    assert names(changed) == ["Ada Two", "Bob", "Cleo", "Dora"]
    assert changed[3]["resourceName"] == dora["resourceName"]


def test_a_delta_pages_with_both_tokens(google: Google) -> None:
    _, token = google.full(pageSize=2)
    for given in ("Ada", "Bob", "Cleo"):
        google.create(given)
    assert names(google.changes(token, pageSize=2)[0]) == ["Ada", "Bob", "Cleo"]


def test_an_empty_delta_has_no_connections_and_a_new_token(google: Google) -> None:
    google.create("Ada")
    _, token = google.full()
    page = google.page(requestSyncToken="true", syncToken=token).json
    assert "connections" not in page
    assert page["nextSyncToken"] != token
    assert google.changes(page["nextSyncToken"])[0] == []


def test_a_sync_token_of_an_empty_book_leads_to_the_first_contact(google: Google) -> None:
    _, token = google.full()
    google.create("Ada")
    assert names(google.changes(token)[0]) == ["Ada"]


@pytest.mark.parametrize(
    ("variant", "status", "canonical"),
    [
        ("FAILED_PRECONDITION", 400, "FAILED_PRECONDITION"),
        ("INVALID_ARGUMENT", 400, "INVALID_ARGUMENT"),
        ("GONE", 410, "FAILED_PRECONDITION"),
    ],
)
def test_a_sync_token_expires_seven_days_after_the_full_listing(
    google: Google, browser: Browser, variant: str, status: int, canonical: str
) -> None:
    google.control("settings", expired_sync_answer=variant)
    _, token = google.full()
    google.advance(6 * DAY)
    google.access_token = browser.sign_in()["access_token"]
    _, later = google.changes(token)
    google.advance(DAY + 1)
    google.access_token = browser.sign_in()["access_token"]
    for dead in (token, later):
        answer = google.page(syncToken=dead, requestSyncToken="true")
        assert (answer.status, answer.error["status"]) == (status, canonical)
        assert answer.error["details"][0]["reason"] == "EXPIRED_SYNC_TOKEN"
        assert answer.error["message"].startswith("Sync token is expired.")


def test_incremental_tokens_can_be_set_to_live_seven_days_of_their_own(google: Google, browser: Browser) -> None:
    google.control("settings", incremental_tokens_restart_expiry=True)
    _, token = google.full()
    google.advance(6 * DAY)
    google.access_token = browser.sign_in()["access_token"]
    _, later = google.changes(token)
    google.advance(6 * DAY)
    google.access_token = browser.sign_in()["access_token"]
    assert google.page(syncToken=later).status == 200


def test_writes_show_up_in_listings_after_the_propagation_delay(google: Google) -> None:
    _, token = google.full()
    google.control("settings", propagation_delay_seconds=120)
    ada = google.create("Ada")
    assert google.full()[0] == []
    same, later = google.changes(token)
    assert same == []
    assert google.get(ada["resourceName"])["names"][0]["givenName"] == "Ada"
    google.advance(121)
    assert names(google.changes(later)[0]) == ["Ada"]
    assert names(google.full()[0]) == ["Ada"]


def test_reads_by_name_can_be_delayed_too(google: Google) -> None:
    google.control("settings", propagation_delay_seconds=120, delayed_get=True)
    ada = google.create("Ada")
    assert google.call("GET", ada["resourceName"], personFields="names").status == 404


def test_a_sort_order_is_for_listings_without_sync(google: Google) -> None:
    for given in ("Cleo", "Ada", "Bob"):
        google.create(given)
    assert names(google.page(sortOrder="FIRST_NAME_ASCENDING").json["connections"]) == ["Ada", "Bob", "Cleo"]
    assert names(google.page(sortOrder="LAST_MODIFIED_DESCENDING").json["connections"]) == [
        "Bob",
        "Ada",
        "Cleo",
    ]
    assert google.page(sortOrder="LAST_MODIFIED_DESCENDING", requestSyncToken="true").status == 400


def test_a_listing_cuts_addresses_at_a_hundred_and_a_get_does_not(google: Google) -> None:
    many = [{"value": f"a{number}@example.org"} for number in range(120)]
    ada = google.create("Ada", emailAddresses=many)
    [listed] = google.page("emailAddresses").json["connections"]
    assert len(listed["emailAddresses"]) == 100
    assert len(google.get(ada["resourceName"], "emailAddresses")["emailAddresses"]) == 120


def test_the_profile_source_adds_verified_items_that_the_contact_source_lacks(google: Google) -> None:
    ada = google.create("Ada")
    fields = {"names": [{"givenName": "Ada", "familyName": "Profile"}]}
    linked = google.control("link-profile", name=ada["resourceName"], fields=fields)
    both = google.get(linked["resourceName"])["names"]
    assert [item["metadata"]["source"]["type"] for item in both] == ["CONTACT", "PROFILE"]
    assert [item["metadata"].get("verified", False) for item in both] == [False, True]
    assert [item["metadata"].get("primary", False) for item in both] == [True, False]
    alone = google.get(linked["resourceName"], sources="READ_SOURCE_TYPE_CONTACT")
    assert len(alone["names"]) == 1
    assert [source["type"] for source in alone["metadata"]["sources"]] == ["CONTACT"]


def test_a_renamed_person_tells_its_previous_name_in_the_delta(google: Google) -> None:
    ada = google.create("Ada")
    _, token = google.full()
    linked = google.control("link-profile", name=ada["resourceName"], fields={"names": [{"givenName": "Ada"}]})
    [renamed] = google.changes(token)[0]
    assert renamed["resourceName"] == linked["resourceName"] != ada["resourceName"]
    assert renamed["metadata"]["previousResourceNames"] == [ada["resourceName"]]
    assert google.get(ada["resourceName"])["resourceName"] == linked["resourceName"]
    source = ada["metadata"]["sources"][0]
    assert renamed["metadata"]["sources"][0]["id"] == source["id"]
