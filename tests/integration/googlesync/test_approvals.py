"""Held runs and plans, answered: whole and in part, over real HTTP and PostgreSQL."""

from collections.abc import Sequence

import pytest
from django.utils import timezone

from contactsync.faults import Unavailable
from contactsync.records import Person
from google_people.codec import Codec
from google_people.provider import GooglePeople
from tandem.contacts.models import Contact
from tandem.googlesync import connection, services
from tandem.googlesync.approvals import approve, reject
from tandem.googlesync.links import pause
from tandem.googlesync.models import Deferred, Operation, Run, Trigger
from tandem.googlesync.services import SyncRefused
from tests.integration.googlesync.world import World, people, person


def delete_three(world: World, names: Sequence[str]) -> Run:
    world.google("POST", "delete", {"names": list(names[:3])})
    return world.sync()


def given(world: World) -> list[str]:
    return sorted(contact.given for contact in world.contacts())


def say_yes(world: World, run: Run, operations: list[Operation] | None = None) -> Run:
    chosen = None if operations is None else [operation.id for operation in operations]
    begun = approve(user=world.user, run=run, operations=chosen, trigger=Trigger.PERSON, is_queued=False)
    return world.run(begun)


def plan(world: World) -> Run:
    return world.run(services.request_plan(account=world.account, trigger=Trigger.PERSON, is_queued=False))


# What the brake held.


def test_too_many_deletions_leave_the_run_held_and_the_contacts_here(world: World, names: list[str]) -> None:
    run = delete_three(world, names)
    assert (run.state, run.counts["held"]) == ("held", 3)
    assert len(given(world)) == 5
    assert world.state(world.contact("Given0")) == "held"


