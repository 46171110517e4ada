"""Ids that a form names."""

from collections.abc import Iterable
from uuid import UUID


def uuids_in(texts: Iterable[str]) -> list[UUID]:
    """Those of the texts that are ids; the rest is passed over."""
    return [UUID(text) for text in texts if is_uuid(text)]


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
