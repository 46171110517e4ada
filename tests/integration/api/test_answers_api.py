"""Held runs, plans, conflicts and undo through the API."""

from typing import Any

import pytest
from django.test import Client

from tandem.googlesync.models import Run
from tandem.identifiers import new_id
from tandem.users.models import ApiToken
from tests.factories import make_user
from tests.integration.api.conftest import Caller
from tests.integration.googlesync.world import World, person


@pytest.fixture
def caller(world: World) -> Caller:
    """Alice, whose five persons are in step under a brake that lets two pass."""
    world.names = world.load(
        *(person(f"Given{number}", "Family", emails=[f"{number}@example.org"]) for number in range(5))
    )
    world.connect()
    world.switch_on()
    token = ApiToken.objects.issue(world.user)
    return Caller(world.user, Client(headers={"Authorization": f"Bearer {token}"}))


def account(caller: Caller) -> dict[str, Any]:
    (found,) = caller.get("/google/accounts").json()["items"]
    return found


def settings(caller: Caller, **changes: object) -> Any:
    return caller.patch(f"/google/accounts/{account(caller)['id']}", changes)


def held_run(world: World, caller: Caller) -> dict[str, Any]:
    assert settings(caller, brake={"count": 2}).status_code == 200
    world.google("POST", "delete", {"names": world.names[:3]})
    return caller.get(f"/runs/{world.sync().id}").json()


def finish(world: World, response: Any) -> Run:
    assert response.status_code == 202, response.content
    return world.run(Run.objects.get(id=response.json()["id"]))


def test_the_brake_is_shown_and_changed(caller: Caller) -> None:
    assert account(caller)["brake"] == {"on": True, "count": 10, "percent": 10, "most": 200}
    assert settings(caller, brake={"on": False, "percent": 50}).json()["brake"]["percent"] == 50
    assert account(caller)["brake"] == {"on": False, "count": 10, "percent": 50, "most": 200}


@pytest.mark.parametrize("brake", [{"count": -1}, {"percent": 101}, {"count": "many"}, {"speed": 1}])
def test_a_wrong_brake_is_refused_and_named(caller: Caller, brake: dict[str, object]) -> None:
    response = settings(caller, brake=brake)
    assert response.status_code == 422
    assert "brake" in response.json()["errors"][0]["pointer"]
    assert account(caller)["brake"] == {"on": True, "count": 10, "percent": 10, "most": 200}


@pytest.mark.parametrize(
    "changes",
    [{"contact_sync": "no"}, {"contact_sync": 0}, {"contact_sync": None}, {"import_status": 1}, {"region": None}],
)
def test_a_setting_of_another_type_is_refused_and_named(caller: Caller, changes: dict[str, object]) -> None:
    before = account(caller)
    refused = settings(caller, **changes)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{name}" for name in changes]
    assert account(caller) == before


def test_a_held_run_is_held_until_it_is_answered(world: World, caller: Caller) -> None:
    run = held_run(world, caller)
    assert (run["state"], run["counts"]["held"]) == ("held", 3)
    assert account(caller)["counts"]["held"] == 3
    done = finish(world, caller.post(f"/runs/{run['id']}/approve"))
    assert (done.kind, done.state) == ("sync", "done")
    assert caller.get(f"/runs/{run['id']}").json()["state"] == "done"
    assert len(caller.get("/contacts").json()["items"]) == 2
    again = caller.post(f"/runs/{run['id']}/approve")
    assert (again.status_code, again.json()["code"]) == (409, "answered")


def test_a_rejected_run_drops_its_rows(world: World, caller: Caller) -> None:
    run = held_run(world, caller)
    answered = caller.post(f"/runs/{run['id']}/reject")
    assert (answered.status_code, answered.json()["state"]) == (200, "done")
    rows = caller.get(f"/runs/{run['id']}/operations").json()["items"]
    assert {row["state"] for row in rows} == {"dropped"}
    assert len(caller.get("/contacts").json()["items"]) == 5


def test_a_plan_is_approved_in_part(world: World, caller: Caller) -> None:
    world.load(person("New", "One"), person("New", "Two"))
    planned = caller.post(f"/google/accounts/{account(caller)['id']}/runs", {"kind": "plan"})
    plan = finish(world, planned)
    rows = caller.get(f"/runs/{plan.id}/operations").json()["items"]
    finish(world, caller.post(f"/runs/{plan.id}/approve", {"operations": [rows[0]["id"]]}))
    assert len(caller.get("/contacts").json()["items"]) == 6
    states = [row["state"] for row in caller.get(f"/runs/{plan.id}/operations").json()["items"]]
    assert sorted(states) == ["done", "dropped"]


