"""`If-Match`: a write that is bound to what the caller has read (RFC 9110, 13.1.1)."""

import re
from typing import Annotated

from ninja import Header

IfMatch = Annotated[str | None, Header(alias="If-Match")]

_NEVER = -1  # a revision that no contact has
_TAG = r'(?:W/)?"[^"]*"'
_TAGS = re.compile(rf"[\s,]*{_TAG}(?:\s*,[\s,]*{_TAG})*[\s,]*")
#: Weak tags are left out: under If-Match they match nothing.
_REVISION = re.compile(r'(?<!W/)"([0-9]{1,9})"')


def expected_revision(if_match: str | None, current: int) -> int | None:
    """The revision that a write is bound to: None for no condition, one that nobody has where none of the tags fits."""
    if if_match is None or if_match.strip() == "*":
        return None
    tags = _REVISION.findall(if_match) if _TAGS.fullmatch(if_match) else []
    return current if current in map(int, tags) else _NEVER
