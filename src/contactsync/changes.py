"""What lies between two Cards, field by field, as the journal stores it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import assert_never

from contactsync.card import Birthday, Card, Field, Name, Value
from contactsync.normalize import field_text, values_of

#: Fields of which a side has one value: what both sides changed differently is a conflict.
SINGLE = frozenset({Field.NAME, Field.BIRTHDAY})

type Json = str | int | dict[str, Json] | list[Json] | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as JSON: a dict of its known parts, a list of such, None where blank."""

    field: Field
    before: Json
    after: Json


def differing_fields(one: Card, other: Card) -> frozenset[Field]:
    """The fields in which an edit lies between two Cards; the order of values is none."""
    if one == other:
        return frozenset()
    return frozenset(field for field in Field if field_text(one, field) != field_text(other, field))


def with_fields_of(card: Card, other: Card, fields: Iterable[Field]) -> Card:
    """`card`, with `fields` taken from `other`."""
    return replace(card, **{field.value: getattr(other, field.value) for field in fields})


def field_changes(before: Card, after: Card) -> tuple[FieldChange, ...]:
    """The edits between two Cards, in the order of the fields."""
    differing = differing_fields(before, after)
    return tuple(
        FieldChange(field, field_json(before, field), field_json(after, field)) for field in Field if field in differing
    )


def field_json(card: Card, field: Field) -> Json:
    """One field as JSON; parts that are not known are left out."""
    match field:
        case Field.NAME:
            return parts_json(card.name)
        case Field.BIRTHDAY:
            return parts_json(card.birthday)
        case Field.EMAILS | Field.PHONES | Field.ADDRESSES:
            return [parts_json(value) for value in values_of(card, field)] or None
        case _:
            assert_never(field)


def parts_json(part: Name | Birthday | Value | None) -> Json:
    """A name, a birthday or one value as JSON: its known parts; None where there are none."""
    if part is None:
        return None
    return {key: value for key, value in asdict(part).items() if value not in {"", None}} or None
