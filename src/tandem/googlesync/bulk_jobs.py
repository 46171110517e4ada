"""Carries out a bulk run that was left to a worker: so many contacts in a transaction, and goes on where it stopped."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from tandem.googlesync.bulk_receipts import Receipt, changed_by, note
from tandem.googlesync.bulk_runs import AT_ONCE, do
from tandem.googlesync.bulk_undoing import take_back
from tandem.googlesync.deeds import deed_from_json
from tandem.googlesync.models import Run, RunState, Trigger
from tandem.googlesync.threads import in_thread

logger = structlog.get_logger(__name__)


async def execute_bulk(run_id: UUID) -> None:
    """Do what is left of the run, and record its end.

    While the database is away it stays under way, and `jobs.enqueue_left_runs` gives it to a worker again. Any other
    exception ends it as failed, and is raised.
    """
    contact_ids = await in_thread(begin, run_id)
    try:
        while await in_thread(do_part, run_id, contact_ids):
            pass
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        await in_thread(_fail, run_id)
        raise
    logger.info("bulk_run_ended", run=str(run_id))


def begin(run_id: UUID) -> Sequence[UUID]:
    """Mark the run as begun; the contacts that it goes through, in the order in which every try does."""
    waiting = Run.objects.filter(id=run_id, state=RunState.QUEUED)
    waiting.update(state=RunState.RUNNING, started_at=timezone.now())
    run = Run.objects.select_related("undoes").get(id=run_id)
    return changed_by(run.undoes) if run.undoes is not None else run.scope or []


@transaction.atomic
def do_part(run_id: UUID, contact_ids: Sequence[UUID]) -> bool:
    """Do it to the next contacts, with their receipts and the progress; whether some are left.

    The run's row is locked: of two workers that both believe the run theirs, each does other contacts.
    """
    runs = Run.objects.select_for_update(of=["self"]).select_related("undoes").defer("scope", "undoes__scope")
    run = runs.get(id=run_id)
    if run.state != RunState.RUNNING:
        return False
    chosen = contact_ids[run.progress_done : run.progress_done + AT_ONCE]
    note(run, _done(run, chosen), len(chosen))
    if run.progress_done < len(contact_ids):
        return True
    Run.objects.filter(id=run_id).update(state=RunState.DONE, finished_at=timezone.now())
    return False


def _done(run: Run, contact_ids: Sequence[UUID]) -> list[Receipt]:
    if run.undoes is not None:
        return take_back(run, run.undoes, contact_ids)
    return do(deed_from_json(run.deed or {}), run.id, run.owner_id, contact_ids, Trigger(run.trigger))


def _fail(run_id: UUID) -> None:
    Run.objects.filter(id=run_id, state=RunState.RUNNING).update(
        state=RunState.FAILED,
        finished_at=timezone.now(),
        error_code="internal",
        error_detail="Something went wrong inside Tandem.",
        error_mend="Do the same again: what is done already is passed over. What was done can be undone.",
    )
