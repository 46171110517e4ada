"""The form of one person: the five fields that are synced, notes and labels. Other fields are left as they are."""

from collections.abc import Iterable, Mapping, Sequence

from google_sandbox.derive import NAME_PARTS
from google_sandbox.errors import Json
from google_sandbox.pages.html import Markup, tag
from google_sandbox.records import GroupVersion, Version

_NAME_WORDS = ("Prefix", "First name", "Middle name", "Last name", "Suffix")
_ADDRESS = {
    "streetAddress": "Street",
    "city": "City",
    "region": "State or region",
    "postalCode": "Postcode",
    "country": "Country",
}
_LISTS = {"emailAddresses": ("email", "E-mail"), "phoneNumbers": ("phone", "Phone")}
_DATE = ("year", "month", "day")
_SPARE_ROWS = 1


def person_form(version: Version | None, labels: Sequence[GroupVersion], account: str) -> Markup:
    """An empty form, or one filled with a person."""
    fields = version.fields if version else {}
    name = _first(fields.get("names", []))
    action = f"/contacts/{version.resource_name.removeprefix('people/')}" if version else "/contacts"
    return tag(
        "form",
        tag("input", type="hidden", name="account", value=account),
        _group("Name", [_field(f"name.{part}", word, name.get(part, "")) for part, word in _name_parts()]),
        *[_value_rows(field, prefix, word, fields.get(field, [])) for field, (prefix, word) in _LISTS.items()],
        *[_address_rows(number, item) for number, item in enumerate(_spare(fields.get("addresses", [])))],
        _birthday(_first(fields.get("birthdays", [])).get("date", {})),
        _notes(_first(fields.get("biographies", [])).get("value", "")),
        _labels(labels, version.labels if version else ()),
        tag("div", tag("button", "Save", type="submit"), class_="actions"),
        method="post",
        action=action,
        class_="person",
    )


def read_form(form: Mapping[str, str], before: Mapping[str, Sequence[Json]]) -> dict[str, list[Json]]:
    """The five fields and the notes as the form has them; keys it does not show are kept from `before`."""
    name = {part: form.get(f"name.{part}", "").strip() for part in NAME_PARTS}
    kept_name = _without(_first(before.get("names", [])), NAME_PARTS)
    fields = {"names": [{**kept_name, **name}] if any(name.values()) else []}
    for field, (prefix, _) in _LISTS.items():
        fields[field] = [item for item in _read_rows(form, prefix, before.get(field, [])) if item.get("value")]
    fields["addresses"] = _read_addresses(form, before.get("addresses", []))
    date = {part: _number(form[f"birthday.{part}"]) for part in _DATE if form.get(f"birthday.{part}", "").strip()}
    fields["birthdays"] = [{"date": date}] if date else []
    notes = form.get("notes", "").replace("\r\n", "\n")
    fields["biographies"] = [{"value": notes, "contentType": "TEXT_PLAIN"}] if notes.strip() else []
    return fields


def _number(text: str) -> int:
    if not text.strip().isdecimal():
        raise ValueError("A birthday is written in numbers.")
    return int(text)


def _name_parts() -> Iterable[tuple[str, str]]:
    return zip(NAME_PARTS, _NAME_WORDS, strict=True)


def _first(items: Sequence[Json]) -> Json:
    return items[0] if items else {}


def _spare(items: Sequence[Json]) -> list[Json]:
    return [*items, *({} for _ in range(_SPARE_ROWS))]


def _without(item: Json, keys: Iterable[str]) -> Json:
    return {key: value for key, value in item.items() if key not in keys}


def _read_rows(form: Mapping[str, str], prefix: str, before: Sequence[Json]) -> list[Json]:
    rows = []
    for number, item in enumerate(_spare(before)):
        value = form.get(f"{prefix}.{number}.value", "").strip()
        kind = form.get(f"{prefix}.{number}.type", "").strip()
        rows.append({**item, "value": value, "type": kind})
    return rows


def _read_addresses(form: Mapping[str, str], before: Sequence[Json]) -> list[Json]:
    rows = []
    for number, item in enumerate(_spare(before)):
        prefix = f"address.{number}"
        parts = {part: form.get(f"{prefix}.{part}", "").replace("\r\n", "\n").strip() for part in _ADDRESS}
        if any(parts.values()):
            kept = _without(item, ("formattedValue", "countryCode" if _country_changed(item, parts) else ""))
            rows.append({**kept, **parts, "type": form.get(f"{prefix}.type", "").strip()})
    return rows


def _country_changed(item: Json, parts: Json) -> bool:
    return bool(item.get("country", "") != parts["country"])


def _group(legend: str, rows: Iterable[Markup]) -> Markup:
    return tag("fieldset", tag("legend", legend), tag("div", rows, class_="grid"))


def _field(name: str, word: str, value: str, kind: str = "text") -> Markup:
    box = tag("input", type=kind, name=name, value=value, autocomplete="off")
    return tag("label", word, box, class_="field")


def _value_rows(field: str, prefix: str, word: str, items: Sequence[Json]) -> Markup:
    rows = []
    for number, item in enumerate(_spare(items)):
        rows.append(_field(f"{prefix}.{number}.value", word, item.get("value", "")))
        rows.append(_field(f"{prefix}.{number}.type", "Label", item.get("type", "")))
    return _group("E-mail addresses" if field == "emailAddresses" else "Phone numbers", rows)


def _address_rows(number: int, item: Json) -> Markup:
    rows = [_field(f"address.{number}.{part}", word, item.get(part, "")) for part, word in _ADDRESS.items()]
    rows.append(_field(f"address.{number}.type", "Label", item.get("type", "")))
    return _group("Address" if item else "Another address", rows)


def _birthday(date: Json) -> Markup:
    words = {"year": "Year (may be empty)", "month": "Month", "day": "Day"}
    rows = [_field(f"birthday.{part}", words[part], str(date.get(part, "")), "number") for part in _DATE]
    return _group("Birthday", rows)


def _notes(text: str) -> Markup:
    area = tag("textarea", text, name="notes", rows="3")
    return tag("fieldset", tag("legend", "Notes"), tag("label", "Notes", area, class_="field"))


def _labels(labels: Sequence[GroupVersion], chosen: Sequence[str]) -> Markup:
    boxes = [
        tag(
            "label",
            tag("input", type="checkbox", name="label", value=one.resource_name, checked=one.resource_name in chosen),
            one.name,
            class_="choice",
        )
        for one in labels
    ]
    new = _field("new_label", "New label", "")
    return tag("fieldset", tag("legend", "Labels"), boxes, new)
