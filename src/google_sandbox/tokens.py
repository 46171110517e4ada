"""Opaque tokens of listings. They carry what they mean, sealed, so that they outlive a restart."""

import base64
import binascii
import secrets
from hashlib import blake2b

import msgspec

from google_sandbox.errors import invalid_argument

_SEAL_LENGTH = 9


class SyncToken(msgspec.Struct, frozen=True, tag="sync", array_like=True):
    """Where a client stands. `full_at` is when its full listing began (microseconds): the token's age."""

    account: str
    listing: str
    parameters: str
    sequence: int
    full_at: int
    nonce: str = ""


class PageToken(msgspec.Struct, frozen=True, tag="page", array_like=True):
    """The next page of a listing of the versions in (`after`, `bound`]; `position` is the last one looked at."""

    account: str
    listing: str
    parameters: str
    after: int
    bound: int
    position: int
    full_at: int
    nonce: str = ""


def seal(token: SyncToken | PageToken) -> str:
    """Text that differs at every call, also for equal tokens."""
    payload = msgspec.json.encode(msgspec.structs.replace(token, nonce=secrets.token_urlsafe(6)))
    return base64.urlsafe_b64encode(_seal(payload) + payload).decode().rstrip("=")


def unseal[T: (SyncToken, PageToken)](text: str, kind: type[T]) -> T:
    """The token; a forged, damaged or foreign one is refused as an invalid argument."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        payload = raw[_SEAL_LENGTH:]
        if raw[:_SEAL_LENGTH] != _seal(payload):
            raise invalid_argument()
        return msgspec.json.decode(payload, type=kind)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as damaged:
        raise invalid_argument() from damaged


def _seal(payload: bytes) -> bytes:
    return blake2b(payload, key=b"google-sandbox", digest_size=_SEAL_LENGTH).digest()


def fingerprint(parameters: dict[str, str]) -> str:
    """What the parameters of a listing boil down to, for comparing them with those of the first call."""
    text = "\n".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    return blake2b(text.encode(), digest_size=9).hexdigest()
