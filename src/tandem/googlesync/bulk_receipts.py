"""Bulk runs as rows: opened at once or for a worker, with receipts that add up."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from tandem.googlesync.models import Operation, OperationState, Run, RunKind, RunState, Side, Trigger

_ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one contact; `stood` are the states of its links before, by link id, where they slept."""

    contact_id: UUID
    action: str
    is_done: bool
    reason: str
    stood: Mapping[str, str] | None = None


def open_done(run_id: UUID, owner_id: int, kind: RunKind, trigger: Trigger, **columns: Any) -> Run:
    """A run of what is done in this transaction."""
    now = timezone.now()
    return Run.objects.create(
        id=run_id,
        owner_id=owner_id,
        kind=kind,
        trigger=trigger,
        state=RunState.DONE,
        created_at=now,
        started_at=now,
        finished_at=now,
        **columns,
    )


def note(run: Run, receipts: Collection[Receipt], passed: int) -> None:
    """Write receipts of `passed` contacts that the run went through, and add them to what it came to."""
    now = timezone.now()
    Operation.objects.bulk_create((_row(run, receipt, now) for receipt in receipts), batch_size=_ROWS_AT_ONCE)
    done = Counter(receipt.action for receipt in receipts if receipt.is_done)
    run.counts = {
        "tandem": dict(Counter(run.counts.get("tandem", {})) + done),
        "skipped": run.counts.get("skipped", 0) + len(receipts) - done.total(),
    }
    run.progress_done += passed
    run.progress_total = max(run.progress_total, run.progress_done)
    run.save(update_fields=["counts", "progress_done", "progress_total"])


def changed_by(run: Run) -> list[UUID]:
    """The contacts that a bulk run changed, in order; they stay the same though some were erased since."""
    rows = run.operations.filter(outcome="updated", contact_id__isnull=False)
    return [each for each in rows.order_by("contact_id").values_list("contact_id", flat=True).distinct() if each]


def _row(run: Run, receipt: Receipt, now: datetime) -> Operation:
    return Operation(
        run=run,
        contact_id=receipt.contact_id,
        side=Side.TANDEM,
        action=receipt.action,
        state=OperationState.DONE,
        outcome="updated" if receipt.is_done else "skipped",
        reason=receipt.reason,
        card=receipt.stood,
        at=now,
    )
