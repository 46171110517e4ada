"""The methods of contact groups ('labels'). System groups carry neither etag nor metadata (captured)."""

import re
import secrets
from typing import Any

from msgspec.structs import replace

from google_sandbox.bodies import bind
from google_sandbox.call import Call, page_size
from google_sandbox.clock import rfc3339
from google_sandbox.errors import GoogleError, Json, invalid_argument, not_found
from google_sandbox.labels import DEPRECATED_GROUPS, MY_CONTACTS, SYSTEM_GROUPS
from google_sandbox.masks import optional_mask
from google_sandbox.reads import FOUND
from google_sandbox.records import GroupVersion, Standing, Version
from google_sandbox.tokens import PageToken, SyncToken, fingerprint, seal, unseal
from google_sandbox.writes import deprecated_group, trashed

_FIELDS = ("clientData", "groupType", "memberCount", "metadata", "name")
_LISTED = frozenset({"metadata", "groupType", "memberCount", "name"})
_AFTER_WRITE = frozenset({"metadata", "groupType", "name"})
_LISTING = "contactGroups"
_BATCH_AT_MOST = 200
_MEMBERS_AT_MOST = 1000
_GROUP = {
    "resourceName": str, "etag": str, "metadata": {"updateTime": str, "deleted": bool}, "groupType": str,
    "name": str, "formattedName": str, "memberResourceNames": [str], "memberCount": int,
    "clientData": [{"key": str, "value": str}],
}  # fmt: skip


def list_groups(call: Call) -> Json:
    """System groups and labels, or the labels changed since a sync token; a token always comes with the last page."""
    fields = _fields(call, "groupFields", "contactGroups/list", _LISTED)
    size = page_size(call, default=30, maximum=1000)
    page = _page(call, fingerprint({"groupFields": ",".join(sorted(fields)), "pageSize": str(size)}))
    rows = _rows(call, page, fields)
    shown = rows[page.position : page.position + size]
    end = page.position + len(shown)
    listing: dict[str, Any] = {"contactGroups": shown} if shown else {}
    if end < len(rows):
        listing["nextPageToken"] = seal(replace(page, position=end))
    else:
        now = call.store.clock.microseconds()
        listing["nextSyncToken"] = seal(SyncToken(page.account, _LISTING, page.parameters, page.bound, now))
    if rows:
        listing["totalItems"] = len(rows)
    return listing


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
    after = since.sequence if since else -1
    return PageToken(call.account.sub, _LISTING, parameters, after, call.account.labels.sequence, 0, 0)


def _rows(call: Call, page: PageToken, fields: frozenset[str]) -> list[Json]:
    labels = call.account.labels
    if page.after >= 0:
        return [_label(call, version, fields) for version in labels.changes(page.after)]
    system = [_system_group(call, name, fields) for name in SYSTEM_GROUPS]
    return system + [_label(call, version, fields) for version in labels.current()]


def get(call: Call) -> Json:
    fields = _fields(call, "groupFields", "contactGroups/get", _LISTED)
    return _shown(call, f"contactGroups/{call.path['group']}", fields, call.number("maxMembers"))


def batch_get(call: Call) -> Json:
    fields = _fields(call, "groupFields", "contactGroups/batchGet", _LISTED)
    names = call.values("resourceNames")
    if not 0 < len(names) <= _BATCH_AT_MOST:
        raise invalid_argument(f"Request must have between 1 and {_BATCH_AT_MOST} resource names.")
    return {"responses": [_response(call, name, fields) for name in names]}


def _response(call: Call, name: str, fields: frozenset[str]) -> Json:
    try:
        group = _shown(call, name, fields, call.number("maxMembers"))
    except GoogleError as missing:
        return {"requestedResourceName": name, "status": missing.item_status()}
    return {"requestedResourceName": name, "contactGroup": group, "status": {}}


def create(call: Call) -> Json:
    bind(call.body, {"contactGroup": _GROUP, "readGroupFields": str}, "")
    group = call.body.get("contactGroup") or {}
    fields = _body_fields(call, "contactGroups/create")
    name = _checked_name(call, group, None)
    made = GroupVersion(secrets.token_hex(7), name, tuple(group.get("clientData") or ()))
    return _label(call, call.store.write_label(call.account, made), fields)


def update(call: Call) -> Json:
    bind(call.body, {"contactGroup": _GROUP, "updateGroupFields": str, "readGroupFields": str}, "")
    current = _existing(call)
    group = call.body.get("contactGroup") or {}
    if group.get("etag") != current.etag:
        raise GoogleError(409, "ABORTED", "Contact group etag is outdated.", legacy_reason="aborted")
    page = "contactGroups/update"
    masks = [call.body.get("updateGroupFields") or ""]
    mask = optional_mask("updateGroupFields", masks, ("clientData", "name"), page) or frozenset({"name"})
    changed = current
    if "name" in mask:
        changed = replace(changed, name=_checked_name(call, group, current))
    if "clientData" in mask:
        changed = replace(changed, client_data=tuple(group.get("clientData") or ()))
    return _label(call, call.store.write_label(call.account, changed), _body_fields(call, page))


