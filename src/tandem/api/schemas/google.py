"""Google accounts in JSON."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict

from tandem.api.schemas.runs import RunError


class AccountCounts(Schema):
    linked: int
    tombstones: int
    held: int
    conflicts: int


class BrakeOutput(Schema):
    """How much a run may delete or blank before it asks."""

    on: bool
    count: int
    percent: int
    most: int


class BrakePatch(Schema):
    """What can be changed of the brake; what is left out stays."""

    on: bool = True
    count: int = 0
    percent: int = 0
    most: int = 0

    model_config = ConfigDict(extra="forbid", strict=True)


class AccountOutput(Schema):
    id: UUID
    email: str
    state: Literal["connected", "reconnect_needed"]
    contact_sync: bool
    import_status: str
    conflict_policy: Literal["google", "tandem", "ask"]
    emptied_fields: Literal["remove", "refill"]
    brake: BrakeOutput
    region: str
    last_success: datetime | None
    next_run: datetime | None
    last_error: RunError | None
    counts: AccountCounts


class AccountPage(Schema):
    items: list[AccountOutput]
    next_cursor: str | None


class AccountPatch(Schema):
    """What can be changed; what is left out stays."""

    contact_sync: bool = False
    import_status: str = ""
    conflict_policy: str = ""
    emptied_fields: str = ""
    brake: BrakePatch | None = None
    region: str = ""

    model_config = ConfigDict(extra="forbid", strict=True)


class RunRequest(Schema):
    kind: Literal["sync", "plan"]

    model_config = ConfigDict(extra="forbid")
