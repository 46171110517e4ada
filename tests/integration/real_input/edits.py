"""Edits that Alice makes of a contact, each with what her address book at Google must hold afterwards."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.integration.real_input.comparing import ADDRESS_PARTS, DERIVED, in_order

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """`patch` is what she types here; `expected` are the person's fields after it, and no other may change."""

    patch: Json = field(default_factory=dict)
    expected: dict[str, list[Json]] = field(default_factory=dict)

    def __or__(self, other: "Edit") -> "Edit":
        return Edit(self.patch | other.patch, self.expected | other.expected)


type Make = Callable[[Json, Json, int], Edit | None]


def change_family_name(contact: Json, person: Json, number: int) -> Edit:
    family = f"Lovelace{number}"
    expected = _changed(person, "names", 0, {"familyName": family})
    return Edit({"name": contact["name"] | {"family": family}}, expected)


def blank_given_name(contact: Json, person: Json, number: int) -> Edit | None:
    """Where something is left of the name then."""
    name = contact["name"] | {"given": ""}
    if not contact["name"]["given"] or not any(name.values()):
        return None
    return Edit({"name": name}, _changed(person, "names", 0, {"givenName": ""}))


def add_email(contact: Json, person: Json, number: int) -> Edit:
    added = {"value": f"new{number}@tandem.example", "label": "Difference Engine"}
    expected = _added(person, "emailAddresses", {"value": added["value"], "type": added["label"]})
    return Edit({"emails": [*contact["emails"], added]}, expected)


def change_phone(contact: Json, person: Json, number: int) -> Edit | None:
    return _change_value(contact, person, "phones", "phoneNumbers", {"value": f"+44 20 7946 {number:04}"})


def relabel_phone(contact: Json, person: Json, number: int) -> Edit | None:
    return _change_value(contact, person, "phones", "phoneNumbers", {"label": "Bat phone"})


def remove_phone(contact: Json, person: Json, number: int) -> Edit | None:
    place = _place_of_an_only_one(contact["phones"], "value")
    if place is None:
        return None
    entries = person["phoneNumbers"]
    raw = in_order(entries)[place]
    left = [entry for number, entry in enumerate(entries) if number != raw]
    return Edit({"phones": _left_out(contact["phones"], place)}, {"phoneNumbers": left})


def change_email(contact: Json, person: Json, number: int) -> Edit | None:
    return _change_value(contact, person, "emails", "emailAddresses", {"value": f"changed{number}@tandem.example"})


def change_city(contact: Json, person: Json, number: int) -> Edit | None:
    return _change_value(contact, person, "addresses", "addresses", {"city": f"Springfield {number}"})


def change_birthday(contact: Json, person: Json, number: int) -> Edit:
    """Where Google holds a text, that stays: what a Card can't hold is never written over."""
    date = {"year": 1900 + number % 100, "month": 2, "day": 1 + number % 28}
    if contact["birthday"] and "text" in contact["birthday"]:
        return Edit({"birthday": date})
    return Edit({"birthday": date}, _changed(person, "birthdays", 0, {"date": date}))


def change_all_five(contact: Json, person: Json, number: int) -> Edit:
    made = [make(contact, person, number) for make in (change_phone, change_city)]
    edit = change_family_name(contact, person, number) | add_email(contact, person, number)
    for one in (change_birthday(contact, person, number), *made):
        edit = edit if one is None else edit | one
    return edit


EDITS: tuple[Make, ...] = (
    change_family_name, blank_given_name, add_email, change_email, change_phone, relabel_phone, remove_phone,
    change_city, change_birthday,
)  # fmt: skip


def _change_value(contact: Json, person: Json, here: str, there: str, change: Json) -> Edit | None:
    place = _place_of_an_only_one(contact[here], "street" if here == "addresses" else "value")
    if place is None:
        return None
    values = contact[here]
    patched = [value | change if number == place else value for number, value in enumerate(values)]
    names = {"value": "value", "label": "type", **ADDRESS_PARTS}
    written = {names[part]: text for part, text in patched[place].items() if part in names}
    return Edit({here: patched}, _changed(person, there, in_order(person[there])[place], written))


def _place_of_an_only_one(values: list[Json], part: str) -> int | None:
    """The first value whose text is nobody else's: what becomes of twins is another test's matter."""
    texts = Counter(_key(value[part]) for value in values)
    return next((place for place, value in enumerate(values) if texts[_key(value[part])] == 1), None)


def _key(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _left_out(values: list[Json], place: int) -> list[Json]:
    return [value for number, value in enumerate(values) if number != place]


def _changed(person: Json, path: str, place: int, change: Json) -> dict[str, list[Json]]:
    entries = [dict(entry) for entry in person.get(path, [])]
    if place == len(entries):
        entries.append({"metadata": _metadata(person)})
    entry = {key: value for key, value in entries[place].items() if key not in DERIVED} | change
    entries[place] = {key: value for key, value in entry.items() if value}
    return {path: entries}


def _added(person: Json, path: str, entry: Json) -> dict[str, list[Json]]:
    return {path: [*person.get(path, []), entry | {"metadata": _metadata(person)}]}


def _metadata(person: Json) -> Json:
    """A new entry is the contact's own."""
    own = person["metadata"]["sources"][0]
    return {"source": {"type": own["type"], "id": own["id"]}}
