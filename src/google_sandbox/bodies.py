"""Request bodies: bound to the method's message as Google's transcoding does, then cleaned for keeping."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from google_sandbox.derive import (
    NAME_PARTS,
    formatted_address,
    name_forms,
    parse_address,
    parse_name,
)
from google_sandbox.errors import Json, bad_request, invalid_argument
from google_sandbox.schema import DERIVED, ITEMS, PERSON, SINGLETONS, WRITE_PATHS, Shape
from google_sandbox.settings import Settings

LONGEST_TEXT = 1024
MOST_ITEMS = 500
MOST_BYTES = 128 * 1024
_LEAP_YEAR = 2000
_CLIENT_KEYS = {"emailAddresses": frozenset({"displayName"})}


@dataclass(frozen=True, slots=True)
class PersonBody:
    """A person as a client sent it: its etags, its CONTACT items by field, and its labels (None: not mentioned)."""

    etag: str
    source_etag: str
    fields: dict[str, list[Json]]
    labels: tuple[str, ...] | None


def bind(value: Any, shape: Shape, path: str) -> None:
    """Refuse what the message has no place for. `path` names the value in Google's texts ('' at the top)."""
    match shape:
        case dict():
            _bind_message(value, shape, path)
        case [inner]:
            if not isinstance(value, list):
                raise _cannot_bind(path, "Cannot bind a single value to a repeated field.")
            for number, item in enumerate(value):
                bind(item, inner, f"{path}[{number}]")
        case frozenset():
            if not isinstance(value, str) or value not in shape:
                shown = msgspec.json.encode(value).decode()
                raise bad_request(path, f"Invalid value at '{path}' (TYPE_ENUM), {shown}")
        case type():
            _bind_scalar(value, shape, path)


def _bind_message(value: Any, shape: dict[str, Shape], path: str) -> None:
    if not isinstance(value, dict):
        raise _cannot_bind(path, "Proto field is not repeating, cannot start list.")
    for key, inner in value.items():
        if key not in shape:
            place = f" at '{path}'" if path else ""
            text = f'Invalid JSON payload received. Unknown name "{key}"{place}: Cannot find field.'
            raise bad_request(path, text)
        if inner is not None:
            bind(inner, shape[key], f"{path}.{snake(key)}" if path else snake(key))


def _bind_scalar(value: Any, kind: type, path: str) -> None:
    if kind is str and isinstance(value, str):
        return
    if kind is bool and isinstance(value, bool):
        return
    if kind is int and not isinstance(value, bool) and re.fullmatch(r"-?\d{1,10}", str(value)):
        return
    name = {str: "TYPE_STRING", bool: "TYPE_BOOL", int: "TYPE_INT32"}[kind]
    if isinstance(value, dict | list):
        raise _cannot_bind(path, f"Proto field is not repeating, cannot start list ({name}).")
    shown = msgspec.json.encode(value).decode()
    raise bad_request(path, f"Invalid value at '{path}' ({name}), {shown}")


def _cannot_bind(path: str, reason: str) -> Exception:
    head, _, name = path.rpartition(".")
    place = f" at '{head}'" if head else ""
    return bad_request(head, f'Invalid JSON payload received. Unknown name "{name}"{place}: {reason}')


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def person_body(value: Any, path: str, settings: Settings, previous: dict[str, list[Json]]) -> PersonBody:
    """A checked and cleaned person. `previous` holds the fields that the person has now (empty for a new one)."""
    bind(value, PERSON, path)
    contact = {key: _own_items(value.get(key)) for key in WRITE_PATHS if value.get(key)}
    for field in SINGLETONS:
        if len(contact.get(field, ())) > 1:
            raise invalid_argument(f"Cannot have more than one person.{field} per source.")
    labels = _labels(contact.pop("memberships")) if "memberships" in contact else None
    fields = {}
    for field, items in contact.items():
        cleaned = [_cleaned(field, item, settings, previous.get(field, [])) for item in items]
        if any(cleaned):
            fields[field] = [item for item in cleaned if item]
    check_limits(fields)
    sources = (value.get("metadata") or {}).get("sources") or []
    etags = (source.get("etag") or "" for source in sources if source.get("type") == "CONTACT")
    return PersonBody(value.get("etag") or "", next(etags, ""), fields, labels)


