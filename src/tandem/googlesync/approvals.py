"""A person's answer to a plan, or to what the brake held back: apply these rows, leave the others for good."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from contactsync.records import Reason
from tandem.contacts.models import Contact
from tandem.googlesync.approved import PLAN_LIVES
from tandem.googlesync.leaving import answering, leave, release
from tandem.googlesync.models import (
    Account,
    Operation,
    OperationState,
    Run,
    RunKind,
    RunState,
    Trigger,
)
from tandem.googlesync.reading import accounts_of
from tandem.googlesync.schedule import next_regular
from tandem.googlesync.services import SyncRefused, check_connection, lock_account, open_run
from tandem.users.models import User

_MEETINGS = ("link", "restore")
_OPEN = (OperationState.PLANNED, OperationState.HELD)


@transaction.atomic
def approve(
    *, user: User, run: Run, operations: Collection[UUID] | None, trigger: Trigger, is_queued: bool = True
) -> Run:
    """Begin to do the open rows of a plan or of a held run; with `operations` only these, the others are rejected.

    Approving a plan switches the sync on. Raises `SyncRefused`.
    """
    account = _account(user, run)
    check_connection(account)
    run = _answerable(run)
    rows = list(open_rows(run))
    wanted = None if operations is None else set(operations)
    chosen = [row for row in rows if wanted is None or row.id in wanted]
    if not chosen:
        raise SyncRefused("nothing_chosen", "None of these rows is open.", "Choose one of them, or reject the run.")
    taken = {row.id for row in chosen}
    left = [row for row in rows if row.id not in taken]
    persons = {row.source_id for row in chosen}
    leave(left, account, (_meeting(rows) - _in_trash(left)) & persons, persons)
    Operation.objects.filter(id__in=taken).update(state=OperationState.PLANNED)
    release(answering(chosen, account), account, Reason.APPROVED)
    _close_answered(run)
    if not account.contact_sync:
        account.contact_sync = True
        account.due_at = next_regular(account.id, timezone.now())
        account.save(update_fields=["contact_sync", "due_at"])
    scope = [row.contact_id for row in chosen if row.contact_id]
    return open_run(account, RunKind.SYNC, trigger, scope=scope, approves=run, is_queued=is_queued)


def _meeting(rows: Iterable[Operation]) -> set[str]:
    return {row.source_id for row in rows if row.action in _MEETINGS}


def _in_trash(left: Iterable[Operation]) -> set[str]:
    """The persons whose contacts stay in the trash, though their other side's row be taken."""
    returns = {row.contact_id: row.source_id for row in left if row.action == "restore" and row.contact_id is not None}
    in_trash = Contact.objects.filter(id__in=list(returns), trashed_at__isnull=False)
    return {returns[contact_id] for contact_id in in_trash.values_list("id", flat=True)}


@transaction.atomic
def reject(*, user: User, run: Run) -> Run:
    """Leave all open rows of a plan or of a held run. Raises `SyncRefused`.

    A plan that is rejected as a whole leaves nothing behind; what was held is left for good.
    """
    account = _account(user, run)
    run = _answerable(run, is_late_allowed=True)
    rows = list(open_rows(run))
    if run.kind == RunKind.PLAN:
        Operation.objects.filter(id__in=[row.id for row in rows]).update(
            state=OperationState.DROPPED, reason="not approved"
        )
    else:
        leave(rows, account)
        _close_answered(run)
    run.refresh_from_db()
    return run


def _close_answered(run: Run) -> None:
    """A held run is answered; one that had failed after it held something is what it was."""
    if run.state == RunState.HELD:
        Run.objects.filter(id=run.id).update(state=RunState.FAILED if run.error_code else RunState.DONE)


def _account(user: User, run: Run) -> Account:
    account = accounts_of(user).filter(id=run.account_id).first() if run.account_id else None
    if account is None:
        raise SyncRefused("not_connected", "Its Google account is not connected.", "Connect it in the Google settings.")
    return lock_account(account)


def _answerable(run: Run, *, is_late_allowed: bool = False) -> Run:
    """The run as it is now, if it waits for an answer."""
    run = Run.objects.get(id=run.id)
    if not is_answerable(run):
        raise SyncRefused(
            "answered", "This run has nothing to answer any more.", "Make a new plan to see what is open."
        )
    if run.kind == RunKind.PLAN and not is_late_allowed and timezone.now() - run.created_at > PLAN_LIVES:
        raise SyncRefused("plan_too_old", "This plan is older than six days.", "Make a new plan.")
    return run


def is_answerable(run: Run) -> bool:
    """Whether the run waits for an answer."""
    is_waiting = run.state == RunState.HELD or (run.kind == RunKind.PLAN and run.state == RunState.DONE)
    return is_waiting and not run.approved_by.exists() and open_rows(run).exists()


def open_rows(run: Run) -> QuerySet[Operation]:
    """What waits for an answer: planned or held rows."""
    return run.operations.filter(state__in=_OPEN).order_by("id")
