"""Secrets at rest: encrypted with the newest of the operator's keys, readable with any of them."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def cipher() -> MultiFernet:
    """The cipher of `TANDEM_TOKEN_KEYS`; it raises `InvalidToken` for what none of them made."""
    return _cipher(tuple(settings.TOKEN_KEYS))


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_fernet_key(key)) for key in keys])


def _fernet_key(key: str) -> bytes:
    """Any text of the operator's as a key: 32 bytes, by SHA-256. The text itself must be hard to guess."""
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())
