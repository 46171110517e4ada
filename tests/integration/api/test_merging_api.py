"""Merging and deciding on possible duplicates through the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tandem.googlesync.models import PossibleDuplicate
from tests.factories import make_contact
from tests.integration.api.conftest import Caller

type Create = Callable[..., dict[str, Any]]


@pytest.fixture
def two(create: Create) -> tuple[dict[str, Any], dict[str, Any]]:
    ada = create(name={"given": "Ada"}, emails=[{"value": "ada@example.org"}], hashtags=["openhouse"], notes="One.")
    augusta = create(
        name={"given": "Augusta", "family": "King"},
        emails=[{"value": "augusta@example.org"}],
        status="client",
        hashtags=["vip"],
        notes="Two.",
    )
    return ada, augusta


@pytest.fixture
def pair(alice: Caller, two: tuple[dict[str, Any], dict[str, Any]]) -> PossibleDuplicate:
    first, second = sorted(each["id"] for each in two)
    return PossibleDuplicate.objects.create(
        owner=alice.user, first_id=first, second_id=second, evidence="same e-mail", found_at=timezone.now()
    )


def test_merged_the_primary_has_what_both_had(alice: Caller, two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    ada, augusta = two
    answer = alice.post("/contacts/merge", {"primary": ada["id"], "others": [augusta["id"]]})
    assert (answer.status_code, answer.json()["kind"], answer.json()["account"]) == (200, "merge", None)
    one = alice.get(f"/contacts/{ada['id']}").json()
    assert [each["value"] for each in one["emails"]] == ["ada@example.org", "augusta@example.org"]
    assert (one["name"]["given"], one["name"]["family"]) == ("Ada", "King")
    assert (one["status"], one["hashtags"], one["notes"]) == ("sphere", ["openhouse", "vip"], "One.\n\nTwo.")
    (other,) = alice.get("/contacts", trashed="true").json()["items"]
    assert other["id"] == augusta["id"]
    operations = alice.get(f"/runs/{answer.json()['id']}/operations").json()["items"]
    assert {each["action"] for each in operations} == {"merge", "update"}


def test_a_part_of_a_merge_is_not_taken_for_the_whole(
    alice: Caller, two: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    ada, augusta = two
    merge = alice.post("/contacts/merge", {"primary": ada["id"], "others": [augusta["id"]]}).json()
    refused = alice.post(f"/runs/{merge['id']}/undo", {"contact": ada["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_undoable")
    (other,) = alice.get("/contacts", trashed="true").json()["items"]
    assert other["id"] == augusta["id"]


def test_values_override_what_comes_out(alice: Caller, two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    ada, augusta = two
    values = {"status": "client", "name": {"given": "Augusta Ada"}}
    alice.post("/contacts/merge", {"primary": ada["id"], "others": [augusta["id"]], "values": values})
    one = alice.get(f"/contacts/{ada['id']}").json()
    assert (one["status"], one["name"]["given"], one["name"]["family"]) == ("client", "Augusta Ada", "King")


def test_what_is_wrong_is_named(alice: Caller, two: tuple[dict[str, Any], dict[str, Any]]) -> None:
    ada, augusta = two
    bodies = {
        "/others": {"primary": ada["id"], "others": []},
        "/others/0": {"primary": ada["id"], "others": [ada["id"]]},
        "/primary": {"primary": "nobody", "others": [augusta["id"]]},
        "/values/emails/0/value": {
            "primary": ada["id"],
            "others": [augusta["id"]],
            "values": {"emails": [{"value": "no address"}]},
        },
    }
    for pointer, body in bodies.items():
        answer = alice.post("/contacts/merge", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert alice.get("/contacts").json()["items"] == [alice.get(f"/contacts/{each['id']}").json() for each in two]


def test_nobody_merges_what_is_somebody_elses(
    alice: Caller, charlie: Caller, two: tuple[dict[str, Any], dict[str, Any]], pair: PossibleDuplicate
) -> None:
    ada, _ = two
    own = str(make_contact(charlie.user).id)
    assert charlie.post("/contacts/merge", {"primary": own, "others": [ada["id"]]}).status_code == 404
    assert charlie.post(f"/duplicates/{pair.id}", {"decision": "different"}).status_code == 404
    assert charlie.get("/duplicates").json()["items"] == []


def test_a_pair_is_listed_with_both_and_the_evidence(alice: Caller, pair: PossibleDuplicate) -> None:
    (item,) = alice.get("/duplicates").json()["items"]
    assert (item["id"], item["evidence"], item["decision"]) == (str(pair.id), "same e-mail", None)
    assert {item["first"]["name"]["given"], item["second"]["name"]["given"]} == {"Ada", "Augusta"}


def test_different_leaves_the_list_for_good(alice: Caller, pair: PossibleDuplicate) -> None:
    answer = alice.post(f"/duplicates/{pair.id}", {"decision": "different"})
    assert (answer.status_code, answer.json()["decision"]) == (200, "different")
    assert alice.get("/duplicates").json()["items"] == []
    assert alice.post(f"/duplicates/{pair.id}", {"decision": "different"}).status_code == 404


def test_same_merges_into_the_one_that_is_kept(alice: Caller, pair: PossibleDuplicate) -> None:
    refused = alice.post(f"/duplicates/{pair.id}", {"decision": "same"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/primary")
    answer = alice.post(f"/duplicates/{pair.id}", {"decision": "same", "primary": str(pair.first_id)})
    assert (answer.status_code, answer.json()["decision"]) == (200, "same")
    assert alice.get(f"/runs/{answer.json()['run']}").json()["kind"] == "merge"
    assert [each["id"] for each in alice.get("/contacts").json()["items"]] == [str(pair.first_id)]
