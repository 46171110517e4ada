"""What we send: entries made from Cards, laid over the newest person's own entries. Pure.

In a masked field an entry that we did not change goes back as it was read; one that we changed goes without
the twins that Google derives; of `metadata` only `sourcePrimary` is sent; entries of another source are left
out (docs/explanation/sync.md, What goes to Google).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from contactsync.card import Address, Birthday, Email, Name, Phone, Value
from contactsync.normalize import clean, is_blank, same_text, text_key
from contactsync.sides import Side, key_of_all, side_of, without
from google_people import wire
from google_people.reading import is_own, is_primary

type RawEntry = dict[str, Any]

#: What Google derives from the rest of an entry and what, sent along, would win over the edit.
_TWINS = ("displayNameLastFirst", "unstructuredName", "formattedValue", "formattedType", "canonicalForm")
#: Only a name's display name is derived; an e-mail's is the user's own text.
_NAME_TWINS = (*_TWINS, "displayName")


@dataclass(frozen=True, slots=True)
class Held[V: (Email, Phone, Address)]:
    """An entry of the newest person: as received, and the value that it stands for, if any."""

    raw: RawEntry
    value: V | None


def held_entries[V: (Email, Phone, Address)](
    raw: Sequence[RawEntry], entries: Sequence[wire.Entry], values: Iterable[V | None]
) -> list[Held[V]]:
    """The contact's own entries, in the order received; the three arguments go in step."""
    return [
        Held(raw_entry, value) for raw_entry, entry, value in zip(raw, entries, values, strict=True) if is_own(entry)
    ]


def set_entries[V: (Email, Phone, Address)](held: Sequence[Held[V]], desired: Sequence[V]) -> list[RawEntry]:
    """The entries of an email, phone or address field that hold the values desired; new ones last.

    Several entries of one identity are one value: all go back, an edit goes into the one that was edited, and
    removing the value removes all.
    """
    present = [entry.value for entry in held if entry.value is not None]
    key_of = key_of_all(present, desired)
    side = side_of(present, desired, key_of)
    groups: dict[Hashable, list[Held[V]]] = {}
    for entry in held:
        if entry.value is not None:
            groups.setdefault(key_of(entry.value), []).append(entry)
    fates = {id(entry): fate for key, group in groups.items() for entry, fate in _fates(key, group, side)}
    kept = (_written(entry, fates.get(id(entry))) for entry in held)
    added = (group for key, group in side.now.items() if key not in side.base and key not in side.origins)
    return [raw for raw in kept if raw is not None] + [value_entry({}, value) for group in added for value in group]


def _fates[V: (Email, Phone, Address)](
    key: Hashable, group: Sequence[Held[V]], side: Side[V]
) -> Iterable[tuple[Held[V], V | None]]:
    """What becomes of the entries of one identity; None: it is removed."""
    if key in side.now:
        return zip(group, _respelled(group, side.now[key]), strict=True)
    edited = next((new for new, old in side.origins.items() if old == key), None)
    first = None if edited is None else side.now[edited][0]
    return [(entry, first if place == 0 else None) for place, entry in enumerate(group)]


def _respelled[V: (Email, Phone, Address)](group: Sequence[Held[V]], wanted: Sequence[V]) -> Iterable[V | None]:
    """Each entry's value: its own where that is still wanted, else one that is wanted and not there yet."""
    values = [entry.value for entry in group if entry.value is not None]
    fresh, left = iter(without(wanted, values)), without(values, wanted)
    return [next(fresh, value) if any(value is other for other in left) else value for value in values]


def _written[V: (Email, Phone, Address)](entry: Held[V], fate: V | None) -> RawEntry | None:
    """An entry as it goes back; None where its value is removed."""
    if entry.value is None or same_text(entry.value, fate):  # a blank one is nothing that we changed
        return _as_read(entry.raw)
    return None if fate is None else value_entry(entry.raw, fate)


def name_entries(
    raw: Sequence[RawEntry], entries: Sequence[wire.NameEntry], present: Name, desired: Name
) -> list[RawEntry]:
    """The one entry of `names` (Google takes no second)."""
    kept = next(iter(_own_primary_first(raw, entries)), {})
    entry = _as_read(kept) if same_text(present, desired) else name_entry(kept, desired)
    return [entry] if entry.keys() - {"metadata"} else []


def birthday_entries(
    raw: Sequence[RawEntry],
    entries: Sequence[wire.BirthdayEntry],
    present: Birthday | None,
    desired: Birthday | None,
) -> list[RawEntry]:
    """The one entry of `birthdays`. A birthday that is no date is never written: what is there goes back."""
    own = _own_primary_first(raw, entries)
    kept = next((entry for entry in own if entry.get("date")), next(iter(own), {}))
    if same_text(present, desired) or (desired is not None and not desired.is_date):
        return [_as_read(kept)] if kept else []
    return [] if desired is None else [birthday_entry(kept, desired)]


def _own_primary_first(raw: Sequence[RawEntry], entries: Sequence[wire.Entry]) -> list[RawEntry]:
    pairs = [(entry, raw_entry) for entry, raw_entry in zip(entries, raw, strict=True) if is_own(entry)]
    return [raw_entry for _, raw_entry in sorted(pairs, key=lambda pair: not is_primary(pair[0]))]


def value_entry(raw: RawEntry, value: Value) -> RawEntry:
    """The entry with this value in it; `raw` is the entry that it was edited in, or empty."""
    parts: dict[str, str]
    match value:
        case Email() | Phone():
            parts = {"value": value.value}
        case Address():
            parts = {
                "streetAddress": value.street,
                "extendedAddress": value.extended,
                "poBox": value.po_box,
                "city": value.city,
                "region": value.region,
                "postalCode": value.postal_code,
                "country": value.country,
                "countryCode": value.country_code,
            }
        case _:
            assert_never(value)
    return _laid_over(_without(raw, _TWINS), {**parts, "type": value.label})


def name_entry(raw: RawEntry, name: Name) -> RawEntry:
    """The name by its parts; phonetic parts, which a Card does not hold, stay."""
    parts = {
        "honorificPrefix": name.prefix,
        "givenName": name.given,
        "middleName": name.middle,
        "familyName": name.family,
        "honorificSuffix": name.suffix,
    }
    return _laid_over(_without(raw, _NAME_TWINS), parts)


def birthday_entry(raw: RawEntry, birthday: Birthday) -> RawEntry:
    """The date alone: a text beside it would contradict it."""
    date = {"year": birthday.year, "month": birthday.month, "day": birthday.day}
    known = {part: number for part, number in date.items() if number is not None}
    return {**_without(raw, ("text", "date")), "date": known}


def _as_read(raw: RawEntry) -> RawEntry:
    return _without(raw, ())


def _without(raw: RawEntry, keys: Sequence[str]) -> RawEntry:
    """The entry without these keys, and of its metadata only what may be written."""
    entry = {key: value for key, value in raw.items() if key != "metadata" and key not in keys}
    if raw.get("metadata", {}).get("sourcePrimary"):
        entry["metadata"] = {"sourcePrimary": True}
    return entry


def _laid_over(entry: RawEntry, parts: Mapping[str, str]) -> RawEntry:
    """The entry with these texts; one that nobody edited keeps its spelling, a blank one is left out."""
    for key, text in parts.items():
        if is_blank(text):
            entry.pop(key, None)
        elif text_key(clean(entry.get(key, ""))) != text_key(text):
            entry[key] = clean(text)
    return entry
