"""What happens by the clock: runs for the accounts that are due, and forgetting what is too old to keep."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tandem.contacts import services as contacts
from tandem.contacts.models import Change
from tandem.googlesync import jobs
from tandem.googlesync.models import (
    Account,
    AccountState,
    Conflict,
    ConflictKind,
    Operation,
    OperationState,
    Run,
    RunKind,
    RunState,
    Trigger,
)
from tandem.googlesync.schedule import next_regular

#: So long a trashed contact can be restored, and the journal keeps its values.
KEPT = timedelta(days=90)


@transaction.atomic
def open_due_runs() -> int:
    """Open and queue a sync for each due account without one; returns how many. Sweeps never meet: rows are locked."""
    now = timezone.now()
    due = Account.objects.select_for_update(skip_locked=True, no_key=True).filter(
        contact_sync=True, state=AccountState.CONNECTED, due_at__lte=now
    )
    opened = 0
    for account in due:
        Account.objects.filter(id=account.id).update(due_at=next_regular(account.id, now))
        if not account.runs.filter(state=RunState.QUEUED, kind=RunKind.SYNC, scope=None).exists():
            run = Run.objects.create(
                owner_id=account.user_id, account=account, kind=RunKind.SYNC, trigger=Trigger.SCHEDULE, created_at=now
            )
            jobs.enqueue(run)
            opened += 1
    return opened


def forget_old_values() -> None:
    """Purge what lay in the trash for 90 days; empty the journal's values of that age, keep who, when, which field.

    What a policy decided leaves the list of conflicts; what is still open, or held for an answer, keeps its values.
    What is empty already is not written again.
    """
    limit = timezone.now() - KEPT
    contacts.purge_contacts(trashed_before=limit)
    with_values = Q(before__isnull=False) | Q(after__isnull=False)
    Change.objects.filter(with_values, at__lt=limit).update(before=None, after=None)
    with_values = ~Q(changes=[]) | Q(card__isnull=False)
    answered = Operation.objects.filter(with_values, at__lt=limit).exclude(state=OperationState.HELD)
    answered.update(changes=[], card=None)
    old = Conflict.objects.filter(found_at__lt=limit)
    old.filter(closed_at=None, kind__in=[ConflictKind.SETTLED, ConflictKind.DELETED]).update(closed_at=timezone.now())
    old.exclude(closed_at=None).update(local=None, remote=None)
