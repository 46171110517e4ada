"""people.createContact, updateContact, deleteContact, and the rules that their batch forms share."""

from typing import Any

from msgspec.structs import replace

from google_sandbox.bodies import PersonBody, person_body
from google_sandbox.call import Call
from google_sandbox.errors import (
    DOCUMENTATION,
    GoogleError,
    Json,
    failed_precondition,
    invalid_argument,
    not_found,
)
from google_sandbox.etags import embedded_source_etag
from google_sandbox.labels import DEPRECATED_GROUPS, MY_CONTACTS
from google_sandbox.masks import required_mask
from google_sandbox.reads import existing
from google_sandbox.records import Standing, Version
from google_sandbox.schema import WRITE_PATHS


def create(call: Call) -> Json:
    lens = call.lens("personFields", "people/createContact", required=False)
    version = new_person(call, call.body, "person")
    check_space(call, 1)
    [written] = call.store.write(call.account, [version])
    return call.account.rendered.person(written, lens)


def update(call: Call) -> Json:
    name = contact_name(call.path["person"])
    mask = update_mask(call, "updatePersonFields", "people/updateContact")
    lens = call.lens("personFields", "people/updateContact", required=False)
    call.notes["mask"] = ",".join(sorted(mask))
    current = existing(call, name)
    changed = updated_person(call, current, call.body, mask, "person")
    return call.account.rendered.person(commit_changes(call, [(current, changed)])[0], lens)


def delete(call: Call) -> Json:
    current = existing(call, contact_name(call.path["person"]))
    call.store.write(call.account, [trashed(current)])
    return {}


def contact_name(person: str) -> str:
    """The resource name of a contact, refused when it can't be one."""
    name = f"people/{person}"
    if not person.startswith("c"):
        raise invalid_argument(f'Resource name "{name}" is not a valid contact person resource.')
    return name


def update_mask(call: Call, parameter: str, page: str, values: list[str] | None = None) -> frozenset[str]:
    given = call.values(parameter) if values is None else values
    return required_mask(parameter, given, WRITE_PATHS, page)


def new_person(call: Call, body: Any, path: str) -> Version:
    """A person to write, from a request's body."""
    person = person_body(body, path, call.store.settings, {})
    if not person.fields:
        raise invalid_argument()
    labels = person.labels or ()
    _check_labels(call, labels, ())
    source_id = call.store.fresh_source_id(call.account)
    return Version(source_id, person.fields, labels if MY_CONTACTS in labels else (*labels, MY_CONTACTS))


def updated_person(call: Call, current: Version, body: Any, mask: frozenset[str], path: str) -> Version:
    """The person after an update: masked fields are replaced, or cleared when the body lacks them."""
    person = person_body(body, path, call.store.settings, current.fields)
    _check_etag(person, current)
    labels = current.labels
    if "memberships" in mask:
        if not person.labels:
            raise invalid_argument("Request must have at least one contact group membership.")
        _check_labels(call, person.labels, current.labels)
        labels = person.labels
    kept = {field: items for field, items in current.fields.items() if field not in mask}
    replaced = {field: items for field, items in person.fields.items() if field in mask and items}
    return replace(current, fields=kept | replaced, labels=labels, previous_names=())


def commit_changes(call: Call, pairs: list[tuple[Version, Version]]) -> list[Version]:
    """Write what differs; a person that an update leaves as it was may keep its etag."""
    keeps = call.store.settings.unchanged_update_keeps_etag
    effective = [new for old, new in pairs if not keeps or not _same(old, new)]
    written = {version.source_id: version for version in call.store.write(call.account, effective)}
    return [written.get(old.source_id, old) for old, _ in pairs]


def check_space(call: Call, count: int) -> None:
    """Refuse what would go beyond the account's limit, which counts Trash, too."""
    limit = call.store.settings.contact_limit
    if call.account.book.size(call.store.clock.microseconds()) + count > limit:
        raise failed_precondition(f"MY_CONTACTS_OVERFLOW_COUNT: the limit of {limit} contacts is reached.")


def trashed(current: Version) -> Version:
    return replace(current, standing=Standing.TRASHED, previous_names=())


def _same(old: Version, new: Version) -> bool:
    return (old.fields, old.labels, old.standing) == (new.fields, new.labels, new.standing)


def _check_etag(person: PersonBody, current: Version) -> None:
    if not person.etag and not person.source_etag:
        raise failed_precondition(
            "Request must set person.etag or person.metadata.sources.etag for the source that is being updated."
        )
    if person.source_etag and person.source_etag != current.etag:
        raise _outdated("person.metadata.sources.etag")
    if person.etag and embedded_source_etag(person.etag) != current.etag:
        raise _outdated("person.etag")


def _outdated(what: str) -> GoogleError:
    return failed_precondition(
        f"Request {what} is different than the current {what}. Clear local cache and get the latest person."
    )


def _check_labels(call: Call, wanted: tuple[str, ...], present: tuple[str, ...]) -> None:
    for label in wanted:
        if not call.account.labels.known(label):
            raise not_found()
        if label in DEPRECATED_GROUPS and label not in present:
            raise deprecated_group()


def deprecated_group() -> GoogleError:
    return invalid_argument(
        "Cannot add contacts to deprecated system contact group. Valid paths are documented at "
        f"{DOCUMENTATION}contactGroups."
    )
