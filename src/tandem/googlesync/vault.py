"""Tokens at rest: encrypted with the newest of the operator's keys, readable with any of them."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from contactsync.faults import OperatorFault


def encrypt(text: str) -> bytes:
    """The text as it is stored; an empty text is stored as nothing."""
    return _cipher(tuple(settings.TOKEN_KEYS)).encrypt(text.encode()) if text else b""


def decrypt(stored: bytes | memoryview) -> str:
    """The text again. Raises `OperatorFault` when none of the keys made it.

    The account stays connected: once the operator has put the old key back, the next run goes on by itself.
    """
    if not stored:
        return ""
    try:
        return _cipher(tuple(settings.TOKEN_KEYS)).decrypt(bytes(stored)).decode()
    except InvalidToken as error:
        raise OperatorFault(
            "token_unreadable",
            "The stored permission can't be decrypted with the keys of TANDEM_TOKEN_KEYS.",
            "Put the old key back behind the new one, or connect Google again.",
        ) from error


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_fernet_key(key)) for key in keys])


def _fernet_key(key: str) -> bytes:
    """Any text of the operator's as a key: 32 bytes, by SHA-256. The text itself must be hard to guess."""
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())
