"""A worker that is killed in the middle of a bulk action: the next one does the rest, and nothing twice."""

from pathlib import Path

from django.db import transaction

from tandem.contacts.models import Change, Contact, Status
from tandem.googlesync.bulk_runs import AT_ONCE, run_bulk
from tandem.googlesync.deeds import Deed, DeedName
from tandem.googlesync.models import Run, Trigger
from tests.factories import make_many
from tests.integration.googlesync.world import World
from tests.integration.killed.worker import is_done, kill, until, worker

MANY = 1_200


def test_bulk_action_of_a_killed_worker_is_finished_by_the_next(world: World, tmp_path: Path) -> None:
    deed = Deed(DeedName.STATUS, (Status.CLIENT.value,))
    run = run_bulk(user=world.user, contact_ids=make_many(world.user, MANY), deed=deed, trigger=Trigger.PERSON)
    with transaction.atomic():
        _stop_before(run, AT_ONCE + 1)
        with worker(tmp_path / "killed.log") as killed:
            until(lambda: _progress(run) == AT_ONCE, "one part done")
            kill(killed)
    assert _progress(run) == AT_ONCE
    with worker(tmp_path / "next.log"):
        until(lambda: is_done(run), "finished by the next worker")
    assert Contact.objects.filter(owner=world.user, status=Status.CLIENT).count() == MANY
    assert Change.objects.filter(cause=run.id).count() == run.operations.count() == MANY


def _stop_before(run: Run, number: int) -> None:
    """Hold one contact: the worker waits for it in its second part, until it is killed."""
    assert run.scope is not None
    Contact.objects.select_for_update().get(id=run.scope[number])


def _progress(run: Run) -> int:
    return Run.objects.values_list("progress_done", flat=True).get(id=run.id)
