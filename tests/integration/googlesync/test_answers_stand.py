"""An answer to a plan or to what was held is done as it was given: however late, and whatever was changed since."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contactsync.records import Person
from google_people.codec import Codec
from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import links
from tandem.googlesync.approvals import approve
from tandem.googlesync.models import Deferred, Run, Trigger
from tandem.googlesync.parting import take_apart
from tandem.googlesync.services import change_settings
from tests.integration.googlesync.test_approvals import delete_three, given, plan, say_yes
from tests.integration.googlesync.test_approvals import filled_both_ways as filled_both_ways  # a fixture
from tests.integration.googlesync.test_held_meanwhile import blank_here, blank_there, run_on, with_emails
from tests.integration.googlesync.test_parting import merged
from tests.integration.googlesync.test_rows_left import linked
from tests.integration.googlesync.test_undo import edit_there
from tests.integration.googlesync.world import World, people


def begin_to(world: World, run: Run, **chosen: Any) -> Run:
    rows = [row.id for row in run.operations.filter(**chosen)]
    return approve(user=world.user, run=run, operations=rows, trigger=Trigger.PERSON, is_queued=False)


def fail_for_a_week(begun: Run) -> None:
    Run.objects.filter(id=begun.id).update(state="failed", created_at=timezone.now() - timedelta(days=7))


# A plan.


def test_who_could_not_be_read_when_the_first_plan_was_made_comes_later_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No listing after the plan's shows him again."""
    names = world.load(*people(3))
    world.connect()
    whole = Codec.person

    def unreadable(codec: Codec, payload: bytes) -> Person:
        found = whole(codec, payload)
        if found.resource_name == names[0]:
            raise ValueError
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Codec, "person", unreadable)
        planned = plan(world)
    say_yes(world, planned)
    Deferred.objects.filter(account=world.account).update(due_at=timezone.now())
    world.sync()
    assert given(world) == ["Given0", "Given1", "Given2"]


@pytest.mark.parametrize("how", ["a week late", "moved there", "moved here"])
def test_a_side_that_was_not_to_be_filled_stays_so(
    world: World, filled_both_ways: tuple[Contact, Run], how: str
) -> None:
    ada, planned = filled_both_ways
    begun = begin_to(world, planned, side="tandem")
    name = next(key for key, each in world.persons().items() if "emailAddresses" in each)
    if how == "a week late":
        fail_for_a_week(begun)
    elif how == "moved there":
        world.google("POST", "edit", {"persons": {name: {"names": [{"givenName": "Ada", "familyName": "King"}]}}})
    else:
        world.edit(ada, name={"given": "Ada", "family": "King"})
    if how != "a week late":
        world.run(begun)
    run_on(world)
    ada.refresh_from_db()
    assert (len(ada.phones), len(world.persons()[name]["emailAddresses"]), world.state(ada)) == (1, 1, "linked")


@pytest.mark.parametrize(("before", "after"), [("google", "tandem"), ("tandem", "google"), ("google", "ask")])
def test_a_row_is_left_to_the_next_run_if_the_settings_decide_otherwise_since(
    world: World, ada: Contact, before: str, after: str
) -> None:
    """Approved was the value that the row shows, not the one that it would have replaced."""
    change_settings(account=world.account, changes={"conflict_policy": before})
    world.edit(ada, name={"given": "Anne", "family": "Lovelace"})
    edit_there(world, names=[{"givenName": "Annie", "familyName": "Lovelace"}])
    planned = plan(world)
    change_settings(account=world.account, changes={"conflict_policy": after})
    say_yes(world, planned)
    ada.refresh_from_db()
    (found,) = world.persons().values()
    assert (ada.given, found["names"][0]["givenName"]) == ("Anne", "Annie")
    assert {row.reason for row in planned.operations.all()} == {"changed since: left to the next run"}


def test_who_is_not_to_come_out_of_the_trash_stays_there_though_its_person_was_to_be_changed(world: World) -> None:
    ada, name = linked(world)
    world.edit(ada, phones=[{"value": "+1 415 555 2671"}])
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    world.google("POST", "restore", {"names": [name]})
    planned = plan(world)
    assert {row.action for row in planned.operations.all()} == {"restore", "update"}
    world.run(begin_to(world, planned, action="update"))
    run_on(world)
    assert given(world) == []


def test_a_row_of_who_was_paused_since_is_not_said_to_be_done(world: World, ada: Contact) -> None:
    edit_there(world, emailAddresses=[{"value": "wrong@example.org"}])
    planned = plan(world)
    links.pause(user=world.user, contact_id=ada.id)
    say_yes(world, planned)
    assert planned.operations.get().reason == "changed since: left to the next run"


# What was held.


@pytest.mark.parametrize("is_overtaken", [True, False])
def test_a_yes_to_blanked_fields_is_none_to_deletions_whichever_run_does_it(
    world: World, names: list[str], *, is_overtaken: bool
) -> None:
    begun = begin_to(world, blank_there(world, names))
    world.google("POST", "delete", {"names": names[:3]})
    if not is_overtaken:
        Run.objects.filter(id=begun.id).update(state="failed")
    again = world.sync()
    if is_overtaken:
        world.run(begun)
    assert (again.state, again.counts["held"]) == ("held", 3)
    run_on(world)
    assert len(given(world)) == 5


@pytest.mark.parametrize("where", ["here", "there"])
def test_a_blank_that_is_held_waits_though_the_contact_was_deleted_here_and_restored(
    world: World, names: list[str], where: str
) -> None:
    held = blank_here(world) if where == "here" else blank_there(world, names)
    one = world.contact("Given0")
    world.delete(one)
    world.sync()
    contacts.restore_contacts(owner_id=world.user.pk, contact_ids=[one.id], actor=Actor.PERSON)
    run_on(world)
    one.refresh_from_db()
    assert (with_emails(world), bool(one.emails)) == ((5, False) if where == "here" else (2, True))
    assert held.operations.filter(state="held").count() == 3


def test_a_deletion_that_is_held_is_asked_no_more_once_the_contact_was_deleted_here(
    world: World, names: list[str]
) -> None:
    held = delete_three(world, names)
    for each in ("Given0", "Given1", "Given2"):
        world.delete(world.contact(each))
    world.sync()
    held.refresh_from_db()
    assert held.state == "done"


@pytest.mark.parametrize("what", ["blanked here", "blanked there", "deleted"])
def test_what_is_held_waits_though_the_contact_was_merged_and_taken_apart(
    world: World, names: list[str], what: str
) -> None:
    byron = world.create(name={"given": "Byron"})
    if what == "deleted":
        held = delete_three(world, names)
    else:
        held = blank_here(world) if what == "blanked here" else blank_there(world, names)
    one = world.contact("Given0")
    take_apart(run=merged(world, byron, one), actor=Actor.UNDO)
    run_on(world)
    one.refresh_from_db()
    assert one.trashed_at is None
    assert (with_emails(world), bool(one.emails)) == {
        "blanked here": (5, False), "blanked there": (2, True), "deleted": (2, True),
    }[what]  # fmt: skip
    assert held.operations.filter(state="held").count() == 3