def test_a_run_is_undone_and_says_what_it_undoes(world: World, caller: Caller) -> None:
    world.google("POST", "edit", {"persons": {world.names[0]: {"names": [{"givenName": "New"}]}}})
    run = world.sync()
    undo = finish(world, caller.post(f"/runs/{run.id}/undo"))
    shown = caller.get(f"/runs/{undo.id}").json()
    assert (shown["kind"], shown["undoes"]) == ("undo", str(run.id))
    names = {item["name"]["given"] for item in caller.get("/contacts").json()["items"]}
    assert "New" not in names


def conflicts(caller: Caller, **query: str) -> list[dict[str, Any]]:
    return caller.get("/conflicts", **query).json()["items"]


def open_conflict(world: World, caller: Caller) -> dict[str, Any]:
    settings(caller, conflict_policy="ask")
    world.google("POST", "edit", {"persons": {world.names[0]: {"names": [{"givenName": "There"}]}}})
    world.edit(world.contact("Given0"), name={"given": "Here"})
    world.sync()
    (conflict,) = conflicts(caller, kind="open")
    return conflict


def test_a_conflict_shows_both_values_and_is_answered(world: World, caller: Caller) -> None:
    conflict = open_conflict(world, caller)
    assert (conflict["field"], conflict["tandem"]["given"], conflict["google"]["given"]) == ("name", "Here", "There")
    contact = caller.get(f"/contacts/{conflict['contact']}").json()
    assert contact["google"][0]["state"] == "conflict"
    assert account(caller)["counts"]["conflicts"] == 1
    assert caller.post(f"/conflicts/{conflict['id']}", {"choose": "google"}).status_code == 200
    assert conflicts(caller) == []
    assert caller.get(f"/contacts/{conflict['contact']}").json()["name"]["given"] == "There"


@pytest.mark.parametrize("body", [{"choose": "keep"}, {"choose": "both"}, {}])
def test_a_wrong_answer_changes_nothing(world: World, caller: Caller, body: dict[str, str]) -> None:
    conflict = open_conflict(world, caller)
    assert caller.post(f"/conflicts/{conflict['id']}", body).status_code == 422
    assert len(conflicts(caller)) == 1


def test_nobody_elses_runs_and_conflicts_exist(world: World, caller: Caller) -> None:
    conflict = open_conflict(world, caller)
    run = Run.objects.filter(owner=world.user).latest("id")
    other = make_user(f"bob-{new_id().hex}")
    bob = Caller(other, Client(headers={"Authorization": f"Bearer {ApiToken.objects.issue(other)}"}))
    assert bob.get("/conflicts").json()["items"] == []
    for path in (f"/conflicts/{conflict['id']}", f"/runs/{run.id}/approve", f"/runs/{run.id}/undo"):
        assert bob.post(path, {"choose": "google"} if "conflicts" in path else None).status_code == 404


def operations(caller: Caller, run: Run) -> list[dict[str, Any]]:
    return caller.get(f"/runs/{run.id}/operations").json()["items"]


def test_an_operation_that_came_from_google_shows_its_values(world: World, caller: Caller) -> None:
    world.google(
        "POST", "edit", {"persons": {world.names[0]: {"names": [{"givenName": "New", "familyName": "Family"}]}}}
    )
    (operation,) = operations(caller, world.sync())
    assert (operation["side"], operation["action"]) == ("tandem", "update")
    (change,) = operation["changes"]
    assert (change["field"], change["before"]["given"], change["after"]["given"]) == ("name", "Given0", "New")


def test_the_operations_of_a_run_are_read_in_as_many_queries_for_five_as_for_one(
    world: World, caller: Caller, django_assert_num_queries: Any
) -> None:
    def edit(names: list[str], given: str) -> Run:
        world.google("POST", "edit", {"persons": {name: {"names": [{"givenName": given}]} for name in names}})
        return world.sync()

    few, many = edit(world.names[:1], "One"), edit(world.names, "Two")
    assert len(operations(caller, few)) == 1
    with django_assert_num_queries(5):
        operations(caller, few)
    with django_assert_num_queries(5):
        assert all(operation["changes"] for operation in operations(caller, many))
