"""people.updateContactPhoto and deleteContactPhoto: the bytes are checked and only their fingerprint is kept."""

import base64
import binascii
from hashlib import blake2b

from msgspec.structs import replace

from google_sandbox.bodies import bind
from google_sandbox.call import Call, check_sources
from google_sandbox.errors import Json, bad_request, invalid_argument
from google_sandbox.masks import optional_mask
from google_sandbox.reads import existing
from google_sandbox.records import Version
from google_sandbox.render import Lens
from google_sandbox.schema import READ_PATHS
from google_sandbox.writes import contact_name

_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def update(call: Call) -> Json:
    bind(call.body, {"photoBytes": str, "personFields": str, "sources": [str]}, "")
    current = existing(call, contact_name(call.path["person"]))
    changed = replace(current, photo=_fingerprint(call.body.get("photoBytes") or ""), previous_names=())
    [written] = call.store.write(call.account, [changed])
    return _answer(call, written, [call.body.get("personFields") or ""], call.body.get("sources") or [])


def delete(call: Call) -> Json:
    current = existing(call, contact_name(call.path["person"]))
    [written] = call.store.write(call.account, [replace(current, photo="", previous_names=())])
    return _answer(call, written, list(call.values("personFields")), list(call.values("sources")))


def _fingerprint(photo_bytes: str) -> str:
    try:
        photo = base64.b64decode(photo_bytes, validate=True)
    except binascii.Error:
        raise bad_request(
            "photo_bytes", "Invalid value at 'photo_bytes' (TYPE_BYTES), Base64 decoding failed"
        ) from None
    if not photo.startswith(_SIGNATURES):
        raise invalid_argument("Photo must be a JPEG or PNG image.")
    return blake2b(photo, digest_size=12).hexdigest()


def _answer(call: Call, version: Version, fields: list[str], sources: list[str]) -> Json:
    """The person, if the caller asked for any fields."""
    mask = optional_mask("personFields", fields, READ_PATHS, "people/updateContactPhoto")
    if mask is None:
        return {}
    return {"person": call.account.rendered.person(version, Lens(mask, check_sources(sources)))}
