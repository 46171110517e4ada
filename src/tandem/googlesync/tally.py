"""What a run did, in figures: by side and by action."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count

from tandem.googlesync.models import Conflict, Operation, OperationState, Run, Side

ACTIONS = ("create", "update", "link", "delete")
_COUNTED_AS = {"restore": "update", "merge": "delete"}


def counts_of(run: Run) -> dict[str, Any]:
    """The run's counts, in the API's shape."""
    counts: dict[str, Any] = {side.value: dict.fromkeys(ACTIONS, 0) for side in Side}
    counts |= {"conflicts": 0, "held": 0, "failed": 0}
    rows = Operation.objects.filter(run=run).values("side", "action", "state", "outcome").annotate(number=Count("id"))
    for row in rows:
        if row["state"] == OperationState.HELD:
            counts["held"] += row["number"]
        elif row["state"] == OperationState.FAILED:
            counts["failed"] += row["number"]
        elif row["state"] in {OperationState.DONE, OperationState.PLANNED} and _counts(row["outcome"]):
            action = _COUNTED_AS.get(row["action"], row["action"])
            counts[row["side"]][action] += row["number"]
    counts["conflicts"] = Conflict.objects.filter(run_id=run.id, kind__in=["open", "settled"]).count()
    return counts


def recount(run_ids: Iterable[UUID]) -> None:
    """Count these runs again: what of them was in doubt is known by now."""
    ids = set(run_ids)
    for run in Run.objects.filter(id__in=ids).exclude(finished_at=None) if ids else ():
        Run.objects.filter(id=run.id).update(counts=counts_of(run))


def _counts(outcome: str) -> bool:
    return outcome not in {"skipped", "unchanged"}
