"""Runs in JSON."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema

from tandem.googlesync.models import Run


class Progress(Schema):
    done: int
    total: int


class SideCounts(Schema):
    create: int = 0
    update: int = 0
    link: int = 0
    delete: int = 0


class Counts(Schema):
    tandem: SideCounts
    google: SideCounts
    conflicts: int = 0
    held: int = 0
    failed: int = 0


class RunError(Schema):
    code: str
    detail: str
    mend: str


class RunOutput(Schema):
    id: UUID
    account: UUID | None
    kind: Literal["sync", "push", "plan", "undo", "merge", "bulk"]
    trigger: Literal["schedule", "enable", "person", "api", "cli"]
    state: Literal["queued", "running", "held", "done", "failed"]
    progress: Progress
    counts: Counts
    undoes: UUID | None
    started: datetime | None
    finished: datetime | None
    error: RunError | None


def run_json(run: Run) -> dict[str, Any]:
    """A run in the shape of `RunOutput`."""
    return {
        "id": run.id,
        "account": run.account_id,
        "kind": run.kind,
        "trigger": run.trigger,
        "state": run.state,
        "progress": {"done": run.progress_done, "total": run.progress_total},
        "counts": {"tandem": {}, "google": {}, **run.counts},
        "undoes": None,
        "started": run.started_at,
        "finished": run.finished_at,
        "error": _error(run),
    }


def _error(run: Run) -> dict[str, str] | None:
    if not run.error_code:
        return None
    return {"code": run.error_code, "detail": run.error_detail, "mend": run.error_mend}