def test_what_a_run_held_before_it_failed_is_answered_all_the_same(
    world: World, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody_writes(*_: object) -> None:
        raise Unavailable("quota", "Google's quota is spent.", "It goes on by itself.")

    with monkeypatch.context() as patch:
        patch.setattr(GooglePeople, "update_many", nobody_writes)
        world.edit(world.contact("Given4"), phones=[{"value": "+1 415 555 2671"}])
        run = delete_three(world, names)
    assert (run.state, run.error_code) == ("held", "quota")
    done = world.run(approve(user=world.user, run=run, operations=None, trigger=Trigger.PERSON, is_queued=False))
    run.refresh_from_db()
    assert (done.state, run.state) == ("done", "failed")
    assert len(world.contacts()) == 2


def test_later_runs_hold_nothing_twice_and_go_on(world: World, names: list[str]) -> None:
    delete_three(world, names)
    world.google("POST", "edit", {"persons": {names[4]: {"names": [{"givenName": "New"}]}}})
    run = world.sync()
    assert (run.state, run.counts["held"]) == ("done", 0)
    assert "New" in given(world)


def test_a_held_blank_waits_for_its_answer_though_google_shows_the_person_unreadably_meanwhile(
    world: World, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone it would pass the brake, and the contact's e-mail be gone unasked."""
    empty = {name: {"emailAddresses": []} for name in names[:3]}
    world.google("POST", "edit", {"persons": empty})
    held = world.sync()
    assert held.state == "held"
    whole = Codec.person

    def unreadable(codec: Codec, payload: bytes) -> Person:
        found = whole(codec, payload)
        if found.resource_name == names[0]:
            raise ValueError
        return found

    world.google("POST", "touch", {"names": names[:1]})
    with monkeypatch.context() as patch:
        patch.setattr(Codec, "person", unreadable)
        world.sync()
    Deferred.objects.filter(account=world.account).exclude(reason="held").update(due_at=timezone.now())
    world.sync()
    held.refresh_from_db()
    assert (held.state, held.operations.filter(state="held").count()) == ("held", 3)
    assert all(contact.emails for contact in world.contacts())


def test_apply_does_what_was_held(world: World, names: list[str]) -> None:
    held = delete_three(world, names)
    assert say_yes(world, held).state == "done"
    held.refresh_from_db()
    assert held.state == "done"
    assert given(world) == ["Given3", "Given4"]
    assert not world.account.deferred.exists()


def test_what_was_approved_is_done_by_the_next_run_if_its_own_dies(world: World, names: list[str]) -> None:
    held = delete_three(world, names)
    approved = approve(user=world.user, run=held, operations=None, trigger=Trigger.PERSON, is_queued=False)
    Run.objects.filter(id=approved.id).update(state="failed")
    run = world.sync()
    assert (run.state, run.counts["held"]) == ("done", 0)
    assert given(world) == ["Given3", "Given4"]
    assert not world.account.deferred.exists()
    assert {row.state for row in held.operations.all()} == {"done"}


def test_apply_in_part_rejects_the_rest(world: World, names: list[str]) -> None:
    held = delete_three(world, names)
    say_yes(world, held, list(held.operations.filter(state="held").order_by("resource_name"))[:1])
    assert len(given(world)) == 4
    assert held.operations.filter(state="dropped").count() == 2
    world.sync()
    assert len(given(world)) == 4


def test_deletions_that_another_answer_left_are_asked_no_more_and_put_nobody_back(
    world: World, names: list[str]
) -> None:
    """A preview and the brake show the same deletions. They are left in the preview; then the other is answered."""
    newcomer = world.load(person("New", "Comer"))
    world.google("POST", "delete", {"names": names[:3]})
    preview = plan(world)
    held = world.sync()
    assert held.state == "held"
    world.google("POST", "touch", {"names": newcomer})
    left = [each for each in preview.operations.all() if each.action != "delete"]
    begun = approve(
        user=world.user, run=preview, operations=[each.id for each in left], trigger=Trigger.PERSON, is_queued=False
    )
    answered_at_once = approve(user=world.user, run=held, operations=None, trigger=Trigger.PERSON, is_queued=False)
    world.run(begun)
    world.run(answered_at_once)
    assert len(world.persons()) == 3
    assert "Given0" in given(world)
    assert held.operations.filter(reason__endswith="changed since, and planned anew").count() == 3


def test_what_was_held_and_is_settled_by_a_plan_is_asked_no_more(world: World, names: list[str]) -> None:
    world.google("POST", "delete", {"names": names[:3]})
    preview = plan(world)
    held = world.sync()
    say_yes(world, preview)
    held.refresh_from_db()
    assert held.state == "done"
    assert not held.operations.filter(state="held").exists()
    assert given(world) == ["Given3", "Given4"]


def test_what_is_held_of_who_is_paused_stays_held_over_a_run(world: World, names: list[str]) -> None:
    held = delete_three(world, names)
    pause(user=world.user, contact_id=world.contact("Given0").id)
    world.sync()
    assert held.operations.filter(state="held").count() == 3


def test_reject_keeps_everybody_for_good(world: World, names: list[str]) -> None:
    held = delete_three(world, names)
    assert reject(user=world.user, run=held).state == "done"
    world.sync()
    assert len(given(world)) == 5
    assert world.state(world.contact("Given0")) == "gone"
    assert len(world.persons()) == 2


def test_a_run_is_answered_once(world: World, names: list[str]) -> None:
    held = delete_three(world, names)
    reject(user=world.user, run=held)
    with pytest.raises(SyncRefused) as caught:
        approve(user=world.user, run=held, operations=None, trigger=Trigger.PERSON, is_queued=False)
    assert caught.value.code == "answered"


def test_fields_blanked_in_google_and_rejected_stay_here_and_blank_there(world: World, names: list[str]) -> None:
    world.google("POST", "edit", {"persons": {name: {"emailAddresses": []} for name in names[:3]}})
    held = world.sync()
    assert (held.state, held.counts["held"]) == ("held", 3)
    reject(user=world.user, run=held)
    world.sync()
    world.sync()
    assert all(contact.emails for contact in world.contacts())
    assert sum("emailAddresses" in each for each in world.persons().values()) == 2
    assert not world.account.deferred.exists()


def test_fields_blanked_here_wait_until_they_are_approved(world: World, names: list[str]) -> None:
    for contact in world.contacts()[:3]:
        world.edit(contact, emails=[])
    held = world.sync()
    assert (held.state, held.counts["held"]) == ("held", 3)
    assert all("emailAddresses" in each for each in world.persons().values())
    say_yes(world, held)
    assert sum("emailAddresses" in each for each in world.persons().values()) == 2


# A plan before the first write.


def test_a_plan_with_the_switch_off_writes_nothing_and_approving_it_does_all_of_it(world: World) -> None:
    world.load(*people(3))
    world.connect()
    planned = plan(world)
    assert planned.state == "done"
    assert given(world) == []
    say_yes(world, planned)
    assert world.account.contact_sync
    assert len(given(world)) == 3
    assert planned.operations.filter(state="done").count() == 3


def test_approving_lists_nothing_again(world: World) -> None:
    world.load(*people(3))
    world.connect()
    planned = plan(world)
    before = listings(world)
    say_yes(world, planned)
    assert listings(world) == before


def listings(world: World) -> int:
    requests = world.server.control("GET", "requests")["requests"]
    return sum(request["method"] == "people.connections.list" for request in requests)


def test_a_row_not_taken_leaves_its_person_out_until_it_is_brought_back(world: World) -> None:
    world.load(*people(3))
    world.connect()
    planned = plan(world)
    say_yes(world, planned, list(planned.operations.order_by("id"))[:1])
    world.sync()
    assert len(given(world)) == 1
    assert world.account.links.filter(state="tombstone", contact=None, why="left out").count() == 2


def test_who_changed_since_the_plan_is_left_to_the_next_run(world: World) -> None:
    names = world.load(*people(3))
    world.connect()
    planned = plan(world)
    world.google("POST", "edit", {"persons": {names[0]: {"names": [{"givenName": "Moved"}]}}})
    say_yes(world, planned)
    assert len(given(world)) == 2
    assert planned.operations.get(resource_name=names[0]).reason == "changed since: left to the next run"
    world.sync()
    assert "Moved" in given(world)


def test_a_newcomer_since_the_plan_comes_with_the_next_run(world: World) -> None:
    world.load(*people(2))
    world.connect()
    planned = plan(world)
    world.load(person("Newcomer"))
    say_yes(world, planned)
    assert "Newcomer" not in given(world)
    world.sync()
    assert "Newcomer" in given(world)


def test_somebody_here_who_is_not_to_be_linked_stays_apart(world: World) -> None:
    ada = world.create(
        name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "ada@example.org", "label": "home"}]
    )
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]), person("Bob"))
    world.connect()
    planned = plan(world)
    say_yes(world, planned, list(planned.operations.filter(action="create")))
    world.sync()
    assert world.state(ada) == "severed"
    assert given(world) == ["Ada", "Bob"]


