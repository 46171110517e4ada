"""What each operation changed, value by value: the journal has two tables, and no value twice.

An operation holds the values of Google's side and of what is not done; what was done here stands in the contact's own
history, under the run as its cause.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tandem.contacts.models import Change
from tandem.googlesync.models import Operation, OperationState, Side

type Pair = tuple[UUID, UUID | None]
_NOTHING_DONE = ("skipped", "unchanged", "failed")


def changes_by_operation(operations: Sequence[Operation]) -> Mapping[UUID, Sequence[dict[str, Any]]]:
    """The field changes of operations, by their ids, in three queries however many there are."""
    here: dict[Pair, Operation] = {
        (row.run_id, row.contact_id): row for row in operations if row.contact_id and _is_done_here(row)
    }
    if not here:
        return {row.id: row.changes for row in operations}
    owners, values = _first_operations(here), _values_here(here)
    return {
        row.id: row.changes or (values.get((row.run_id, row.contact_id), []) if row.id in owners else [])
        for row in operations
    }


def _is_done_here(row: Operation) -> bool:
    is_done = row.state == OperationState.DONE and row.outcome not in _NOTHING_DONE
    return row.side == Side.TANDEM and is_done and not row.changes


def _first_operations(here: Mapping[Pair, Operation]) -> set[UUID]:
    """Of a contact that a run has several operations of, the first carries the values."""
    rows = Operation.objects.filter(
        run_id__in={pair[0] for pair in here},
        contact_id__in={pair[1] for pair in here},
        side=Side.TANDEM,
        state=OperationState.DONE,
    ).exclude(outcome__in=_NOTHING_DONE)
    ids = rows.order_by("run_id", "contact_id", "id").distinct("run_id", "contact_id").values_list("id", flat=True)
    return set(ids)


def _values_here(here: Mapping[Pair, Operation]) -> Mapping[Pair, list[dict[str, Any]]]:
    values: dict[Pair, list[dict[str, Any]]] = defaultdict(list)
    rows = Change.objects.filter(cause__in={pair[0] for pair in here}, contact_id__in={pair[1] for pair in here})
    for change in rows.exclude(field="").order_by("id"):
        if change.cause is not None:
            kept = {"field": change.field, "before": change.before, "after": change.after}
            values[change.cause, change.contact_id].append(kept)
    return values