def _own_items(items: Sequence[Json]) -> list[Json]:
    """The items without those of other sources than the contact."""
    return [item for item in items if _source_type(item) in ("", "CONTACT", "SOURCE_TYPE_UNSPECIFIED")]


def _source_type(item: Json) -> str:
    source = (item.get("metadata") or {}).get("source") or {}
    return str(source.get("type") or "")


def _labels(items: Sequence[Json]) -> tuple[str, ...]:
    groups = ((item.get("contactGroupMembership") or {}) for item in items)
    names = [
        group.get("contactGroupResourceName") or f"contactGroups/{group.get('contactGroupId')}"
        for group in groups
        if group
    ]
    return tuple(dict.fromkeys(names))


def _cleaned(field: str, item: Json, settings: Settings, previous: list[Json]) -> Json:
    """An item as it is kept: what the server derives is dropped, defaults are dropped, free text is parsed."""
    dropped = DERIVED - _CLIENT_KEYS.get(field, frozenset())
    kept = {key: _pruned(value, ITEMS[field][key]) for key, value in item.items() if key not in dropped}
    kept = {key: value for key, value in kept.items() if value}
    match field:
        case "names":
            kept = _cleaned_name(kept, unstructured_wins=settings.unstructured_name_wins)
        case "addresses":
            kept = _cleaned_address(kept, previous, formatted_wins=settings.formatted_address_wins)
        case "birthdays" | "events":
            _check_date(field, kept.get("date", {}))
        case "nicknames" if kept.get("type") == "DEFAULT":
            del kept["type"]
        case "genders":
            kept.pop("formattedValue", None)
    if kept and (item.get("metadata") or {}).get("sourcePrimary"):
        kept["metadata"] = {"sourcePrimary": True}
    return kept


def _pruned(value: Any, shape: Shape) -> Any:
    """Numbers may come as text, and a zero is as good as nothing (proto JSON)."""
    if shape is int:
        return int(value or 0)
    if isinstance(value, dict):
        return {key: int(inner) for key, inner in value.items() if inner and int(inner)}
    return value


def _cleaned_name(name: Json, *, unstructured_wins: bool) -> Json:
    text = name.pop("unstructuredName", "")
    parts = any(name.get(part) for part in NAME_PARTS)
    if text and (not parts or (unstructured_wins and text != name_forms(name)["displayName"])):
        phonetic = {key: value for key, value in name.items() if key.startswith("phonetic")}
        return {**parse_name(text), **phonetic}
    return name


def _cleaned_address(address: Json, previous: list[Json], *, formatted_wins: bool) -> Json:
    text = address.get("formattedValue", "")
    built = formatted_address(address)
    if not text:
        return address
    if built and (text == built or not formatted_wins):
        return {key: value for key, value in address.items() if key != "formattedValue"}
    return parse_address(address, previous)


def _check_date(field: str, value: Json) -> None:
    if not value:
        return
    year, month, day = (value.get(part, 0) for part in ("year", "month", "day"))
    try:
        date(year or _LEAP_YEAR, month or 1, day or 1)
    except ValueError:
        raise invalid_argument(f"Invalid person.{field} date.") from None
    if day and not month:
        raise invalid_argument(f"Invalid person.{field} date.")


def check_limits(fields: dict[str, list[Json]]) -> None:
    """Google's limits per contact: fields, characters per field except notes, bytes."""
    if sum(len(items) for items in fields.values()) > MOST_ITEMS:
        raise invalid_argument(f"Contact has too many fields. The maximum is {MOST_ITEMS}.")
    for field, items in fields.items():
        texts = (text for item in items for text in item.values() if isinstance(text, str))
        if field != "biographies" and any(len(text) > LONGEST_TEXT for text in texts):
            raise invalid_argument(f"person.{field} is too long. The maximum is {LONGEST_TEXT} characters.")
    if len(msgspec.json.encode(fields)) > MOST_BYTES:
        raise invalid_argument("Contact is too large.")