@pytest.fixture
def filled_both_ways(world: World) -> tuple[Contact, Run]:
    """Ada here has an address that Google lacks, and Google a number that she lacks: a plan would fill both."""
    ada = world.create(
        name={"given": "Ada", "family": "Lovelace"},
        emails=[{"value": "ada@example.org", "label": "home"}, {"value": "mine@example.org", "label": "work"}],
    )
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"], phones=["+1 415 555 2671"]), person("Bob"))
    world.connect()
    return ada, plan(world)


@pytest.mark.parametrize("here", [True, False])
@pytest.mark.parametrize("there", [True, False])
def test_each_side_of_a_first_meeting_is_filled_only_if_its_row_was_taken(
    world: World, filled_both_ways: tuple[Contact, Run], here: bool, there: bool
) -> None:
    ada, planned = filled_both_ways
    rows = {(row.side, row.action): row for row in planned.operations.all()}
    wanted = [("tandem", "create"), *([("tandem", "link")] * here), *([("google", "update")] * there)]
    say_yes(world, planned, [rows[key] for key in wanted])
    for _ in range(2):
        ada.refresh_from_db()
        found = next(each for each in world.persons().values() if "emailAddresses" in each)
        assert len(ada.phones) == int(here)
        assert len(found["emailAddresses"]) == 1 + int(there)
        assert len(found["phoneNumbers"]) == 1
        assert world.state(ada) == "linked"
        world.sync()
    assert not planned.operations.filter(state="planned").exists()
    assert planned.operations.filter(state="dropped").count() == 3 - len(wanted)


def test_what_was_not_taken_of_a_plan_is_not_done_though_its_own_run_fails(
    world: World, filled_both_ways: tuple[Contact, Run]
) -> None:
    ada, planned = filled_both_ways
    chosen = [row.id for row in planned.operations.filter(side="tandem")]
    begun = approve(user=world.user, run=planned, operations=chosen, trigger=Trigger.PERSON, is_queued=False)
    Run.objects.filter(id=begun.id).update(state="failed")
    for _ in range(2):
        assert world.sync().state == "done"
        ada.refresh_from_db()
        found = next(each for each in world.persons().values() if "emailAddresses" in each)
        assert (len(ada.phones), len(found["emailAddresses"]), world.state(ada)) == (1, 1, "linked")
    assert given(world) == ["Ada", "Bob"]
    assert sorted(row.state for row in planned.operations.all()) == ["done", "done", "dropped"]


def test_a_plan_rejected_as_a_whole_leaves_nothing_behind(world: World) -> None:
    world.load(*people(2))
    world.connect()
    planned = plan(world)
    reject(user=world.user, run=planned)
    world.switch_on()
    assert len(given(world)) == 2


def test_a_newer_plan_takes_the_place_of_an_older_one(world: World) -> None:
    world.load(*people(2))
    world.connect()
    older = plan(world)
    plan(world)
    with pytest.raises(SyncRefused):
        approve(user=world.user, run=older, operations=None, trigger=Trigger.PERSON, is_queued=False)


def test_a_disconnect_ends_what_was_held(world: World, names: list[str]) -> None:
    held = delete_three(world, names)
    connection.disconnect(world.account)
    held.refresh_from_db()
    assert held.state == "done"
    assert {operation.state for operation in held.operations.all()} == {"dropped"}
