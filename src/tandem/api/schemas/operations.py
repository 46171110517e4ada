"""Operations in JSON: the journal of a run, and a push's receipts."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict

from tandem.api.schemas.runs import RunOutput


class RunPage(Schema):
    items: list[RunOutput]
    next_cursor: str | None


class FieldChangeOutput(Schema):
    field: str
    before: Any
    after: Any


class OperationOutput(Schema):
    id: UUID
    contact: UUID | None
    resource_name: str
    side: str
    action: str
    state: str
    outcome: str | None
    changes: list[FieldChangeOutput]
    reason: str
    at: datetime


class ApprovalInput(Schema):
    """Which rows to apply; left out: all of them."""

    operations: list[UUID] | None = None

    model_config = ConfigDict(extra="forbid")


class UndoInput(Schema):
    """Which part to undo; left out: all of the run."""

    contact: UUID | None = None
    field: Literal["name", "emails", "phones", "addresses", "birthday"] | None = None

    model_config = ConfigDict(extra="forbid")


class OperationPage(Schema):
    items: list[OperationOutput]
    next_cursor: str | None
