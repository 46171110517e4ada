"""'Undo' for every kind of run: each kind has its own way back."""

from uuid import UUID

from tandem.googlesync.models import Run, Trigger
from tandem.googlesync.undoing import request_undo
from tandem.users.models import User


def undo(
    *, user: User, run: Run, contact_id: UUID | None = None, field_name: str = "", trigger: Trigger,
    is_queued: bool = True,
) -> Run:  # fmt: skip
    """Undo a run or a part of it; the undo's own run. Raises `SyncRefused`."""
    return request_undo(
        user=user, run=run, contact_id=contact_id, field_name=field_name, trigger=trigger, is_queued=is_queued
    )
