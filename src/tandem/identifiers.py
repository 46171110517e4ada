"""Identifiers of rows: UUIDs of version 7, which sort by the time they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new identifier, later than all earlier ones of this process."""
    return uuid7()
