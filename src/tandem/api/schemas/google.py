"""Google accounts in JSON."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict

from tandem.api.schemas.runs import RunError
from tandem.googlesync.models import Account
from tandem.googlesync.reading import counts_of


class AccountCounts(Schema):
    linked: int
    tombstones: int
    held: int
    conflicts: int


class AccountOutput(Schema):
    id: UUID
    email: str
    state: Literal["connected", "reconnect_needed"]
    contact_sync: bool
    import_status: str
    conflict_policy: Literal["google", "tandem"]
    emptied_fields: Literal["remove", "refill"]
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
    region: str = ""

    model_config = ConfigDict(extra="forbid")


class RunRequest(Schema):
    kind: Literal["sync", "plan"]


def account_json(account: Account) -> dict[str, Any]:
    """An account in the shape of `AccountOutput`."""
    counts = counts_of(account)
    return {
        "id": account.id,
        "email": account.email,
        "state": account.state,
        "contact_sync": account.contact_sync,
        "import_status": account.import_status,
        "conflict_policy": account.conflict_policy,
        "emptied_fields": account.emptied_fields,
        "region": account.region,
        "last_success": account.last_success_at,
        "next_run": account.due_at,
        "last_error": _error(account),
        "counts": {"linked": counts.linked, "tombstones": counts.tombstones, "held": 0, "conflicts": 0},
    }


def _error(account: Account) -> dict[str, str] | None:
    if not account.error_code:
        return None
    return {"code": account.error_code, "detail": account.error_detail, "mend": account.error_mend}
