"""Operations in JSON: the journal of a run, and a push's receipts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

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


class OperationPage(Schema):
    items: list[OperationOutput]
    next_cursor: str | None
