"""Two contacts that may be one, side by side: what each holds, and which of it the merged one shall keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import QueryDict

from tandem.contacts.models import Contact
from tandem.contacts.shape import contact_json
from tandem.googlesync.models import PossibleDuplicate
from tandem.web.changes import field_name, lines_of

#: Fields of which one value stays, and those that keep as many as are ticked.
ONE = ("name", "company", "status", "birthday")
MANY = ("lead_types", "hashtags", "emails", "phones", "addresses", "notes")
FIELDS = (*ONE[:3], *MANY[:5], "birthday", "notes")


class Side(StrEnum):
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Option:
    """A value, by the name that the form posts for it."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both. `is_choice`: one value can stay, and they differ."""

    field: str
    name: str
    first: Sequence[Option]
    second: Sequence[Option]

    @property
    def is_many(self) -> bool:
        return self.field in MANY

    @property
    def is_choice(self) -> bool:
        return not self.is_many and self.differs and bool(self.first) and bool(self.second)

    @property
    def differs(self) -> bool:
        return [each.text for each in self.first] != [each.text for each in self.second]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts as the page shows them. `seen` is posted back, so that nothing is merged unseen."""

    row: PossibleDuplicate
    lines: Sequence[Line]

    @property
    def seen(self) -> str:
        return seen_of(self.row)


def seen_of(row: PossibleDuplicate) -> str:
    return f"{row.first.revision}.{row.second.revision}"


def pair_of(row: PossibleDuplicate) -> Pair:
    """Only the fields that one of the two has something in."""
    first, second = contact_json(row.first), contact_json(row.second)
    lines = [
        Line(field, field_name(field), _options(Side.FIRST, field, first), _options(Side.SECOND, field, second))
        for field in FIELDS
    ]
    return Pair(row, [line for line in lines if line.first or line.second])


def _options(side: Side, field: str, values: Mapping[str, Any]) -> list[Option]:
    lines = lines_of(field, values[field])
    return [Option(f"{side}.{index}", line) for index, line in enumerate(lines) if line]


def picked_values(posted: QueryDict, first: Contact, second: Contact, kept: Contact) -> dict[str, Any]:
    """What stands over the usual merge: the values that were chosen, and of a set those that stayed ticked."""
    sides = {Side.FIRST: contact_json(first), Side.SECOND: contact_json(second)}
    order = list(Side) if kept.id == first.id else list(reversed(Side))
    picked: dict[str, Any] = {}
    for field in ONE:
        side = posted.get(field, "").partition(".")[0]
        if side in sides:
            picked[field] = sides[Side(side)][field]
    for field in MANY:
        ticked = [each for side in order for each in _ticked(posted, field, side, sides[side])]
        if len(ticked) < sum(len(_items(field, values)) for values in sides.values()):
            picked[field] = _united(field, ticked)
    return picked


def _items(field: str, values: Mapping[str, Any]) -> list[Any]:
    """The values of a set; notes are one text."""
    return list(values[field]) if field != "notes" else list(filter(None, [values[field]]))


def _ticked(posted: QueryDict, field: str, side: Side, values: Mapping[str, Any]) -> list[Any]:
    ticked = set(posted.getlist(field))
    return [item for index, item in enumerate(_items(field, values)) if f"{side}.{index}" in ticked]


def _united(field: str, items: Sequence[Any]) -> Any:
    """Each value once, as the first of its twins has it."""
    once = list({_identity(field, item): item for item in reversed(items)}.values())[::-1]
    return "\n\n".join(once) if field == "notes" else once


def _identity(field: str, item: Any) -> str:
    match field:
        case "emails":
            return str(item["value"]).casefold()
        case "phones":
            return str(item["e164"] or item["value"])
        case _:
            return str(item)
