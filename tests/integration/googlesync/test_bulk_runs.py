"""Bulk actions on many contacts: left to a worker, done part by part, gone on with by the next, and undone."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from django.utils import timezone

from tandem.contacts.errors import Invalid
from tandem.contacts.models import Actor, Change, Contact, Status
from tandem.contacts.services import erase_contact, set_status
from tandem.googlesync import jobs
from tandem.googlesync.bulk_jobs import begin, do_part
from tandem.googlesync.bulk_runs import AT_ONCE, run_bulk, stop_bulk, undo_bulk
from tandem.googlesync.deeds import Deed, DeedName
from tandem.googlesync.models import Run, RunKind, RunState, Trigger
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.undo import can_be_undone
from tandem.users.models import User
from tests.factories import make_many, make_user
from tests.integration.floor.world import empty_the_queue, work

MANY = 1_200
CLIENT = Deed(DeedName.STATUS, (Status.CLIENT.value,))


@pytest.fixture
def user(committed: None) -> User:
    empty_the_queue()
    return make_user("alice")


def asked_for(user: User, deed: Deed = CLIENT, number: int = MANY) -> Run:
    """The deed, asked for with so many contacts of the user."""
    return run_bulk(user=user, contact_ids=make_many(user, number), deed=deed, trigger=Trigger.PERSON)


def clients(user: User) -> int:
    return Contact.objects.filter(owner=user, status=Status.CLIENT).count()


def receipts(run: Run) -> Collection[tuple[str, str]]:
    """For each contact what became of it; nobody has two."""
    rows = list(run.operations.values_list("contact_id", "action", "outcome"))
    assert len({row[0] for row in rows}) == len(rows)
    return [(action, outcome) for _contact, action, outcome in rows]


def one_part(run: Run) -> None:
    """What a worker does that is killed after the first part."""
    assert do_part(run.id, begin(run.id))


def test_up_to_five_hundred_are_done_at_once(user: User) -> None:
    run = asked_for(user, number=AT_ONCE)
    assert (run.state, run.progress_done, run.progress_total) == (RunState.DONE, AT_ONCE, AT_ONCE)
    assert clients(user) == AT_ONCE


def test_more_wait_for_a_worker_that_does_all_of_them(user: User) -> None:
    run = asked_for(user)
    assert (run.state, run.progress_done, run.progress_total, clients(user)) == (RunState.QUEUED, 0, MANY, 0)
    work()
    run.refresh_from_db()
    assert (run.state, run.progress_done, run.counts["tandem"]) == (RunState.DONE, MANY, {"update": MANY})
    assert receipts(run) == [("update", "updated")] * MANY
    assert clients(user) == MANY


def test_run_of_a_killed_worker_goes_on_where_it_stopped(user: User) -> None:
    run = asked_for(user)
    one_part(run)
    run.refresh_from_db()
    assert (run.state, run.progress_done, clients(user)) == (RunState.RUNNING, AT_ONCE, AT_ONCE)
    back = run.operations.earliest("id").contact_id
    assert back is not None
    set_status(owner_id=user.pk, contact_ids=[back], status=Status.CLOSED, actor=Actor.PERSON)
    work()
    run.refresh_from_db()
    assert (run.state, run.progress_done) == (RunState.DONE, MANY)
    assert receipts(run) == [("update", "updated")] * MANY
    assert Change.objects.filter(cause=run.id).count() == MANY
    assert clients(user) == MANY - 1, "what was done is not done twice"


def test_run_that_is_stopped_does_no_more_and_its_part_can_be_undone(user: User) -> None:
    run = asked_for(user)
    one_part(run)
    stop_bulk(run=run)
    work()
    stopped = refreshed(run)
    assert (stopped.state, stopped.error_code, clients(user)) == (RunState.FAILED, "cancelled", AT_ONCE)
    undo_bulk(run=stopped)
    assert clients(user) == 0


def test_run_that_is_stopped_before_it_begins_does_nothing(user: User) -> None:
    run = asked_for(user)
    stop_bulk(run=run)
    work()
    assert (refreshed(run).progress_done, clients(user)) == (0, 0)


def test_run_that_has_ended_is_not_stopped(user: User) -> None:
    run = asked_for(user, number=1)
    with pytest.raises(SyncRefused, match="has ended"):
        stop_bulk(run=run)
    assert refreshed(run).state == RunState.DONE


@pytest.mark.parametrize(
    ("deed", "action"),
    [
        (CLIENT, "update"),
        (Deed(DeedName.ADD_HASHTAGS, ("openhouse",)), "update"),
        (Deed(DeedName.REMOVE_HASHTAGS, ("vip",)), "update"),
        (Deed(DeedName.TRASH), "delete"),
    ],
)
def test_undo_of_many_is_left_to_a_worker_too_and_changes_everything_back(user: User, deed: Deed, action: str) -> None:
    run = asked_for(user, deed, AT_ONCE + 1)
    before = values(user)
    work()
    assert all(row not in before for row in values(user))
    assert receipts(run)[0] == (action, "updated")
    undo = undo_bulk(run=refreshed(run))
    assert (undo.state, undo.progress_total) == (RunState.QUEUED, AT_ONCE + 1)
    one_part(undo)
    work()
    assert refreshed(undo).state == RunState.DONE
    assert values(user) == before
    assert [outcome for _action, outcome in receipts(undo)] == ["updated"] * (AT_ONCE + 1)
    assert can_be_undone(refreshed(undo))
    assert not can_be_undone(refreshed(run))


def test_what_was_changed_or_erased_since_is_passed_over_by_the_undo(user: User) -> None:
    run = asked_for(user)
    work()
    changed, erased = (each for each in list(refreshed(run).scope or [])[:2])
    set_status(owner_id=user.pk, contact_ids=[changed], status=Status.CLOSED, actor=Actor.PERSON)
    undo = undo_bulk(run=refreshed(run))
    erase_contact(owner_id=user.pk, contact_id=erased)
    work()
    counts = refreshed(undo).counts
    assert (counts["tandem"], counts["skipped"]) == ({"update": MANY - 2}, 1)
    assert Contact.objects.get(id=changed).status == Status.CLOSED


def test_run_under_way_is_not_undone(user: User) -> None:
    run = asked_for(user)
    assert not can_be_undone(run)
    with pytest.raises(SyncRefused, match="still under way"):
        undo_bulk(run=run)


def test_what_would_fail_later_is_refused_at_once(user: User) -> None:
    with pytest.raises(Invalid):
        asked_for(user, Deed(DeedName.ADD_HASHTAGS, ("x" * 500,)))
    assert not Run.objects.filter(owner=user).exists()


def test_run_that_fails_says_what_to_do_and_its_part_can_be_undone(user: User) -> None:
    run = asked_for(user)
    one_part(run)
    Run.objects.filter(id=run.id).update(deed={"name": "of the moon", "words": []})
    work()
    run = refreshed(run)
    assert (run.state, run.error_code, run.progress_done) == (RunState.FAILED, "internal", AT_ONCE)
    assert "Do the same again" in run.error_mend
    assert can_be_undone(run)
    assert undo_bulk(run=run).progress_done == AT_ONCE
    assert clients(user) == 0


def test_run_without_a_job_is_queued_again_though_it_has_begun(user: User) -> None:
    run = asked_for(user)
    one_part(run)
    empty_the_queue()
    assert not jobs.has_job(run)
    Run.objects.filter(id=run.id).update(created_at=timezone.now() - timedelta(minutes=2))
    jobs.enqueue_left_runs()
    assert jobs.has_job(run)
    work()
    assert refreshed(run).state == RunState.DONE
    assert clients(user) == MANY


def test_deeds_of_one_owner_are_done_in_the_order_in_which_they_were_asked_for(user: User) -> None:
    first = asked_for(user)
    closed = Deed(DeedName.STATUS, (Status.CLOSED.value,))
    run_bulk(user=user, contact_ids=first.scope or [], deed=closed, trigger=Trigger.PERSON)
    work()
    assert Contact.objects.filter(owner=user, status=Status.CLOSED).count() == MANY
    assert list(Run.objects.filter(owner=user).values_list("kind", "state")) == [(RunKind.BULK, RunState.DONE)] * 2


def test_contacts_of_another_are_never_touched(user: User) -> None:
    charlie = make_user("charlie")
    run = run_bulk(user=charlie, contact_ids=make_many(user, MANY), deed=CLIENT, trigger=Trigger.PERSON)
    work()
    assert (clients(user), refreshed(run).counts["tandem"], receipts(run)) == (0, {}, [])


def refreshed(run: Run) -> Run:
    return Run.objects.get(id=run.id)


def values(user: User) -> list[tuple[object, ...]]:
    rows = Contact.objects.filter(owner=user).order_by("id")
    return list(rows.values_list("id", "status", "hashtags", "trashed_at"))
