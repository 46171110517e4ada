"""What a user does in Google's own pages: the verbs behind the control API and the playground."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from google_sandbox.bodies import person_body
from google_sandbox.errors import Json, not_found
from google_sandbox.groups import with_label, without_label
from google_sandbox.labels import MY_CONTACTS
from google_sandbox.records import GroupVersion, Profile, SettingsChanged, Standing, Version
from google_sandbox.settings import Settings
from google_sandbox.store import Account, Store
from google_sandbox.writes import trashed


def find(account: Account, name: str) -> Version:
    """The current version of a person by resource name (`people/c1` or `c1`) or source id, whatever its standing."""
    book = account.book
    version = book.find(name) or book.find(f"people/{name}") or book.latest(name)
    if version is None:
        raise not_found()
    return version


def create(store: Store, account: Account, person: Json, standing: Standing = Standing.CONTACT) -> Version:
    return load(store, account, [person], standing)[0]


def load(
    store: Store, account: Account, people: Sequence[Json], standing: Standing = Standing.CONTACT
) -> list[Version]:
    """Create many people in one commit; each is Person JSON as the API takes it."""
    made = []
    for number, person in enumerate(people):
        body = person_body(person, f"persons[{number}]", store.settings, {})
        labels = body.labels or ((MY_CONTACTS,) if standing is Standing.CONTACT else ())
        made.append(Version(store.fresh_source_id(account), body.fields, labels, standing))
    return store.write(account, made)


def edit(store: Store, account: Account, changes: Mapping[str, Json]) -> list[Version]:
    """Replace the given fields of persons, in one commit; an empty list or null clears a field."""
    return store.write(account, [_edited(store, find(account, name), change) for name, change in changes.items()])


def _edited(store: Store, current: Version, change: Json) -> Version:
    body = person_body({key: value or [] for key, value in change.items()}, "person", store.settings, current.fields)
    kept = {field: items for field, items in current.fields.items() if field not in change}
    fields = kept | {field: items for field, items in body.fields.items() if items}
    labels = current.labels if body.labels is None else body.labels
    return replace(current, fields=fields, labels=labels, previous_names=())


def delete(store: Store, account: Account, names: Iterable[str]) -> list[Version]:
    people = [find(account, name) for name in names]
    return store.write(account, [trashed(person) for person in people if person.standing is not Standing.TRASHED])


def restore(store: Store, account: Account, names: Iterable[str]) -> list[Version]:
    """Take people out of Trash, where they stay 30 days; the source id stays the same."""
    now = store.clock.microseconds()
    kept = {version.source_id for version in account.book.trash(now)}
    people = [find(account, name) for name in names]
    if any(person.source_id not in kept for person in people):
        raise not_found()
    return store.write(account, [replace(person, standing=Standing.CONTACT) for person in people])


def hide(store: Store, account: Account, names: Iterable[str]) -> list[Version]:
    """Move people to 'Other contacts': they leave the listing but can still be read by name."""
    people = [find(account, name) for name in names]
    hidden = [replace(one, standing=Standing.OTHER, labels=(), previous_names=()) for one in people]
    return store.write(account, hidden)


def show(store: Store, account: Account, names: Iterable[str]) -> list[Version]:
    """Move people from 'Other contacts' into the address book."""
    return store.write(account, [with_label(find(account, name), MY_CONTACTS) for name in names])


def merge(store: Store, account: Account, survivor: str, losers: Sequence[str]) -> Version:
    """Merge: the survivor gets the union of all values, the others are gone."""
    kept = find(account, survivor)
    others = [find(account, name) for name in losers]
    fields = dict(kept.fields)
    labels = kept.labels
    for other in others:
        fields = _united(fields, other.fields)
        labels = tuple(dict.fromkeys((*labels, *other.labels)))
    gone = [replace(other, standing=Standing.GONE, previous_names=()) for other in others]
    merged = replace(kept, fields=fields, labels=labels, previous_names=())
    return store.write(account, [merged, *gone])[0]


def _united(fields: dict[str, list[Json]], others: dict[str, list[Json]]) -> dict[str, list[Json]]:
    united = dict(fields)
    for field, items in others.items():
        present = united.get(field, [])
        if field in ("names", "birthdays", "genders") and present:
            continue
        if field == "biographies" and present:
            text = f"{present[0].get('value', '')}\n{items[0].get('value', '')}"
            united[field] = [{**present[0], "value": text}]
            continue
        united[field] = present + [_secondary(item) for item in items if _secondary(item) not in present]
    return united


def _secondary(item: Json) -> Json:
    return {key: value for key, value in item.items() if key != "metadata"}


def touch(store: Store, account: Account, names: Iterable[str] | None = None) -> list[Version]:
    """Give people (None: all) a new etag and time without any change, as Google's own maintenance does."""
    people = list(account.book.contacts()) if names is None else [find(account, name) for name in names]
    return store.write(account, [replace(person, previous_names=()) for person in people])


def undo_changes(store: Store, account: Account, moment: int) -> list[Version]:
    """'Undo changes': the whole address book as it was at `moment` (microseconds), with new etags."""
    book = account.book
    bound = book.bound_at(moment)
    back = []
    for person in list(book.walk(0, book.sequence)):
        before = book.latest(person.source_id, bound)
        if before is None and person.standing is Standing.CONTACT:
            back.append(trashed(person))
        elif before is not None and _differs(before, person):
            back.append(replace(before, previous_names=()))
    return store.write(account, back)


def _differs(before: Version, now: Version) -> bool:
    return (before.fields, before.labels, before.standing) != (now.fields, now.labels, now.standing)


def set_label(store: Store, account: Account, name: str, people: Iterable[str], *, member: bool) -> list[Version]:
    """Put people into a label, by its name (made when it is missing) or resource name, or take them out."""
    label = label_named(store, account, name)
    change = with_label if member else without_label
    return store.write(account, [change(find(account, person), label) for person in people])


def label_named(store: Store, account: Account, name: str) -> str:
    """The resource name of a label, which is made when there is none of that name."""
    if account.labels.known(name):
        return name
    found = account.labels.named(name, ignore_case=True)
    if found is None:
        identifier = format(account.labels.sequence + 0x19CB37F60AED8000, "x")
        found = store.write_label(account, GroupVersion(identifier, name))
    return found.resource_name


def change_photo(store: Store, account: Account, name: str, photo: str) -> Version:
    """Give a person another photo, known by a word; '' takes it away."""
    return store.write(account, [replace(find(account, name), photo=photo, previous_names=())])[0]


def link_profile(store: Store, account: Account, name: str, fields: Mapping[str, Any]) -> Version:
    """A verified address links the contact to a Google profile: a second source, and a new resource name."""
    person = find(account, name)
    identifier = f"1{int(person.source_id, 16):020d}"[:21]
    profile = Profile(identifier, {field: list(items) for field, items in fields.items()})
    renamed = f"people/c{int(person.source_id, 16) ^ 0xFFFF}"
    changed = replace(person, profile=profile, name_now=renamed, previous_names=(person.resource_name,))
    return store.write(account, [changed])[0]


def change_settings(store: Store, changes: Mapping[str, Any]) -> Settings:
    """Change some settings. ValueError for an unknown name or an impossible value."""
    current = msgspec.to_builtins(store.settings)
    settings = msgspec.convert({**current, **changes}, Settings)
    store.commit(SettingsChanged(settings))
    return settings
