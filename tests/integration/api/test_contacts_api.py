"""The contacts of the REST API, as docs/reference says and an outside program sees them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import ADA
from tests.integration.api.conftest import Caller

type Create = Callable[..., dict[str, Any]]


def test_contact_is_answered_in_the_documented_shape(alice: Caller, create: Create) -> None:
    created = create(**ADA)
    answer = alice.get(f"/contacts/{created['id']}")
    assert answer.status_code == 200
    assert answer["ETag"] == '"1"'
    contact = answer.json()
    assert contact == created
    assert contact["display_name"] == "Ada Lovelace"
    assert contact["status"] == "sphere"
    assert contact["phones"] == [{"value": "(415) 555-2671", "label": "mobile", "e164": "+14155552671"}]
    assert contact["birthday"] == {"year": None, "month": 12, "day": 10}
    assert contact["google"] == []
    assert contact["name"] == {"prefix": "", "given": "Ada", "middle": "", "family": "Lovelace", "suffix": ""}


def test_merge_patch_replaces_lists_whole_and_leaves_the_rest(alice: Caller, create: Create) -> None:
    contact = create(**ADA)
    patch = {"emails": [{"value": "countess@example.org"}], "name": {"middle": "King"}, "birthday": None}
    changed = alice.patch(f"/contacts/{contact['id']}", patch).json()
    assert changed["emails"] == [{"value": "countess@example.org", "label": ""}]
    assert changed["display_name"] == "Ada King Lovelace"
    assert changed["birthday"] is None
    assert changed["phones"] == contact["phones"]
    assert changed["notes"] == contact["notes"]


def test_patch_under_an_old_etag_is_refused_and_changes_nothing(alice: Caller, create: Create) -> None:
    path = f"/contacts/{create(**ADA)['id']}"
    assert alice.patch(path, {"notes": "one"}, **{"If-Match": '"1"'}).status_code == 200
    refused = alice.patch(path, {"notes": "two"}, **{"If-Match": '"1"'})
    assert refused.status_code == 412
    assert refused["ETag"] == '"2"'
    assert refused["Content-Type"] == "application/problem+json"
    assert alice.get(path).json()["notes"] == "one"


def test_patch_that_changes_nothing_keeps_the_etag(alice: Caller, create: Create) -> None:
    path = f"/contacts/{create(**ADA)['id']}"
    assert alice.patch(path, {"notes": ADA["notes"]})["ETag"] == '"1"'


def test_second_contact_with_an_email_is_refused_unless_allowed(alice: Caller, create: Create) -> None:
    first = create(**ADA)
    twin = {"emails": [{"value": "ADA@example.org"}]}
    refused = alice.post("/contacts", twin)
    assert refused.status_code == 409
    assert refused.json()["contact"] == first["id"]
    assert refused.json()["code"] == "duplicate_email"
    assert alice.post("/contacts?duplicate=allow", twin).status_code == 201


def test_email_of_another_owner_or_of_the_trash_is_no_duplicate(alice: Caller, bob: Caller) -> None:
    contact = bob.post("/contacts", ADA).json()
    assert alice.post("/contacts", ADA).status_code == 201
    bob.delete(f"/contacts/{contact['id']}")
    assert bob.post("/contacts", ADA).status_code == 201


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"emails": [{"value": "a@b"}, {"value": "nobody"}]}, "/emails/1/value"),
        ({"phones": [{"value": "  "}]}, "/phones/0/value"),
        ({"addresses": [{"label": "home"}]}, "/addresses/0"),
        ({"birthday": {"month": 2, "day": 30}}, "/birthday/day"),
        ({"birthday": {"year": 2023, "month": 2, "day": 29}}, "/birthday/day"),
        ({"birthday": {"year": 1980}}, "/birthday"),
        ({"name": {"given": "x" * 1025}}, "/name/given"),
        ({"phones": [{"value": str(number)} for number in range(501)]}, "/phones"),
        ({"addresses": [{"street": "é" * 1000} for _ in range(70)]}, ""),
        ({"status": "friend"}, "/status"),
        ({"lead_types": ["buyer", "pirate"]}, "/lead_types/1"),
        ({"hashtags": ["two words"]}, "/hashtags/0"),
        ({"nickname": "Addie"}, "/nickname"),
        ({"display_name": "Ada"}, "/display_name"),
        ({"name": {"nick": "Addie"}}, "/name/nick"),
        ({"notes": 7}, "/notes"),
    ],
)
def test_bad_value_is_refused_by_its_pointer(alice: Caller, values: dict[str, Any], pointer: str) -> None:
    refused = alice.post("/contacts", values)
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    problem = refused.json()
    assert problem["status"] == 422
    assert pointer in [error["pointer"] for error in problem["errors"]]


def test_leap_day_without_a_year_is_a_birthday(create: Create) -> None:
    assert create(birthday={"month": 2, "day": 29})["birthday"] == {"year": None, "month": 2, "day": 29}


def test_what_no_database_stores_becomes_a_replacement_character(alice: Caller) -> None:
    body = '{"notes": "a\\u0000b\\ud800c"}'
    answer = alice.client.post("/api/v1/contacts", body, content_type="application/json")
    assert answer.json()["notes"] == "a\ufffdb\ufffdc"


def test_deleted_contact_lies_in_the_trash_and_comes_back(alice: Caller, create: Create) -> None:
    contact = create(**ADA)
    path = f"/contacts/{contact['id']}"
    assert alice.delete(path).status_code == 204
    assert alice.get("/contacts").json()["items"] == []
    assert [each["id"] for each in alice.get("/contacts", trashed="true").json()["items"]] == [contact["id"]]
    assert alice.patch(path, {"notes": "x"}).json()["code"] == "in_trash"
    restored = alice.post(f"{path}/restore", {"google": "keep_here"})
    assert restored.status_code == 200
    assert [each["id"] for each in alice.get("/contacts").json()["items"]] == [contact["id"]]


def test_restore_without_a_body_keeps_here(alice: Caller, create: Create) -> None:
    path = f"/contacts/{create(**ADA)['id']}"
    alice.delete(path)
    answer = alice.client.post(f"/api/v1{path}/restore", "", content_type="application/json")
    assert answer.status_code == 200


def test_putting_back_without_a_google_account_is_refused_and_changes_nothing(alice: Caller, create: Create) -> None:
    path = f"/contacts/{create(**ADA)['id']}"
    alice.delete(path)
    refused = alice.post(f"{path}/restore", {"google": "put_back"})
    assert refused.status_code == 409
    assert refused.json()["code"] == "not_connected"
    assert alice.get("/contacts").json()["items"] == []


@pytest.mark.parametrize("action", ["pause", "resume", "unlink", "link_again"])
def test_link_of_a_contact_cannot_be_changed_without_a_google_account(
    alice: Caller, create: Create, action: str
) -> None:
    refused = alice.post(f"/contacts/{create(**ADA)['id']}/google", {"action": action})
    assert refused.status_code == 409
    assert refused.json()["code"] == "not_connected"


def test_history_tells_field_side_old_and_new(alice: Caller, create: Create) -> None:
    path = f"/contacts/{create(**ADA)['id']}"
    alice.patch(path, {"notes": "later", "status": "client"})
    alice.delete(path)
    items = alice.get(f"{path}/history").json()["items"]
    assert [item["event"] for item in items] == ["trashed", "changed", "changed", "created"]
    assert items[0]["reason"] == "Deleted here"
    changes = {item["field"]: (item["old"], item["new"]) for item in items}
    assert changes["notes"] == (ADA["notes"], "later")
    assert changes["status"] == ("sphere", "client")
    assert {item["side"] for item in items} == {"tandem"}
    assert {item["by"] for item in items} == {"api"}


@pytest.mark.parametrize(
    "query",
    ["ada", "LOVE ada", "ada@exa", "example.org", "415 555", "+1 415 5552671", "555-2671", "#openhouse", "lovelace"],
)
def test_contact_is_found_by(alice: Caller, create: Create, query: str) -> None:
    contact = create(**ADA)
    create(name={"given": "Grace", "family": "Hopper"}, hashtags=["navy"])
    found = alice.get("/contacts", q=query).json()["items"]
    assert [each["id"] for each in found] == [contact["id"]]


def test_search_follows_an_edit(alice: Caller, create: Create) -> None:
    contact = create(**ADA)
    alice.patch(f"/contacts/{contact['id']}", {"name": {"family": "King"}, "hashtags": ["royal"]})
    assert alice.get("/contacts", q="lovelace").json()["items"] == []
    assert alice.get("/contacts", hashtag="openhouse").json()["items"] == []
    assert len(alice.get("/contacts", q="king", hashtag="royal").json()["items"]) == 1


def test_filters_narrow_the_list(alice: Caller, create: Create) -> None:
    create(name={"given": "Ada"}, status="client")
    grace = create(name={"given": "Grace"}, status="prospect")
    assert [each["id"] for each in alice.get("/contacts", status="prospect").json()["items"]] == [grace["id"]]
    since = alice.get("/contacts", updated_since=grace["updated"]).json()["items"]
    assert [each["id"] for each in since] == [grace["id"]]


@pytest.mark.parametrize("query", [{}, {"updated_since": "2020-01-01T00:00:00Z"}])
def test_pages_show_each_contact_once(alice: Caller, create: Create, query: dict[str, str]) -> None:
    made = [create(name={"given": f"Ada{number}"})["id"] for number in range(5)]
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = alice.get("/contacts", limit=2, cursor=cursor, **query).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert seen == made


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", 0), ("limit", 1001), ("cursor", "garbage!"), ("cursor", "WyJ4Il0"), ("status", "friend")],
)
def test_bad_query_is_refused_by_its_parameter(alice: Caller, name: str, value: object) -> None:
    refused = alice.get("/contacts", **{name: value})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == f"/{name}"


def test_others_find_nothing_at_all(alice: Caller, bob: Caller, charlie: Caller, create: Create) -> None:
    path = f"/contacts/{create(**ADA)['id']}"
    for other in (bob, charlie):
        answers = [
            other.get(path),
            other.patch(path, {"notes": "mine"}),
            other.delete(path),
            other.get(f"{path}/history"),
            other.post(f"{path}/restore"),
            other.post("/contacts/sync", {"ids": [path.rpartition("/")[2]]}),
        ]
        assert [answer.status_code for answer in answers] == [404] * len(answers)
        assert other.get("/contacts").json()["items"] == []
        assert other.get("/contacts", q="ada").json()["items"] == []
    assert alice.get(path).json()["notes"] == ADA["notes"]


def test_push_without_a_google_account_says_how_to_mend(alice: Caller, create: Create) -> None:
    refused = alice.post("/contacts/sync", {"ids": [create(**ADA)["id"]]})
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["code"] == "not_connected"
    assert problem["mend"]


def test_push_of_nothing_or_of_the_unknown_is_refused(alice: Caller) -> None:
    assert alice.post("/contacts/sync", {"ids": []}).status_code == 422
    assert alice.post("/contacts/sync", {"ids": [str(uuid4())]}).status_code == 404


@pytest.mark.parametrize("tags", ['"1", "4"', '"4" , "1"', '"abc","1"', "*", ' "1"', ',"1",'])
def test_write_goes_through_when_one_of_the_etags_fits(alice: Caller, create: Create, tags: str) -> None:
    path = f"/contacts/{create()['id']}"
    assert alice.patch(path, {"notes": "one"}, **{"If-Match": tags}).status_code == 200
    assert alice.delete(path, **{"If-Match": tags.replace("1", "2")}).status_code == 204


@pytest.mark.parametrize("tags", ['"2", "4"', 'W/"1"', "1", '"1', '"1" "1"', "", '"*"'])
def test_write_is_refused_when_none_of_the_etags_fits(alice: Caller, create: Create, tags: str) -> None:
    path = f"/contacts/{create()['id']}"
    assert alice.patch(path, {"notes": "one"}, **{"If-Match": tags}).status_code == 412
    assert alice.delete(path, **{"If-Match": tags}).status_code == 412


@pytest.mark.parametrize("path", ["/contacts", "/runs", "/conflicts", "/duplicates", "/tombstones", "/google/accounts"])
def test_unknown_query_parameter_of_a_list_is_refused_by_name(alice: Caller, path: str) -> None:
    assert alice.get(path, limit=5).status_code == 200
    refused = alice.get(path, limit=5, staus="client", page=2)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/page", "/staus"]
