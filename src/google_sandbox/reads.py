"""people.get and people.getBatchGet."""

from google_sandbox.call import Call
from google_sandbox.errors import Json, invalid_argument, not_found
from google_sandbox.etags import mask_prefix, person_etag, source_etag
from google_sandbox.records import Standing, Version
from google_sandbox.render import Lens

BATCH_GET_AT_MOST = 200
FOUND = (Standing.CONTACT, Standing.OTHER)
"""Where a person can be and still be read by name."""


def get(call: Call) -> Json:
    lens = call.lens("personFields", "people/get", required=True)
    name = f"people/{call.path['person']}"
    if name in ("people/me", f"people/{call.account.sub}"):
        return _myself(call, lens)
    return call.account.rendered.person(_visible(call, name), lens)


def batch_get(call: Call) -> Json:
    """Up to 200 persons; one that is missing has its own status and spoils nothing."""
    lens = call.lens("personFields", "people/getBatchGet", required=True)
    names = call.values("resourceNames")
    call.notes["items"] = len(names)
    if not names:
        raise invalid_argument("resourceNames is required. Please specify one or more resource names.")
    if len(names) > BATCH_GET_AT_MOST:
        raise invalid_argument(f"Too many resource names. The maximum is {BATCH_GET_AT_MOST}.")
    return {"responses": [_response(call, name, lens) for name in names]}


def _response(call: Call, name: str, lens: Lens) -> Json:
    if name in ("people/me", f"people/{call.account.sub}"):
        person = _myself(call, lens)
        return {"requestedResourceName": name, "person": person, "httpStatusCode": 200, "status": {}}
    version = _seen(call, name)
    if version is None:
        status = not_found().item_status()
        return {"requestedResourceName": name, "httpStatusCode": 404, "status": status}
    person = call.account.rendered.person(version, lens)
    return {"requestedResourceName": name, "person": person, "httpStatusCode": 200, "status": {}}


def existing(call: Call, name: str) -> Version:
    """The current version of a person that can be read and written; 404 when it is deleted or unknown."""
    version = call.account.book.find(name)
    if version is None or version.standing not in FOUND:
        raise not_found()
    return version


def _visible(call: Call, name: str) -> Version:
    version = _seen(call, name)
    if version is None:
        raise not_found()
    return version


def _seen(call: Call, name: str) -> Version | None:
    """The person as reads show it now, by default at once after a write."""
    version = call.account.book.find(name)
    if version is not None and call.stale:
        version = call.account.book.latest(version.source_id, version.sequence - 1) or version
    elif version is not None and call.store.settings.delayed_get:
        version = call.account.book.find(name, call.bound())
    return version if version is not None and version.standing in FOUND else None


def _myself(call: Call, lens: Lens) -> Json:
    """The account's own profile."""
    identity = call.account.identity
    source = {"type": "PROFILE", "id": identity.sub}
    etag = source_etag(identity.sub, 0)
    metadata = {"primary": True, "verified": True, "source": source, "sourcePrimary": True}
    fields: Json = {
        "names": [{"metadata": metadata, "displayName": identity.name, "unstructuredName": identity.name}],
        "emailAddresses": [{"metadata": metadata, "value": identity.email}],
        "metadata": {"sources": [{**source, "etag": etag}], "objectType": "PERSON"},
    }
    shown = {field: value for field, value in fields.items() if lens.mask is None or field in lens.mask}
    return {
        "resourceName": f"people/{identity.sub}",
        "etag": person_etag(mask_prefix(lens.mask), etag),
        **shown,
    }
