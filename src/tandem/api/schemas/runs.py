"""Runs in JSON."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema


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
