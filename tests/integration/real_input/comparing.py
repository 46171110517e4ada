"""Persons held against one another and against contacts, by a reading of Google's JSON that is not the product's."""

from typing import Any

type Json = dict[str, Any]

FIVE = ("names", "emailAddresses", "phoneNumbers", "addresses", "birthdays")
NAME_PARTS = {
    "prefix": "honorificPrefix",
    "given": "givenName",
    "middle": "middleName",
    "family": "familyName",
    "suffix": "honorificSuffix",
}
ADDRESS_PARTS = {
    "street": "streetAddress",
    "extended": "extendedAddress",
    "po_box": "poBox",
    "city": "city",
    "region": "region",
    "postal_code": "postalCode",
    "country": "country",
    "country_code": "countryCode",
    "label": "type",
}

#: What Google makes of an entry's other members, so that an edit of those moves it, too: a name's three texts, a
#: label in words, a number in E.164, an address as one text.
DERIVED = {
    "displayName", "displayNameLastFirst", "unstructuredName", "formattedType", "canonicalForm", "formattedValue",
}  # fmt: skip


def unversioned(person: Json) -> Json:
    """The whole person but for what every write moves: both etags and the time of the last one."""
    sources = [
        {key: value for key, value in source.items() if key not in ("etag", "updateTime")}
        for source in person["metadata"]["sources"]
    ]
    kept = {key: value for key, value in person.items() if key != "etag"}
    return kept | {"metadata": person["metadata"] | {"sources": sources}}


def unidentified(person: Json) -> Json:
    """An unversioned person without what each server gives its own: names, ids, the address of the picture."""
    bare = {key: value for key, value in unversioned(person).items() if key not in ("resourceName", "standing")}
    photos = [{key: value for key, value in photo.items() if key != "url"} for photo in bare.get("photos", [])]
    return dict(_without_ids(bare | {"photos": photos}))


def _without_ids(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_ids(inner) for key, inner in value.items() if key != "id"}
        case list():
            return [_without_ids(inner) for inner in value]
        case _:
            return value


def as_written(entries: list[Json]) -> list[Json]:
    """Entries of an edited field without what Google derives; `primary` is derived from the order."""
    return [{key: _without_primary(value) for key, value in entry.items() if key not in DERIVED} for entry in entries]


def _without_primary(value: Any) -> Any:
    return {key: inner for key, inner in value.items() if key != "primary"} if isinstance(value, dict) else value


def differences(before: Json, after: Json, edited: dict[str, list[Json]]) -> list[str]:
    """Where a person is not what it was before with the edited fields in place; empty when all is well."""
    old, new = unversioned(before), unversioned(after)
    wrong = [
        f"{key}: {old.get(key)} became {new.get(key)}"
        for key in sorted(old.keys() | new.keys())
        if key not in edited and old.get(key) != new.get(key)
    ]
    for field, entries in edited.items():
        wanted, found = as_written(entries), as_written(new.get(field, []))
        if wanted != found:
            wrong.append(f"{field}: {found} instead of {wanted}")
    return wrong


def of_the_contact(person: Json) -> tuple[Json, Json]:
    """The person as its contact alone shows it, and the entries of other sources: of a profile, say."""
    own: Json = dict(person)
    others: Json = {}
    for path in FIVE:
        entries = person.get(path, [])
        others[path] = [entry for entry in entries if entry["metadata"]["source"]["type"] != "CONTACT"]
        own[path] = [entry for entry in entries if entry not in others[path]]
    return {path: value for path, value in own.items() if value}, others


def in_order(entries: list[Json]) -> list[int]:
    """The places of the entries that say something, the primary one first: as Tandem lists them."""
    places = [place for place, entry in enumerate(entries) if _says_something(entry)]
    return sorted(places, key=lambda place: not entries[place].get("metadata", {}).get("primary", False))


def _says_something(entry: Json) -> bool:
    members = {key: value for key, value in entry.items() if key not in ("metadata", "type", "formattedType")}
    return any(isinstance(value, str) and value.strip() for value in members.values())


def five_fields(person: Json) -> Json:
    """What a contact must show of a person, in the API's shape."""
    return {
        "name": _name(person.get("names", [])),
        "emails": [_labelled(entry) for entry in _listed(person, "emailAddresses")],
        "phones": [_labelled(entry) for entry in _listed(person, "phoneNumbers")],
        "addresses": [_address(entry) for entry in _listed(person, "addresses")],
        "birthday": _birthday(person.get("birthdays", [])),
    }


def shown(contact: Json) -> Json:
    """The five fields of a contact as the API shows it; what Tandem adds to a phone is left out."""
    phones = [{key: value for key, value in phone.items() if key != "e164"} for phone in contact["phones"]]
    lists = {"emails": list(contact["emails"]), "phones": phones, "addresses": list(contact["addresses"])}
    return {"name": contact["name"], **lists, "birthday": contact["birthday"]}


def unordered(fields: Json) -> Json:
    """Five fields of which no order counts."""
    return {field: sorted(value, key=repr) if isinstance(value, list) else value for field, value in fields.items()}


def _listed(person: Json, field: str) -> list[Json]:
    entries = person.get(field, [])
    return [entries[place] for place in in_order(entries)]


def _name(names: list[Json]) -> Json:
    entry = names[0] if names else {}
    return {ours: entry.get(theirs, "") for ours, theirs in NAME_PARTS.items()}


def _labelled(entry: Json) -> Json:
    return {"value": entry["value"], "label": entry.get("type", "")}


def _address(entry: Json) -> Json:
    """By its parts; one that is only a text stands where a street does."""
    parts = {ours: entry.get(theirs, "") for ours, theirs in ADDRESS_PARTS.items()}
    has_parts = any(value for part, value in parts.items() if part != "label")
    return parts if has_parts else parts | {"street": entry["formattedValue"]}


def _birthday(birthdays: list[Json]) -> Json | None:
    if not birthdays:
        return None
    date = birthdays[0].get("date", {})
    parts = {part: date.get(part) for part in ("year", "month", "day")}
    return parts if date else parts | {"text": birthdays[0]["text"]}
