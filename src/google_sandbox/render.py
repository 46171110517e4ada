"""A version of a person as JSON: masks, sources, metadata, etag. Fields are encoded once per version."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from google_sandbox.clock import rfc3339
from google_sandbox.derive import shown_item
from google_sandbox.errors import Json
from google_sandbox.etags import mask_prefix, person_etag
from google_sandbox.records import Version

CONTACT = "READ_SOURCE_TYPE_CONTACT"
PROFILE = "READ_SOURCE_TYPE_PROFILE"
SOURCES = (
    "READ_SOURCE_TYPE_UNSPECIFIED",
    PROFILE,
    CONTACT,
    "READ_SOURCE_TYPE_DOMAIN_CONTACT",
    "READ_SOURCE_TYPE_OTHER_CONTACT",
)
LISTED_AT_MOST = 100
"""Listings give at most so many e-mail addresses and phone numbers of a person; people.get gives all."""
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Lens:
    """How a person is looked at. A mask of None shows all fields."""

    mask: frozenset[str] | None
    sources: frozenset[str]


class _Encoded(NamedTuple):
    """Everything of one version, `metadata` included, encoded by field."""

    sequence: int
    etag: str
    encoded: dict[str, msgspec.Raw]
    present: frozenset[str]


class RenderedFields:
    """Encoded fields of an account's persons, one entry per person: the version that was last looked at."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._fields: dict[tuple[str, bool], _Encoded] = {}

    def person(self, version: Version, lens: Lens, *, listed: bool = False) -> dict[str, Any]:
        """A person ready for encoding. `listed` cuts e-mail addresses and phone numbers as listings do."""
        with_profile = version.profile is not None and PROFILE in lens.sources
        fields = self._of(version, with_profile=with_profile)
        mask = lens.mask
        if CONTACT not in lens.sources and not with_profile:
            mask = (mask or frozenset({"metadata"})) & {"metadata"}
        person: dict[str, Any] = {"resourceName": version.resource_name, "etag": ""}
        person |= fields.encoded if mask is None else {key: fields.encoded[key] for key in mask & fields.present}
        person["etag"] = person_etag(mask_prefix(lens.mask), fields.etag)
        if listed:
            person.update(self._cut(version, person))
        return person

    def warm(self, versions: Iterable[Version]) -> None:
        """Encode ahead of the first reading."""
        for version in versions:
            self._of(version, with_profile=False)

    def _of(self, version: Version, *, with_profile: bool) -> "_Encoded":
        key = (version.source_id, with_profile)
        known = self._fields.get(key)
        if known is None or known.sequence != version.sequence:
            encoded = _encoded(version, self._region, with_profile=with_profile)
            known = _Encoded(version.sequence, version.etag, encoded, frozenset(encoded))
            self._fields[key] = known
        return known

    def _cut(self, version: Version, person: dict[str, Any]) -> dict[str, Any]:
        cut: dict[str, Any] = {}
        for field in ("emailAddresses", "phoneNumbers"):
            if field in person and len(version.fields.get(field, ())) > LISTED_AT_MOST:
                cut[field] = msgspec.json.decode(person[field])[:LISTED_AT_MOST]
        return cut


def person_metadata(version: Version, *, with_profile: bool = False) -> Json:
    """person.metadata: sources with their etags and times."""
    source = {
        "type": "CONTACT",
        "id": version.source_id,
        "etag": version.etag,
        "updateTime": rfc3339(version.at),
    }
    sources: list[Json] = [source]
    if with_profile and version.profile is not None:
        user = {"objectType": "PERSON", "userTypes": ["GOOGLE_USER"]}
        sources.append({"type": "PROFILE", "id": version.profile.id, "profileMetadata": user})
    return {"sources": sources, "objectType": "PERSON"}


def _encoded(version: Version, region: str, *, with_profile: bool) -> dict[str, msgspec.Raw]:
    source = {"type": "CONTACT", "id": version.source_id}
    fields = {field: _items(field, items, source, region) for field, items in version.fields.items() if items}
    if version.labels:
        fields["memberships"] = [_membership(label, source) for label in version.labels]
    fields["photos"] = [_photo(version, source)]
    if with_profile and version.profile is not None:
        origin = {"type": "PROFILE", "id": version.profile.id}
        for field, items in version.profile.fields.items():
            added = [_of_profile(field, item, origin, region) for item in items]
            if field not in fields:
                added[0]["metadata"]["primary"] = True
            fields[field] = fields.get(field, []) + added
    shown = {"metadata": person_metadata(version, with_profile=with_profile), **fields}
    return {field: msgspec.Raw(_encode(items)) for field, items in shown.items()}


def _items(field: str, items: list[Json], source: Json, region: str) -> list[Json]:
    """Items with metadata; the first one marked as its source's primary, else the first, is primary."""
    marked = (number for number, item in enumerate(items) if "metadata" in item)
    primary = next(marked, 0)
    shown = []
    for number, item in enumerate(items):
        metadata = {"primary": True} if number == primary else {}
        marks = item.get("metadata", {})
        shown.append({**shown_item(field, item, region), "metadata": {**metadata, **marks, "source": source}})
    return shown


def _of_profile(field: str, item: Json, source: Json, region: str) -> Json:
    return {**shown_item(field, item, region), "metadata": {"verified": True, "source": source}}


def _membership(label: str, source: Json) -> Json:
    identifier = label.removeprefix("contactGroups/")
    group = {"contactGroupId": identifier, "contactGroupResourceName": label}
    return {"contactGroupMembership": group, "metadata": {"source": source}}


def _photo(version: Version, source: Json) -> Json:
    metadata = {"primary": True, "source": source}
    if version.photo:
        return {"metadata": metadata, "url": f"https://photos.invalid/{version.photo}=s100"}
    return {"metadata": metadata, "url": "https://photos.invalid/letter=s100", "default": True}
