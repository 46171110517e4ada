"""people.connections.list: pages, sync tokens, tombstones."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from msgspec.structs import replace

from google_sandbox.call import Call, page_size
from google_sandbox.clock import MICROSECONDS
from google_sandbox.derive import name_forms
from google_sandbox.errors import Json, bad_request, expired_sync_token, invalid_argument
from google_sandbox.records import Standing, Version
from google_sandbox.render import PROFILE, Lens, person_metadata
from google_sandbox.settings import ExpiredSync, Settings
from google_sandbox.tokens import PageToken, SyncToken, fingerprint, seal, unseal

SYNC_TOKEN_SECONDS = 7 * 24 * 3600
MAXIMUM = 1000
_LISTING = "connections"
_BY_CHANGE = "LAST_MODIFIED_ASCENDING"
_SORT_ORDERS = (_BY_CHANGE, "LAST_MODIFIED_DESCENDING", "FIRST_NAME_ASCENDING", "LAST_NAME_ASCENDING")


def list_connections(call: Call) -> Json:
    """A page of the address book, or of what changed since a sync token."""
    if call.path["person"] != "me":
        raise invalid_argument("Request contains an invalid argument.")
    lens = call.lens("personFields", "people.connections/list", required=True)
    size = page_size(call, default=100, maximum=MAXIMUM)
    parameters = _parameters(call, lens, size)
    page = _page(call, parameters)
    versions, position, more = _take(call, page, size)
    listing: dict[str, Any] = {}
    if versions:
        listing["connections"] = [_listed(call, version, lens) for version in versions]
    if more:
        listing["nextPageToken"] = seal(replace(page, position=position))
    elif call.flag("requestSyncToken"):
        listing["nextSyncToken"] = seal(_sync_token(call, page, fingerprint(parameters)))
    total = call.account.book.total_at(page.bound)
    if total:
        listing["totalItems"] = listing["totalPeople"] = total
    call.notes["items"] = len(versions)
    return listing


def _parameters(call: Call, lens: Lens, size: int) -> dict[str, str]:
    """Everything that must stay the same from the first call on."""
    order = call.text("sortOrder") or _BY_CHANGE
    if order not in _SORT_ORDERS:
        kind = "type.googleapis.com/google.people.v1.SortOrder"
        raise bad_request("sort_order", f"Invalid value at 'sort_order' ({kind}), \"{order}\"")
    if order != _BY_CHANGE and (call.flag("requestSyncToken") or call.text("syncToken")):
        raise invalid_argument("Sort order is not supported when a sync token is requested.")
    mask = ",".join(sorted(lens.mask or ()))
    return {
        "personFields": mask,
        "sources": ",".join(sorted(lens.sources)),
        "pageSize": str(size),
        "order": order,
    }


def _page(call: Call, parameters: dict[str, str]) -> PageToken:
    """Where this call reads: after the page token, after the sync token, or from the beginning."""
    since = _sync_start(call, fingerprint(parameters)) if call.text("syncToken") else None
    together = fingerprint(
        {**parameters, "syncToken": call.text("syncToken"), "requestSyncToken": call.text("requestSyncToken")}
    )
    if call.text("pageToken"):
        page = unseal(call.text("pageToken"), PageToken)
        if (page.account, page.listing, page.parameters) != (call.account.sub, _LISTING, together):
            raise invalid_argument()
        return page
    call.notes["full"] = since is None
    bound = call.bound()
    if since is None:
        now = call.store.clock.microseconds()
        return PageToken(call.account.sub, _LISTING, together, 0, bound, 0, now)
    bound = max(bound, since.sequence)
    full_at = since.full_at
    return PageToken(call.account.sub, _LISTING, together, since.sequence, bound, since.sequence, full_at)


def _sync_start(call: Call, parameters: str) -> SyncToken:
    token = unseal(call.text("syncToken"), SyncToken)
    if (token.account, token.listing, token.parameters) != (call.account.sub, _LISTING, parameters):
        raise invalid_argument()
    if token.full_at + SYNC_TOKEN_SECONDS * MICROSECONDS <= call.store.clock.microseconds():
        raise expired_answer(call.store.settings)
    return token


def expired_answer(settings: Settings) -> Exception:
    """The answer to an expired sync token, in the variant that is set."""
    match settings.expired_sync_answer:
        case ExpiredSync.GONE:
            return expired_sync_token(410, "FAILED_PRECONDITION")
        case status:
            return expired_sync_token(400, status.value)


def _take(call: Call, page: PageToken, size: int) -> tuple[list[Version], int, bool]:
    """A page of versions, the position after it, and whether there is more."""
    order = call.text("sortOrder") or _BY_CHANGE
    if order != _BY_CHANGE:
        return _take_sorted(call, page, size, order)
    found = list(islice(_shown(call, page), size + 1))
    more = len(found) > size
    kept = found[:size]
    return kept, kept[-1].sequence if kept else page.position, more


def _shown(call: Call, page: PageToken) -> Iterator[Version]:
    """What is in the address book; in a delta also what has left it."""
    book = call.account.book
    incremental = bool(call.text("syncToken"))
    for version in book.walk(page.position, page.bound):
        if version.standing is Standing.CONTACT or (incremental and _was_listed(book.history(version.source_id))):
            yield version


def _was_listed(history: list[Version]) -> bool:
    return any(version.standing is Standing.CONTACT for version in history)


def _take_sorted(call: Call, page: PageToken, size: int, order: str) -> tuple[list[Version], int, bool]:
    people = sorted(call.account.book.contacts(page.bound), key=_sort_key(order))
    if order == "LAST_MODIFIED_DESCENDING":
        people.reverse()
    end = page.position + size
    return people[page.position : end], end, end < len(people)


def _sort_key(order: str) -> Callable[[Version], Any]:
    if order == "LAST_MODIFIED_DESCENDING":
        return lambda version: version.sequence
    form = "displayName" if order == "FIRST_NAME_ASCENDING" else "displayNameLastFirst"
    return lambda version: name_forms(next(iter(version.fields.get("names", ())), {}))[form].casefold()


def _sync_token(call: Call, page: PageToken, parameters: str) -> SyncToken:
    restart = call.store.settings.incremental_tokens_restart_expiry
    full_at = call.store.clock.microseconds() if restart else page.full_at
    return SyncToken(call.account.sub, _LISTING, parameters, page.bound, full_at)


def _listed(call: Call, version: Version, lens: Lens) -> Json:
    if version.standing is not Standing.CONTACT:
        return _tombstone(call, version)
    person = call.account.rendered.person(version, lens, listed=True)
    if version.previous_names and call.text("syncToken") and "metadata" in person:
        with_profile = version.profile is not None and PROFILE in lens.sources
        metadata = person_metadata(version, with_profile=with_profile)
        person["metadata"] = {**metadata, "previousResourceNames": list(version.previous_names)}
    return person


def _tombstone(call: Call, version: Version) -> Json:
    """What a delta says of a person that is no longer in the address book, whatever the mask."""
    metadata: Json = {"deleted": True, "objectType": "PERSON"}
    if call.store.settings.tombstones_carry_source:
        metadata = {**person_metadata(version), "deleted": True}
    return {"resourceName": version.resource_name, "etag": f"%{version.etag[1:]}", "metadata": metadata}
