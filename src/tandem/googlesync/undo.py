"""'Undo' for every kind of run: each kind has its own way back."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from contactsync.records import LinkState
from tandem.contacts.models import Actor
from tandem.googlesync.bulk_runs import is_bulk, undo_bulk
from tandem.googlesync.models import Link, OperationState, Run, RunKind, RunState, Side, Trigger
from tandem.googlesync.parting import take_apart
from tandem.googlesync.reading import accounts_of
from tandem.googlesync.services import SyncRefused, check_sync, lock_account, open_run
from tandem.googlesync.taken import OFFERED
from tandem.users.models import User

_UNDONE_KINDS = (RunKind.SYNC, RunKind.PUSH, RunKind.UNDO)


def can_be_undone(run: Run) -> bool:
    """Whether an undo of the whole run is offered: it did something, is over, and was not undone."""
    if run.kind == RunKind.PLAN or _is_taking_apart(run) or not _is_over(run):
        return False
    undos = run.undone_by.filter(scope=None, undone_field="").exclude(state=RunState.FAILED)
    if timezone.now() - run.created_at > OFFERED or undos.exists() or _is_in_doubt(run):
        return False
    done = run.operations.filter(state="done", contact_id__isnull=False)  # what was erased does not come back
    return done.exclude(outcome__in=["skipped", "unchanged"]).exists()


def _is_taking_apart(run: Run) -> bool:
    return run.undoes is not None and run.undoes.kind == RunKind.MERGE


def _is_over(run: Run) -> bool:
    """A bulk action that failed did a part, which can be undone."""
    return run.state in {RunState.DONE, RunState.HELD} or (run.state == RunState.FAILED and is_bulk(run))


def _is_in_doubt(run: Run, scope: Sequence[UUID] | None = None) -> bool:
    """Whether what became of the run is not known yet: its undo would pass that over, for good.

    An answer of Google's is still to come; of who is paused none does before it is resumed. Or two whom it linked have
    not met again since a reconnection.
    """
    rows = run.operations.filter(contact_id__in=scope) if scope is not None else run.operations.all()
    own = Link.objects.filter(account=run.account_id, contact_id=OuterRef("contact_id"))
    awaited = Exists(own.filter(state=LinkState.LIVE.value, pending__isnull=False))
    asleep = Exists(own.filter(state=LinkState.DORMANT.value))
    sent = Q(action="create", card__isnull=False) | Q(awaited, action="update")
    open_ones = Q(sent, side=Side.GOOGLE, state=OperationState.SENT) | Q(asleep, outcome="linked")
    return rows.filter(open_ones).exists()


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


@transaction.atomic
def request_undo(
    *, user: User, run: Run, contact_id: UUID | None = None, field_name: str = "", trigger: Trigger,
    is_queued: bool = True,
) -> Run:  # fmt: skip
    """Begin to undo a run, or what it did to one contact, or to one field of it. Raises `SyncRefused`."""
    account = accounts_of(user).filter(id=run.account_id).first() if run.account_id else None
    if account is None:
        raise SyncRefused("not_connected", "Its Google account is not connected.", "Connect it in the Google settings.")
    account = lock_account(account)
    check_sync(account)
    scope = [contact_id] if contact_id else None
    _check(run, field_name, scope)
    return open_run(
        account, RunKind.UNDO, trigger, scope=scope, undoes=run, undone_field=field_name, is_queued=is_queued
    )


def _check(run: Run, field_name: str, scope: Sequence[UUID] | None) -> None:
    """Of one field alone it is undone by an undo of that field, or of all."""
    if run.kind not in _UNDONE_KINDS:
        raise SyncRefused("not_undoable", "A plan did nothing that could be undone.", "Reject it instead.")
    if run.state in {RunState.QUEUED, RunState.RUNNING}:
        raise SyncRefused("run_underway", "The run is still under way.", "Wait until it ends.", run.id)
    if _is_in_doubt(run, scope):
        raise SyncRefused(
            "in_doubt", "What became of this run in Google is not known yet.", "Undo it after the next run.", run.id
        )
    if timezone.now() - run.created_at > OFFERED:
        raise SyncRefused("too_old", "The run is older than 90 days: its values are no longer kept.", "Nothing to do.")
    whole = run.undone_by.filter(scope=None, undone_field__in={"", field_name}).exclude(state=RunState.FAILED)
    if whole.exists():
        raise SyncRefused("undone", "The run was undone already.", "Undo the undo to have it back.", whole[0].id)
