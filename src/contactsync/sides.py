"""One side of a set: its groups, and what became of them since its own base.

Several entries of one identity are one value: a *group*, for which one entry speaks. An edit of the value
edits that entry, its removal removes all. Position decides nothing.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from contactsync.card import Address, Email, Phone, Value
from contactsync.normalize import address_lines, fold, identity, same_text, text_key, value_text

type Groups[V] = dict[Hashable, tuple[V, ...]]
type KeyOf = Callable[[Value], Hashable]

#: As many parts of an address must have stayed for it to be the one that was edited.
EQUAL_PARTS = 2


@dataclass(frozen=True, slots=True)
class Side[V: Email | Phone | Address]:
    """One side's difference. `origins` tells of an identity that is new which one it was edited from."""

    base: Groups[V]
    now: Groups[V]
    origins: Mapping[Hashable, Hashable]

    def before(self, key: Hashable) -> V | None:
        """The entry in the base that the speaking entry of the present value `key` was."""
        edit = self.edited(key)
        group = self.base.get(self.origins.get(key, key))
        if edit is not None:
            return edit[0]
        return group[0] if group else None

    def edited(self, key: Hashable) -> tuple[V, V] | None:
        """Of several entries of one identity the one that was edited, as it was and as it is."""
        group, base_group = self.now[key], self.base.get(key, ())
        was, now = without(base_group, group), without(group, base_group)
        return (was[0], now[0]) if was and now else None

    def value(self, key: Hashable) -> V:
        """The entry that speaks for a present value: the one edited since the base, else the base's own."""
        group, base_group = self.now[key], self.base.get(key, ())
        edit = self.edited(key)
        if edit is not None:
            return edit[1]
        kept = next((entry for entry in group if holds(base_group[:1], entry)), None)
        return kept or next((entry for entry in group if not holds(base_group, entry)), group[0])

    def is_respelled(self, key: Hashable) -> bool:
        """Whether the text was added or edited since the base, be it within the same identity."""
        before = self.before(key)
        return before is None or value_text(before) != value_text(self.value(key))

    def is_touched(self, key: Hashable) -> bool:
        """Whether the text or the label was added or edited since the base."""
        return not same_text(self.before(key), self.value(key))


def key_of_all(*versions: Iterable[Value]) -> KeyOf:
    """The identity of values that are looked at together.

    Numbers that are typed alike are one even if their keys differ: the region may have changed between two
    readings, or Google have read a number that we could not.
    """
    merged_into: dict[Hashable, Hashable] = {}

    def root(key: Hashable) -> Hashable:
        while key in merged_into:
            key = merged_into[key]
        return key

    for phone in (value for values in versions for value in values if isinstance(value, Phone)):
        key, typed = root(identity(phone)), root(("typed", *value_text(phone)))
        if key != typed:
            merged_into[typed] = key
    return lambda value: root(identity(value))


def groups[V: Email | Phone | Address](values: Iterable[V], key_of: KeyOf) -> Groups[V]:
    """The values by identity, in the order of their first entries."""
    grouped: Groups[V] = {}
    for value in values:
        key = key_of(value)
        grouped[key] = (*grouped.get(key, ()), value)
    return grouped


def side_of[V: Email | Phone | Address](base: Sequence[V], now: Sequence[V], key_of: KeyOf) -> Side[V]:
    """A side by its base and its present values."""
    base_groups, now_groups = groups(base, key_of), groups(now, key_of)
    removed = {key: group[0] for key, group in base_groups.items() if key not in now_groups}
    added = {key: group[0] for key, group in now_groups.items() if key not in base_groups}
    return Side(base_groups, now_groups, _edits_in_place(removed, added) if removed and added else {})


def _edits_in_place[V: Email | Phone | Address](
    removed: Mapping[Hashable, V], added: Mapping[Hashable, V]
) -> dict[Hashable, Hashable]:
    """From each edited identity to the one it was edited from: by label, addresses also by equal parts."""
    origins = _by_label(removed, added)
    rest_removed = {key: value for key, value in removed.items() if key not in origins.values()}
    rest_added = {key: value for key, value in added.items() if key not in origins}
    return origins | _by_parts(rest_removed, rest_added)


def _by_label(removed: Mapping[Hashable, Value], added: Mapping[Hashable, Value]) -> dict[Hashable, Hashable]:
    """The pairs whose label stands once among the removed and once among the added values."""
    removed_by_label, added_by_label = _once_labelled(removed), _once_labelled(added)
    return {key: removed_by_label[label] for label, key in added_by_label.items() if label in removed_by_label}


def _once_labelled(values: Mapping[Hashable, Value]) -> dict[str, Hashable]:
    counts = Counter(text_key(value.label) for value in values.values())
    labels = ((text_key(value.label), key) for key, value in values.items())
    return {label: key for label, key in labels if counts[label] == 1}


def _by_parts(removed: Mapping[Hashable, Value], added: Mapping[Hashable, Value]) -> dict[Hashable, Hashable]:
    """The pairs of addresses that are each other's nearest, no other as near."""
    equal = {
        (old, new): parts
        for (old, was), (new, value) in product(removed.items(), added.items())
        if (parts := _equal_parts(was, value)) >= EQUAL_PARTS
    }
    return {
        new: old
        for (old, new), parts in equal.items()
        if all(
            parts > other_parts
            for other, other_parts in equal.items()
            if other != (old, new) and (other[0] == old or other[1] == new)
        )
    }


def _equal_parts(one: Value, other: Value) -> int:
    if not isinstance(one, Address) or not isinstance(other, Address):
        return 0
    folded = zip(map(fold, address_lines(one)), map(fold, address_lines(other)), strict=True)
    return sum(bool(part) and part == other_part for part, other_part in folded)


def holds(entries: Iterable[Value], value: Value) -> bool:
    """Whether one of the entries is the value under the text comparison, label included."""
    return any(same_text(entry, value) for entry in entries)


def without[V: Email | Phone | Address](entries: Iterable[V], others: Iterable[V]) -> list[V]:
    """The entries but for those that the others hold, one for one: of exact twins one may have been edited."""
    left = list(others)
    rest = []
    for entry in entries:
        twin = next((other for other in left if same_text(entry, other)), None)
        if twin is None:
            rest.append(entry)
        else:
            left.remove(twin)
    return rest
