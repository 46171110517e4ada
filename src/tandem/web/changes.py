"""Changes of a contact as a page shows them: by moment, each field's old and new values as lines of text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from tandem.contacts.models import Actor, Change, LeadType, Status

FIELD_NAMES: Mapping[str, str] = {
    "name": "Name",
    "emails": "Email",
    "phones": "Phone",
    "addresses": "Address",
    "birthday": "Birthday",
    "company": "Company",
    "status": "Status",
    "lead_types": "Lead type",
    "hashtags": "Hashtag",
    "source": "Source",
    "notes": "Notes",
}
_NAME_PARTS = ("prefix", "given", "middle", "family", "suffix")
_ADDRESS_PARTS = ("street", "extended", "po_box", "city", "region", "postal_code", "country", "country_code")
_BY = {Actor.PERSON: "you", Actor.API: "the API", Actor.IMPORT: "a file", Actor.SYNC: "Google", Actor.UNDO: "an undo"}
_EVENTS = {
    Change.Event.CREATED: "Created",
    Change.Event.CHANGED: "Changed",
    Change.Event.TRASHED: "Moved to the trash",
    Change.Event.RESTORED: "Restored from the trash",
}
LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What left a field and what came into it; both empty where the values are not kept."""

    name: str
    old: Sequence[str]
    new: Sequence[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened to a contact at one moment, by one cause. `run_id` is the run that did it, if one did."""

    title: str
    by: str
    is_sync: bool
    run_id: UUID | None
    at: datetime
    fields: Sequence[FieldChange]
    reason: str


def timeline(changes: Iterable[Change]) -> list[Entry]:
    """Entries in the order of the changes, those of one moment and cause together."""
    groups = groupby(changes, key=lambda change: (change.at, change.by, change.cause, change.event))
    return [_entry(list(group)) for _, group in groups]


def _entry(changes: Sequence[Change]) -> Entry:
    first = changes[0]
    is_trashed = first.event == Change.Event.TRASHED
    return Entry(
        title=_EVENTS[Change.Event(first.event)],
        by=_BY[Actor(first.by)],
        is_sync=first.by == Actor.SYNC,
        run_id=first.cause if first.by == Actor.SYNC else None,
        at=first.at,
        fields=[field_change(each.field, each.before, each.after) for each in changes if each.field],
        reason=first.after if is_trashed and isinstance(first.after, str) else "",
    )


def field_change(field: str, before: Any, after: Any) -> FieldChange:
    """A change of one field: of a list only the values that differ."""
    old, new = lines_of(field, before), lines_of(field, after)
    return FieldChange(
        FIELD_NAMES.get(field, field),
        [line for line in old if line not in new],
        [line for line in new if line not in old],
    )


def lines_of(field: str, value: Any) -> list[str]:
    """A field's value, as the history holds it, in lines of text; none where it is empty or not kept."""
    if not value:
        return []
    match field:
        case "name":
            return [" ".join(filter(None, (value.get(part, "") for part in _NAME_PARTS)))]
        case "emails" | "phones":
            return [_labelled(item["value"], item.get("label", "")) for item in value]
        case "addresses":
            return [_labelled(address_line(item), item.get("label", "")) for item in value]
        case "birthday":
            return [birthday_text(value)]
        case "status":
            return [Status(value).label]
        case "lead_types":
            return [LeadType(item).label for item in value]
        case "hashtags":
            return [f"#{item}" for item in value]
        case _:
            return [str(value)]


def _labelled(text: str, label: str) -> str:
    return f"{text} ({label})" if label else text


def address_line(address: Mapping[str, str]) -> str:
    """An address in one line; the country's code only where its name is missing."""
    parts = [address.get(part, "") for part in _ADDRESS_PARTS]
    if parts[-2]:
        parts.pop()
    return ", ".join(" ".join(part.split()) for part in parts if part)


def birthday_text(birthday: Mapping[str, Any]) -> str:
    """'10 December 1815', '10 December' without a year, or the text that Google holds instead of a date."""
    year, month, day = (birthday.get(part) for part in ("year", "month", "day"))
    if month is None or day is None:
        return str(birthday.get("text") or year or "")
    words = f"{date(LEAP_YEAR, month, 1):%B}"
    return f"{day} {words} {year}" if year else f"{day} {words}"