def delete(call: Call) -> Json:
    """The label goes; its members stay in 'My Contacts', or go to Trash when `deleteContacts` says so."""
    current = _existing(call)
    members = list(call.account.book.members(current.resource_name))
    if call.flag("deleteContacts"):
        changed = [trashed(person) for person in members]
    else:
        changed = [without_label(person, current.resource_name) for person in members]
    call.store.write(call.account, changed)
    call.store.write_label(call.account, replace(current, deleted=True))
    return {}


def modify_members(call: Call) -> Json:
    """Add and remove members; what could not be done is listed, with HTTP status 200."""
    bind(call.body, {"resourceNamesToAdd": [str], "resourceNamesToRemove": [str]}, "")
    adding = call.body.get("resourceNamesToAdd") or []
    removing = call.body.get("resourceNamesToRemove") or []
    label = f"contactGroups/{call.path['group']}"
    if not call.account.labels.known(label):
        raise not_found()
    if len(adding) + len(removing) > _MEMBERS_AT_MOST:
        raise invalid_argument(f"Too many resource names. The maximum is {_MEMBERS_AT_MOST}.")
    if adding and label in DEPRECATED_GROUPS:
        raise deprecated_group()
    found = {name: call.account.book.find(name) for name in [*adding, *removing]}
    people = {name: person for name, person in found.items() if person and person.standing in FOUND}
    stuck = [name for name in removing if name in people and people[name].labels == (label,)]
    changed = [with_label(people[name], label) for name in adding if name in people]
    changed += [without_label(people[name], label) for name in removing if name in people and name not in stuck]
    call.store.write(call.account, [new for new in changed if new.labels != people[new.resource_name].labels])
    missing = [name for name in found if name not in people]
    answer: dict[str, Any] = {"notFoundResourceNames": missing} if missing else {}
    if stuck:
        answer["canNotRemoveLastContactGroupResourceNames"] = stuck
    return answer


def with_label(person: Version, label: str) -> Version:
    """The person in the label, and so in the address book."""
    labels = tuple(dict.fromkeys((*person.labels, label)))
    return replace(person, labels=labels, standing=Standing.CONTACT, previous_names=())


def without_label(person: Version, label: str) -> Version:
    labels = tuple(one for one in person.labels if one != label) or (MY_CONTACTS,)
    return replace(person, labels=labels, previous_names=())


def _existing(call: Call) -> GroupVersion:
    name = f"contactGroups/{call.path['group']}"
    if name in SYSTEM_GROUPS:
        raise invalid_argument("Cannot modify a system contact group.")
    version = call.account.labels.find(name)
    if version is None:
        raise not_found()
    return version


def _checked_name(call: Call, group: Json, current: GroupVersion | None) -> str:
    name = re.sub(r"\s+", " ", group.get("name") or "").strip()
    if not name:
        raise invalid_argument("Contact group name must not be empty.")
    holder = call.account.labels.named(name, ignore_case=call.store.settings.label_names_ignore_case)
    if holder is not None and (current is None or holder.id != current.id):
        raise GoogleError(409, "ALREADY_EXISTS", "Contact group name already exists.", legacy_reason="duplicate")
    return name


def _fields(call: Call, name: str, page: str, default: frozenset[str]) -> frozenset[str]:
    return optional_mask(name, call.values(name), _FIELDS, page) or default


def _body_fields(call: Call, page: str) -> frozenset[str]:
    values = [call.body.get("readGroupFields") or ""]
    return optional_mask("readGroupFields", values, _FIELDS, page) or _AFTER_WRITE


def _shown(call: Call, name: str, fields: frozenset[str], most_members: int) -> Json:
    label = call.account.labels.find(name)
    if label is None and name not in SYSTEM_GROUPS:
        raise not_found()
    group = _label(call, label, fields) if label else _system_group(call, name, fields)
    members = [person.resource_name for person in call.account.book.members(name)] if most_members > 0 else []
    return {**group, "memberResourceNames": members[:most_members]} if members else group


def _system_group(call: Call, name: str, fields: frozenset[str]) -> Json:
    group: Json = {"resourceName": name, "groupType": "SYSTEM_CONTACT_GROUP"}
    group |= {"name": name.removeprefix("contactGroups/"), "formattedName": SYSTEM_GROUPS[name]}
    return _masked(group, fields, call.account.book.member_count(name))


def _label(call: Call, version: GroupVersion, fields: frozenset[str]) -> Json:
    metadata: Json = {"updateTime": rfc3339(version.at)}
    name: Json = {"name": version.name, "formattedName": version.name}
    group: Json = {"resourceName": version.resource_name, "etag": version.etag, "metadata": metadata}
    if version.deleted:
        metadata["deleted"] = True
        return group
    group |= {"groupType": "USER_CONTACT_GROUP"} | name
    if version.client_data:
        group["clientData"] = list(version.client_data)
    return _masked(group, fields, call.account.book.member_count(version.resource_name))


def _masked(group: Json, fields: frozenset[str], members: int) -> Json:
    kept = {"resourceName", "etag", *fields, *({"formattedName"} if "name" in fields else ())}
    counted = {**group, "memberCount": members} if members else group
    return {key: value for key, value in counted.items() if key in kept}
