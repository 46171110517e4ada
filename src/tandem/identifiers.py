"""Identifiers of rows: UUIDs of version 7, which sort by the time they were made."""

from threading import Lock
from uuid import UUID

from uuid_utils.compat import uuid7

_lock = Lock()
_last = 0


def new_id() -> UUID:
    """A new identifier, greater than all earlier ones of this process, those of the same millisecond too."""
    global _last  # noqa: PLW0603 - what 'earlier' means
    with _lock:
        _last = max(uuid7().int, _last + 1)
        return UUID(int=_last)
