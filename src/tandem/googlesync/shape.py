"""Accounts, runs and operations as plain values, in the shape of the API's documents (docs/reference/api.md)."""

from collections.abc import Iterable, Sequence
from typing import Any

from contactsync.normalize import display_name
from tandem.contacts.cards import card_of
from tandem.googlesync.done_changes import changes_by_operation
from tandem.googlesync.models import Account, Conflict, Operation, Run
from tandem.googlesync.reading import counts_of


def account_json(account: Account) -> dict[str, Any]:
    """An account with its settings, when it runs next, what went wrong last, and its figures."""
    counts = counts_of(account)
    return {
        "id": account.id,
        "email": account.email,
        "state": account.state,
        "contact_sync": account.contact_sync,
        "import_status": account.import_status,
        "conflict_policy": account.conflict_policy,
        "emptied_fields": account.emptied_fields,
        "brake": {
            "on": account.brake_on,
            "count": account.brake_count,
            "percent": account.brake_percent,
            "most": account.brake_most,
        },
        "region": account.region,
        "last_success": account.last_success_at,
        "next_run": account.due_at,
        "last_error": _error(account),
        "counts": {
            "linked": counts.linked,
            "tombstones": counts.tombstones,
            "held": counts.held,
            "conflicts": counts.conflicts,
        },
    }


def run_json(run: Run) -> dict[str, Any]:
    """A run, its progress, and what it did by side and action."""
    return {
        "id": run.id,
        "account": run.account_id,
        "kind": run.kind,
        "trigger": run.trigger,
        "state": run.state,
        "progress": {"done": run.progress_done, "total": run.progress_total},
        "counts": {"tandem": {}, "google": {}, **run.counts},
        "undoes": run.undoes_id,
        "started": run.started_at,
        "finished": run.finished_at,
        "error": _error(run),
    }


def operations_json(operations: Iterable[Operation]) -> list[dict[str, Any]]:
    """Rows of a run's journal with their values; for a push, receipts."""
    rows = list(operations)
    changes = changes_by_operation(rows)
    return [_operation_json(row, changes[row.id]) for row in rows]


def _operation_json(operation: Operation, changes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": operation.id,
        "contact": operation.contact_id,
        "resource_name": operation.resource_name,
        "side": operation.side,
        "action": operation.action,
        "state": operation.state,
        "outcome": operation.outcome or None,
        "changes": changes,
        "reason": operation.reason,
        "at": operation.at,
    }


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    """A conflict with both sides' values."""
    return {
        "id": conflict.id,
        "contact": conflict.contact_id,
        "display_name": display_name(card_of(conflict.contact), conflict.contact.company),
        "field": conflict.field or None,
        "kind": conflict.kind,
        "tandem": conflict.local,
        "google": conflict.remote,
        "stands": conflict.stands or None,
        "at": conflict.found_at,
    }


def _error(row: Account | Run) -> dict[str, str] | None:
    if not row.error_code:
        return None
    return {"code": row.error_code, "detail": row.error_detail, "mend": row.error_mend}
