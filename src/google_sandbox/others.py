"""otherContacts.list and the way from 'Other contacts' into the address book."""

from msgspec.structs import replace

from google_sandbox.bodies import bind
from google_sandbox.call import Call, check_sources, page_size
from google_sandbox.clock import MICROSECONDS
from google_sandbox.errors import Json, invalid_argument, not_found
from google_sandbox.groups import with_label
from google_sandbox.labels import MY_CONTACTS
from google_sandbox.listing import SYNC_TOKEN_SECONDS, expired_answer
from google_sandbox.masks import required_mask
from google_sandbox.records import Standing, Version
from google_sandbox.render import CONTACT, PROFILE, Lens
from google_sandbox.schema import READ_PATHS
from google_sandbox.tokens import PageToken, SyncToken, fingerprint, seal, unseal

_CONTACT_ONLY = ("emailAddresses", "metadata", "names", "phoneNumbers", "photos")
_COPIED = ("emailAddresses", "names", "phoneNumbers")
_LISTING = "otherContacts"


def list_others(call: Call) -> Json:
    """People who are not in the address book."""
    sources = check_sources(call.values("sources"), frozenset({CONTACT}))
    if CONTACT not in sources:
        raise invalid_argument("READ_SOURCE_TYPE_PROFILE is not permitted without READ_SOURCE_TYPE_CONTACT.")
    valid = READ_PATHS if PROFILE in sources else _CONTACT_ONLY
    mask = required_mask("readMask", call.values("readMask"), valid, "otherContacts/list")
    size = page_size(call, default=100, maximum=1000)
    page = _page(call, fingerprint({"mask": ",".join(sorted(mask)), "size": str(size), "from": ",".join(sources)}))
    rows = [row for row in call.account.book.walk(page.after, page.bound) if _shown(row, page)]
    shown = rows[page.position : page.position + size]
    end = page.position + len(shown)
    listing: Json = {"otherContacts": [_other(call, one, Lens(mask, sources)) for one in shown]} if shown else {}
    if end < len(rows):
        listing["nextPageToken"] = seal(replace(page, position=end))
    elif call.flag("requestSyncToken"):
        token = SyncToken(page.account, _LISTING, page.parameters, page.bound, page.full_at)
        listing["nextSyncToken"] = seal(token)
    return {**listing, "totalSize": len(rows)} if rows else listing


def copy(call: Call) -> Json:
    """Make an other contact a contact, with the fields of `copyMask`."""
    bind(call.body, {"copyMask": str, "readMask": str, "sources": [str]}, "")
    page = "otherContacts/copyOtherContactToMyContactsGroup"
    mask = required_mask("copyMask", [call.body.get("copyMask") or ""], _COPIED, page)
    name = f"people/{call.path['other']}"
    current = call.account.book.find(name)
    if current is None or current.standing is not Standing.OTHER:
        raise not_found()
    [written] = call.store.write(call.account, [with_label(current, MY_CONTACTS)])
    shown = mask | {"metadata", "memberships"}
    return call.account.rendered.person(written, Lens(shown, frozenset({CONTACT})))


def _page(call: Call, parameters: str) -> PageToken:
    since = unseal(call.text("syncToken"), SyncToken) if call.text("syncToken") else None
    page = unseal(call.text("pageToken"), PageToken) if call.text("pageToken") else None
    for token in (since, page):
        if token and (token.account, token.listing, token.parameters) != (
            call.account.sub,
            _LISTING,
            parameters,
        ):
            raise invalid_argument()
    if page is not None:
        return page
    now = call.store.clock.microseconds()
    if since and since.full_at + SYNC_TOKEN_SECONDS * MICROSECONDS <= now:
        raise expired_answer(call.store.settings)
    after = since.sequence if since else 0
    full_at = since.full_at if since else now
    return PageToken(call.account.sub, _LISTING, parameters, after, call.bound(), 0, full_at)


def _shown(version: Version, page: PageToken) -> bool:
    return version.standing is Standing.OTHER or page.after > 0


def _other(call: Call, version: Version, lens: Lens) -> Json:
    name = version.resource_name.replace("people/", "otherContacts/")
    if version.standing is not Standing.OTHER:
        return {"resourceName": name, "metadata": {"deleted": True, "objectType": "PERSON"}}
    person = call.account.rendered.person(version, lens, listed=True)
    return {**person, "resourceName": name}
