"""The batch writes: all or nothing by default, or item by item when the setting says so."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from google_sandbox.bodies import bind
from google_sandbox.call import Call, check_sources
from google_sandbox.errors import GoogleError, Json, bad_request, invalid_argument
from google_sandbox.masks import optional_mask
from google_sandbox.reads import existing
from google_sandbox.records import Version
from google_sandbox.render import Lens
from google_sandbox.schema import PERSON, READ_PATHS
from google_sandbox.writes import (
    check_space,
    commit_changes,
    contact_name,
    new_person,
    trashed,
    update_mask,
    updated_person,
)

WRITE_AT_MOST = 200
DELETE_AT_MOST = 500
_DETAILS = "type.googleapis.com/google.people.v1."


def batch_create(call: Call) -> Json:
    _check_container(call.body, list)
    bind(call.body, {"contacts": [{"contactPerson": PERSON}], "readMask": str, "sources": [str]}, "")
    lens = _lens(call, "people/batchCreateContacts")
    contacts = call.body.get("contacts") or []
    _check_count(call, len(contacts), WRITE_AT_MOST, "contacts")

    def prepare(number: int) -> Version:
        return new_person(call, contacts[number].get("contactPerson") or {}, f"contacts[{number}].contact_person")

    drafts, errors = _attempt(range(len(contacts)), prepare)
    _refuse(call, errors, "BatchCreateContactsErrorDetails")
    check_space(call, len(drafts))
    written = iter(call.store.write(call.account, list(drafts.values())))
    if lens is None:
        return {}
    people = [next(written) if number in drafts else None for number in range(len(contacts))]
    return {"createdPeople": [_created(call, one, errors.get(n), lens) for n, one in enumerate(people)]}


def batch_update(call: Call) -> Json:
    _check_container(call.body, dict)
    contacts = (call.body.get("contacts") or {}) if isinstance(call.body, dict) else {}
    shape = {
        "contacts": dict.fromkeys(contacts, PERSON),
        "updateMask": str,
        "readMask": str,
        "sources": [str],
    }
    bind(call.body, shape, "")
    lens = _lens(call, "people/batchUpdateContacts")
    mask = update_mask(call, "updateMask", "people/batchUpdateContacts", values=[call.body.get("updateMask") or ""])
    call.notes["mask"] = ",".join(sorted(mask))
    _check_count(call, len(contacts), WRITE_AT_MOST, "contacts")

    def prepare(name: str) -> tuple[Version, Version]:
        current = existing(call, contact_name(name.removeprefix("people/")))
        return current, updated_person(call, current, contacts[name] or {}, mask, f"contacts[{name}]")

    pairs, errors = _attempt(contacts, prepare)
    _refuse(call, errors, "BatchUpdateContactsErrorDetails")
    written = dict(zip(pairs, commit_changes(call, list(pairs.values())), strict=True))
    if lens is None:
        return {}
    return {"updateResult": {name: _updated(call, name, written, errors, lens) for name in contacts}}


def batch_delete(call: Call) -> Json:
    bind(call.body, {"resourceNames": [str]}, "")
    names = list(dict.fromkeys(call.body.get("resourceNames") or []))
    _check_count(call, len(names), DELETE_AT_MOST, "resource names")

    def prepare(name: str) -> Version:
        return trashed(existing(call, contact_name(name.removeprefix("people/"))))

    deleted, errors = _attempt(names, prepare)
    for error in errors.values():
        if not (error.http_status == 404 and call.store.settings.batch_delete_skips_unknown):
            raise error
    call.store.write(call.account, list(deleted.values()))
    return {}


def _check_container(body: Any, expected: type) -> None:
    """The commonest slip: a list where the method takes a map, or the other way round."""
    contacts = body.get("contacts") if isinstance(body, dict) else None
    if contacts is None or isinstance(contacts, expected):
        return
    slip = "a list to map" if expected is dict else "a map to list"
    text = f"Invalid JSON payload received. Unknown name \"contacts\": Cannot bind {slip} for field 'contacts'."
    raise bad_request("", text)


def _check_count(call: Call, count: int, maximum: int, what: str) -> None:
    call.notes["items"] = count
    if count > maximum:
        raise invalid_argument(f"Too many {what} in one request. The maximum is {maximum}.")
    if count == 0:
        raise invalid_argument(f"Request must have at least one of {what}.")


def _lens(call: Call, page: str) -> Lens | None:
    """How to show what was written; None: the read after the write is skipped."""
    mask = optional_mask("readMask", [call.body.get("readMask") or ""], READ_PATHS, page)
    sources = check_sources(call.body.get("sources") or [])
    return None if mask is None else Lens(mask, sources)


def _attempt[Key: Hashable, Result](
    keys: Iterable[Key], prepare: Callable[[Key], Result]
) -> tuple[dict[Key, Result], dict[Key, GoogleError]]:
    """Prepare each item; what can't be done is kept with its error."""
    done: dict[Key, Result] = {}
    errors: dict[Key, GoogleError] = {}
    for key in keys:
        try:
            done[key] = prepare(key)
        except GoogleError as error:
            errors[key] = error
    return done, errors


def _refuse[Key](call: Call, errors: dict[Key, GoogleError], details: str) -> None:
    if not errors or call.store.settings.partial_batches:
        return
    first = next(iter(errors.values()))
    statuses = {str(key): error.item_status() for key, error in errors.items()}
    detail = {"@type": _DETAILS + details, "contactErrors": statuses}
    raise GoogleError(first.http_status, first.status, first.message, [detail], legacy_reason=first.legacy_reason)


def _created(call: Call, version: Version | None, error: GoogleError | None, lens: Lens) -> Json:
    if version is None:
        return _failed(error) if error else {}
    person = call.account.rendered.person(version, lens)
    name = version.resource_name
    return {"httpStatusCode": 200, "person": person, "requestedResourceName": name, "status": {}}


def _updated(call: Call, name: str, written: dict[str, Version], errors: dict[str, GoogleError], lens: Lens) -> Json:
    if name in errors:
        return {**_failed(errors[name]), "requestedResourceName": name}
    person = call.account.rendered.person(written[name], lens)
    return {"httpStatusCode": 200, "person": person, "requestedResourceName": name, "status": {}}


def _failed(error: GoogleError) -> Json:
    return {"httpStatusCode": error.http_status, "status": error.item_status()}
