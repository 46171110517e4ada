"""Conflicts in JSON."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict


class ConflictOutput(Schema):
    """Both sides' values of a field; `stands` says whose a policy chose. A deletion has no field."""

    id: UUID
    contact: UUID
    display_name: str
    field: str | None
    kind: Literal["open", "settled", "difference", "deleted"]
    tandem: Any
    google: Any
    stands: Literal["google", "tandem"] | None
    at: datetime


class ConflictPage(Schema):
    items: list[ConflictOutput]
    next_cursor: str | None


class Answer(Schema):
    """Whose value shall stand; 'keep' says that it was seen."""

    choose: Literal["google", "tandem", "keep"]

    model_config = ConfigDict(extra="forbid")
