"""Google's tokens at rest: encrypted, and nothing where there is none."""

from cryptography.fernet import InvalidToken

from contactsync.faults import OperatorFault
from tandem.cipher import cipher


def encrypt(text: str) -> bytes:
    """The text as it is stored; an empty text is stored as nothing."""
    return cipher().encrypt(text.encode()) if text else b""


def decrypt(stored: bytes | memoryview) -> str:
    """The text again. Raises `OperatorFault` when none of the keys made it.

    The account stays connected: once the operator has put the old key back, the next run goes on by itself.
    """
    if not stored:
        return ""
    try:
        return cipher().decrypt(bytes(stored)).decode()
    except InvalidToken as error:
        raise OperatorFault(
            "token_unreadable",
            "The stored permission can't be decrypted with the keys of TANDEM_TOKEN_KEYS.",
            "Put the old key back behind the new one, or connect Google again.",
        ) from error
