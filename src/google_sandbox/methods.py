"""The methods of the People API: path, handler, scopes, parameters, cost. The routes are made from this table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from google_sandbox import batches, groups, listing, others, photos, reads, search, writes
from google_sandbox.call import Call
from google_sandbox.errors import Json
from google_sandbox.settings import Bucket

SCOPE = "https://www.googleapis.com/auth/"
_FULL = frozenset({f"{SCOPE}contacts"})
_READ = _FULL | {f"{SCOPE}contacts.readonly"}
_OTHERS = frozenset({f"{SCOPE}contacts.other.readonly"})
_ANY = _READ | _OTHERS | {f"{SCOPE}userinfo.email", f"{SCOPE}userinfo.profile"}

_ONE_READ = {Bucket.CRITICAL_READS: 1}
_ONE_WRITE = {Bucket.CRITICAL_READS: 1, Bucket.CRITICAL_WRITES: 1, Bucket.DAILY_CONTACT_WRITES: 1}
_BATCH = {Bucket.CRITICAL_READS: 6, Bucket.CRITICAL_WRITES: 6, Bucket.DAILY_CONTACT_WRITES: 200}
_PERSON = r"/v1/people/{person:[^/:]+}"
_GROUP = r"/v1/contactGroups/{group:[^/:]+}"


@dataclass(frozen=True, slots=True)
class Method:
    """One method. `rpc` is its full gRPC name; any of `scopes` opens it (all of them, when `all_scopes`)."""

    id: str
    rpc: str
    verb: str
    path: str
    handler: Callable[[Call], Json]
    scopes: frozenset[str]
    costs: Mapping[Bucket, int]
    parameters: frozenset[str] = frozenset()
    write: bool = field(default=False)
    all_scopes: bool = field(default=False)


def _method(
    identifier: str,
    rpc: str,
    route: str,
    handler: Callable[[Call], Json],
    scopes: frozenset[str],
    costs: Mapping[Bucket, int],
    parameters: str = "",
) -> Method:
    verb, path = route.split(" ", maxsplit=1)
    service = "ContactGroupsService" if identifier.startswith("contactGroups") else "PeopleService"
    names = frozenset(parameters.split())
    full = f"google.people.v1.{service}.{rpc}"
    both = identifier.endswith("copyOtherContactToMyContactsGroup")
    return Method(identifier, full, verb, path, handler, scopes, costs, names, verb != "GET", both)


METHODS = (
    _method(
        "people.getBatchGet", "GetBatchGet", "GET /v1/people:batchGet", reads.batch_get, _ANY, _ONE_READ,
        "resourceNames personFields sources requestMask.includeField",
    ),
    _method(
        "people.searchContacts", "SearchContacts", "GET /v1/people:searchContacts", search.search_contacts,
        _READ, _ONE_READ, "query readMask pageSize sources",
    ),
    _method(
        "people.createContact", "CreateContact", "POST /v1/people:createContact", writes.create,
        _FULL, _ONE_WRITE, "personFields sources",
    ),
    _method(
        "people.batchCreateContacts", "BatchCreateContacts", "POST /v1/people:batchCreateContacts",
        batches.batch_create, _FULL, _BATCH,
    ),
    _method(
        "people.batchUpdateContacts", "BatchUpdateContacts", "POST /v1/people:batchUpdateContacts",
        batches.batch_update, _FULL, _BATCH,
    ),
    _method(
        "people.batchDeleteContacts", "BatchDeleteContacts", "POST /v1/people:batchDeleteContacts",
        batches.batch_delete, _FULL, {Bucket.WRITES: 10},
    ),
    _method(
        "people.connections.list", "ListConnections", f"GET {_PERSON}/connections", listing.list_connections,
        _READ, _ONE_READ,
        "personFields pageSize pageToken requestSyncToken syncToken sortOrder sources requestMask.includeField",
    ),
    _method(
        "people.get", "GetPerson", f"GET {_PERSON}", reads.get, _ANY, _ONE_READ,
        "personFields sources requestMask.includeField",
    ),
    _method(
        "people.updateContact", "UpdateContact", f"PATCH {_PERSON}:updateContact", writes.update,
        _FULL, _ONE_WRITE, "updatePersonFields personFields sources",
    ),
    _method(
        "people.deleteContact", "DeleteContact", f"DELETE {_PERSON}:deleteContact", writes.delete,
        _FULL, {Bucket.WRITES: 1},
    ),
    _method(
        "people.updateContactPhoto", "UpdateContactPhoto", f"PATCH {_PERSON}:updateContactPhoto", photos.update,
        _FULL, {Bucket.PHOTO_WRITES: 1},
    ),
    _method(
        "people.deleteContactPhoto", "DeleteContactPhoto", f"DELETE {_PERSON}:deleteContactPhoto", photos.delete,
        _FULL, {Bucket.PHOTO_WRITES: 1}, "personFields sources",
    ),
    _method(
        "contactGroups.batchGet", "BatchGetContactGroups", "GET /v1/contactGroups:batchGet", groups.batch_get,
        _READ, {Bucket.GROUP_READS: 1}, "resourceNames maxMembers groupFields",
    ),
    _method(
        "contactGroups.list", "ListContactGroups", "GET /v1/contactGroups", groups.list_groups,
        _READ, {Bucket.GROUP_READS: 1}, "pageSize pageToken syncToken groupFields",
    ),
    _method(
        "contactGroups.create", "CreateContactGroup", "POST /v1/contactGroups", groups.create,
        _FULL, {Bucket.WRITES: 1},
    ),
    _method(
        "contactGroups.get", "GetContactGroup", f"GET {_GROUP}", groups.get,
        _READ, {Bucket.GROUP_READS: 1}, "maxMembers groupFields",
    ),
    _method(
        "contactGroups.update", "UpdateContactGroup", f"PUT {_GROUP}", groups.update, _FULL, {Bucket.WRITES: 1},
    ),
    _method(
        "contactGroups.delete", "DeleteContactGroup", f"DELETE {_GROUP}", groups.delete,
        _FULL, {Bucket.WRITES: 1}, "deleteContacts",
    ),
    _method(
        "contactGroups.members.modify", "ModifyContactGroupMembers", f"POST {_GROUP}/members:modify",
        groups.modify_members, _FULL, {Bucket.WRITES: 1},
    ),
    _method(
        "otherContacts.list", "ListOtherContacts", "GET /v1/otherContacts", others.list_others,
        _OTHERS, _ONE_READ, "readMask pageSize pageToken requestSyncToken syncToken sources",
    ),
    _method(
        "otherContacts.copyOtherContactToMyContactsGroup", "CopyOtherContactToMyContactsGroup",
        r"POST /v1/otherContacts/{other:[^/:]+}:copyOtherContactToMyContactsGroup", others.copy,
        _FULL | _OTHERS, _ONE_WRITE,
    ),
)  # fmt: skip
