"""'Undo' for every kind of run: each kind has its own way back."""

from uuid import UUID

from django.utils import timezone

from tandem.contacts.models import Actor
from tandem.googlesync.bulk_runs import is_bulk, undo_bulk
from tandem.googlesync.models import Run, RunKind, RunState, Trigger
from tandem.googlesync.parting import take_apart
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.undoing import OFFERED, request_undo
from tandem.users.models import User


def can_be_undone(run: Run) -> bool:
    """Whether an undo of the whole run is offered: it did something, is over, and was not undone."""
    if run.kind == RunKind.PLAN or _is_taking_apart(run) or not _is_over(run):
        return False
    undos = run.undone_by.filter(scope=None).exclude(state=RunState.FAILED)
    if timezone.now() - run.created_at > OFFERED or undos.exists():
        return False
    done = run.operations.filter(state="done", contact_id__isnull=False)  # what was erased does not come back
    return done.exclude(outcome__in=["skipped", "unchanged"]).exists()


def _is_taking_apart(run: Run) -> bool:
    return run.undoes is not None and run.undoes.kind == RunKind.MERGE


def _is_over(run: Run) -> bool:
    """A bulk action that failed did a part, which can be undone."""
    return run.state in {RunState.DONE, RunState.HELD} or (run.state == RunState.FAILED and is_bulk(run))


def undo(
    *, user: User, run: Run, contact_id: UUID | None = None, field_name: str = "", trigger: Trigger,
    is_queued: bool = True,
) -> Run:  # fmt: skip
    """Undo a run or a part of it; the undo's own run. Raises `SyncRefused`."""
    is_part = contact_id is not None or bool(field_name)
    if is_part and (run.kind == RunKind.MERGE or is_bulk(run)):
        raise SyncRefused("not_undoable", "Of this run no part can be undone alone.", "Undo the whole run.", run.id)
    if _is_taking_apart(run):
        raise SyncRefused("not_undoable", "The merge was taken apart already.", "Merge them again.", run.id)
    if run.kind == RunKind.MERGE:
        return take_apart(run=run, actor=Actor.UNDO)
    if is_bulk(run):
        return undo_bulk(run=run, trigger=trigger, is_queued=is_queued)
    return request_undo(
        user=user, run=run, contact_id=contact_id, field_name=field_name, trigger=trigger, is_queued=is_queued
    )
