"""Batch methods (people-api.md, section 8: 23 to 27)."""

from typing import Any

import pytest

from tests.contract.google_sandbox.harness import Google

READ = "names,emailAddresses,metadata"


def drafts(count: int, **fields: Any) -> list[Any]:
    return [{"contactPerson": {"names": [{"givenName": f"P{number}"}], **fields}} for number in range(count)]


def create(google: Google, count: int, read_mask: str = READ) -> list[Any]:
    answer = google.good("POST", "people:batchCreateContacts", {"contacts": drafts(count), "readMask": read_mask})
    return [one["person"] for one in answer.get("createdPeople", [])]


def test_a_batch_creates_people_in_order(google: Google) -> None:
    people = create(google, 3)
    assert [person["names"][0]["givenName"] for person in people] == ["P0", "P1", "P2"]
    assert all("etag" in person["metadata"]["sources"][0] for person in people)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("people:batchCreateContacts", {"contacts": drafts(201), "readMask": READ}),
        (
            "people:batchUpdateContacts",
            {"contacts": {f"people/c{number}": {} for number in range(201)}, "updateMask": "names", "readMask": READ},
        ),
        ("people:batchDeleteContacts", {"resourceNames": [f"people/c{number}" for number in range(501)]}),
    ],
)
def test_a_batch_above_its_maximum_is_refused(google: Google, path: str, body: Any) -> None:
    answer = google.call("POST", path, body)
    assert (answer.status, answer.error["status"]) == (400, "INVALID_ARGUMENT")
    assert "maximum" in answer.error["message"]


def test_a_batch_get_above_two_hundred_is_refused(google: Google) -> None:
    names = [f"people/c{number}" for number in range(201)]
    assert google.call("GET", "people:batchGet", resourceNames=names, personFields="names").status == 400


def test_an_empty_read_mask_answers_nothing(google: Google) -> None:
    made = google.good("POST", "people:batchCreateContacts", {"contacts": drafts(1)})
    assert made == {}
    [person] = google.full(fields=READ)[0]
    body = {"contacts": {person["resourceName"]: {"etag": person["etag"]}}, "updateMask": "names"}
    assert google.good("POST", "people:batchUpdateContacts", body) == {}


def test_a_batch_update_has_one_mask_and_clears_what_a_body_lacks(google: Google) -> None:
    first, second = create(google, 2)
    body = {
        "contacts": {
            first["resourceName"]: {"etag": first["etag"], "emailAddresses": [{"value": "a@x.org"}]},
            second["resourceName"]: {"etag": second["etag"], "names": [{"givenName": "Kept"}]},
        },
        "updateMask": "names,emailAddresses",
        "readMask": READ,
    }
    updated = google.good("POST", "people:batchUpdateContacts", body)["updateResult"]
    assert "names" not in updated[first["resourceName"]]["person"]
    assert updated[second["resourceName"]]["person"]["names"][0]["givenName"] == "Kept"
    assert updated[first["resourceName"]]["person"]["etag"] != first["etag"]


def test_a_list_in_the_place_of_the_map_is_named(google: Google) -> None:
    answer = google.call("POST", "people:batchUpdateContacts", {"contacts": drafts(1), "updateMask": "names"})
    assert answer.status == 400
    assert "Cannot bind a list to map for field 'contacts'." in answer.error["message"]


def test_a_flat_person_in_a_batch_is_named(google: Google) -> None:
    answer = google.call("POST", "people:batchCreateContacts", {"contacts": [{"name": "Ada"}], "readMask": READ})
    assert "Unknown name \"name\" at 'contacts[0]'" in answer.error["message"]


def test_one_bad_item_spoils_a_batch_of_creates(google: Google) -> None:
    contacts = drafts(2)
    contacts[1]["contactPerson"]["names"].append({"givenName": "Twice"})
    answer = google.call("POST", "people:batchCreateContacts", {"contacts": contacts, "readMask": READ})
    assert answer.status == 400
    [detail] = answer.error["details"]
    assert detail["@type"] == "type.googleapis.com/google.people.v1.BatchCreateContactsErrorDetails"
    assert list(detail["contactErrors"]) == ["1"]
    assert detail["contactErrors"]["1"]["code"] == 3
    assert google.full()[0] == []


def stale_update(google: Google) -> tuple[Any, Any, Any]:
    """Two people, the first changed meanwhile, and the body of an update of both."""
    first, second = create(google, 2)
    google.control("touch", names=[first["resourceName"]])
    contacts = {
        person["resourceName"]: {"etag": person["etag"], "names": [{"givenName": "New"}]} for person in (first, second)
    }
    return first, second, {"contacts": contacts, "updateMask": "names", "readMask": READ}


def test_one_stale_etag_spoils_a_batch_of_updates(google: Google) -> None:
    first, second, body = stale_update(google)
    answer = google.call("POST", "people:batchUpdateContacts", body)
    assert (answer.status, answer.error["status"]) == (400, "FAILED_PRECONDITION")
    [detail] = answer.error["details"]
    assert list(detail["contactErrors"]) == [first["resourceName"]]
    assert google.get(second["resourceName"])["names"][0]["givenName"] == "P1"


def test_batches_can_be_set_to_succeed_in_part(google: Google) -> None:
    google.control("settings", partial_batches=True)
    first, second, body = stale_update(google)
    updated = google.good("POST", "people:batchUpdateContacts", body)["updateResult"]
    assert updated[first["resourceName"]]["status"]["code"] == 9
    assert updated[second["resourceName"]]["person"]["names"][0]["givenName"] == "New"


def test_a_batch_get_reports_a_missing_person_beside_the_others(google: Google) -> None:
    [person] = create(google, 1)
    names = [person["resourceName"], "people/c42"]
    found, missing = google.good("GET", "people:batchGet", resourceNames=names, personFields="names")["responses"]
    assert found["person"]["names"][0]["givenName"] == "P0"
    assert missing["requestedResourceName"] == "people/c42"
    assert missing["status"]["code"] == 5
    assert "person" not in missing


def test_a_batch_delete_takes_all_or_none(google: Google) -> None:
    names = [person["resourceName"] for person in create(google, 3)]
    assert google.call("POST", "people:batchDeleteContacts", {"resourceNames": [*names, "people/c42"]}).status == 404
    assert len(google.full()[0]) == 3
    google.control("settings", batch_delete_skips_unknown=True)
    assert google.good("POST", "people:batchDeleteContacts", {"resourceNames": [*names, "people/c42"]}) == {}
    assert google.full()[0] == []
