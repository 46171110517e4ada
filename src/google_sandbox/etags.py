"""Etags as Google forms them: the source's eight bytes, and the person's, which wraps them with the read mask.

Layout from two captured etags (people-api.md, Appendix A). The numbers of the mask paths are invented except for
the two sets that the captures show.
"""

import base64
import binascii
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from google_sandbox.schema import READ_PATHS

ALL_PATHS = (*range(1, 24), 25, 31, *range(33, 40), 46, 52, 53, 55, 61, 62, 63, 64)
_EXPLICIT = tuple(number for number in ALL_PATHS if number not in {4, 17, 18, 23, 31})
_ALWAYS = (1, 2, 46, 55, 61, 64)
_NUMBERS = dict(zip(READ_PATHS, (number for number in _EXPLICIT if number not in _ALWAYS), strict=True))
_SOURCES = b"\x1a\x04\x01\x02\x05\x07"
_TAIL_LENGTH = 12
"""Length of eight bytes in base64."""


def source_etag(source_id: str, sequence: int) -> str:
    """`#` and eight bytes in base64; another sequence number gives another etag."""
    digest = blake2b(f"{source_id}:{sequence}".encode(), digest_size=8).digest()
    return "#" + base64.b64encode(digest).decode()


def person_etag(prefix: bytes, etag: str) -> str:
    """The etag of a person read with the mask that `prefix` (from `mask_prefix`) stands for."""
    return "%" + base64.b64encode(prefix + etag[1:].encode()).decode()


@lru_cache(maxsize=512)
def mask_prefix(mask: frozenset[str] | None) -> bytes:
    """The part of a person's etag that comes before the source etag. None: no mask was given, all fields."""
    numbers = ALL_PATHS if mask is None else sorted({*_ALWAYS, *(_NUMBERS[path] for path in mask)})
    return _prefix(numbers)


def _prefix(numbers: Iterable[int]) -> bytes:
    packed = bytes(numbers)
    return b"\x12" + bytes([len(packed)]) + packed + _SOURCES + b"\x22" + bytes([_TAIL_LENGTH])


def embedded_source_etag(etag: str) -> str | None:
    """The source etag inside a person's etag; None when this is no etag of a person."""
    if not etag.startswith("%"):
        return None
    try:
        raw = base64.b64decode(etag[1:], validate=True)
    except binascii.Error:
        return None
    if raw[-_TAIL_LENGTH - 2 : -_TAIL_LENGTH] != bytes([0x22, _TAIL_LENGTH]):
        return None
    return "#" + raw[-_TAIL_LENGTH:].decode("latin-1")
