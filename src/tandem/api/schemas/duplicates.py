"""Possible duplicates and merges in JSON."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict

from tandem.api.schemas.contacts import ContactInput, ContactOutput


class DuplicateOutput(Schema):
    """Two contacts that may be one person. `run` is the merge, where they were found to be the same."""

    id: UUID
    first: ContactOutput
    second: ContactOutput
    evidence: str
    decision: Literal["same", "different"] | None
    run: UUID | None
    at: datetime


class DuplicatePage(Schema):
    items: list[DuplicateOutput]
    next_cursor: str | None


class DecisionInput(Schema):
    """'same' names the one that is kept; `values` override fields of what comes out, as a PATCH would."""

    decision: Literal["same", "different"]
    primary: UUID | None = None
    values: ContactInput | None = None

    model_config = ConfigDict(extra="forbid")


class MergeInput(Schema):
    """Which contact is kept, and which are merged into it."""

    primary: UUID
    others: list[UUID]
    values: ContactInput | None = None

    model_config = ConfigDict(extra="forbid")
