"""What people do to a Card, one small edit at a time, over so few values that edits meet."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from hypothesis import strategies as st

from contactsync.card import Birthday, Card, Email, Field, Name, Phone, Value
from contactsync.normalize import identity, values_of

GIVEN_NAMES = ("Alice", "Bob", "Charlie")
BIRTHDAYS = (None, Birthday(1980, 2, 29), Birthday(None, 2, 5))
LABELS = ("home", "work")
EMAILS = ("a@x.org", "b@x.org", "c@x.org", "d@x.org")
PHONES = (("030 1", "+49301"), ("(030) 1", "+49301"), ("030 2", "+49302"))


class Kind(Enum):
    SET = auto()
    ADD = auto()
    REMOVE = auto()
    LABEL = auto()


@dataclass(frozen=True, slots=True)
class Edit:
    """One field, one act. Of a set, `key` is the identity that was added, removed or labelled."""

    field: Field
    kind: Kind
    value: str | Birthday | Email | Phone | None
    key: object = None


def edits(card: Card) -> st.SearchStrategy[Edit]:
    """What can be done to this Card; only what changes it."""
    return st.one_of(
        st.builds(Edit, st.just(Field.NAME), st.just(Kind.SET), _others(GIVEN_NAMES, card.name.given)),
        st.builds(Edit, st.just(Field.BIRTHDAY), st.just(Kind.SET), _others(BIRTHDAYS, card.birthday)),
        _set_edits(card, Field.EMAILS, st.builds(Email, st.sampled_from(EMAILS), st.sampled_from(LABELS))),
        _set_edits(
            card,
            Field.PHONES,
            st.builds(lambda number, label: Phone(number[0], label, number[1]), st.sampled_from(PHONES), _LABELS),
        ),
    )


_LABELS = st.sampled_from(LABELS)


def _others(values, present):
    return st.sampled_from([value for value in values if value != present])


def _set_edits(card: Card, field: Field, new: st.SearchStrategy[Value]) -> st.SearchStrategy[Edit]:
    adding = new.map(lambda value: Edit(field, Kind.ADD, value, identity(value)))
    present = values_of(card, field)
    if not present:
        return adding
    some = st.sampled_from(present)
    removing = some.map(lambda value: Edit(field, Kind.REMOVE, value, identity(value)))
    labelling = some.map(
        lambda value: Edit(field, Kind.LABEL, replace(value, label=_other_label(value)), identity(value))
    )
    return st.one_of(adding, removing, labelling)


def _other_label(value: Value) -> str:
    return next(label for label in LABELS if label != value.label)


def edited(card: Card, edit: Edit) -> Card:
    """The Card after the edit; the very same one where there was nothing to do."""
    match edit.field:
        case Field.NAME:
            return replace(card, name=replace(card.name, given=edit.value))
        case Field.BIRTHDAY:
            return replace(card, birthday=edit.value)
        case _:
            return replace(card, **{edit.field.value: _edited_values(values_of(card, edit.field), edit)})


def _edited_values(values, edit):
    present = any(identity(value) == edit.key for value in values)
    match edit.kind:
        case Kind.ADD if not present:
            return (*values, edit.value)
        case Kind.REMOVE:
            return tuple(value for value in values if identity(value) != edit.key)
        case Kind.LABEL:
            return tuple(
                replace(value, label=edit.value.label) if identity(value) == edit.key else value for value in values
            )
        case _:
            return values


def new_cards() -> st.SearchStrategy[Card]:
    """People who may be one another: few names, few addresses, few birthdays."""
    email = st.builds(Email, st.sampled_from(EMAILS), st.sampled_from(LABELS))
    return st.builds(
        Card,
        name=st.builds(Name, given=st.sampled_from(GIVEN_NAMES), family=st.sampled_from(("", "Ash"))),
        emails=st.lists(email, max_size=2, unique_by=lambda value: value.value).map(tuple),
        birthday=st.sampled_from(BIRTHDAYS),
    )
