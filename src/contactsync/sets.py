"""Merging emails, phones and addresses: values are paired (`contactsync.sides`), then merged.

Text and label of a pair are merged like single fields; what has no pair is kept, dropped or gained. What a
side gains goes last.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from contactsync.card import Address, Email, Phone
from contactsync.normalize import fold, identity, is_blank, same_text, text_key, value_text
from contactsync.sides import Groups, Side, groups, holds, key_of_all, side_of
from contactsync.verdict import Verdict, verdict


@dataclass(frozen=True, slots=True)
class MergedValues[V]:
    """What each side shall hold, and the pairs (local, remote) of which the policy had to choose one."""

    local: tuple[V, ...]
    remote: tuple[V, ...]
    clashes: tuple[tuple[V, V], ...] = ()


def merge_values[V: Email | Phone | Address](
    local_base: Sequence[V],
    local: Sequence[V],
    remote_base: Sequence[V],
    remote: Sequence[V],
    *,
    local_wins: bool,
) -> MergedValues[V]:
    """Lays each side's difference over the other side."""
    key_of = key_of_all(local_base, local, remote_base, remote)
    here, there = side_of(local_base, local, key_of), side_of(remote_base, remote, key_of)
    pairs = _pairs(here, there)
    merged = {key: _merge_pair(here, key, there, other, local_wins=local_wins) for key, other in pairs.items()}
    clashes = tuple((here.value(key), there.value(pairs[key])) for key, pair in merged.items() if pair.is_clash)
    return MergedValues(
        local=_result(here, there, {key: pair.local for key, pair in merged.items()}, set(pairs.values())),
        remote=_result(there, here, {pairs[key]: pair.remote for key, pair in merged.items()}, set(pairs)),
        clashes=clashes,
    )


def fill_values[V: Email | Phone | Address](local: Sequence[V], remote: Sequence[V]) -> MergedValues[V]:
    """The union by identity; of a pair, blank labels and parts are filled, and nothing is replaced."""
    key_of = key_of_all(local, remote)
    here, there = groups(local, key_of), groups(remote, key_of)
    return MergedValues(local=_filled(here, there), remote=_filled(there, here))


def moved_values[V: Email | Phone | Address](
    base: Sequence[V], laid: Sequence[V], answer: Sequence[V]
) -> tuple[V, ...]:
    """`laid` (the base with our difference over it), what we wrote of it in the spelling of the answer.

    A value that we did not write keeps the base's spelling: how the answer spells it may be an edit there.
    """
    key_of = key_of_all(base, laid, answer)
    old, answered = groups(base, key_of), groups(answer, key_of)
    return tuple(_respelled(value, old.get(key_of(value), ()), answered.get(key_of(value), ())) for value in laid)


@dataclass(frozen=True, slots=True)
class _Merged[V]:
    """The entry that speaks for a side's value of a pair, and what it becomes."""

    speaker: V
    becomes: V


@dataclass(frozen=True, slots=True)
class _MergedPair[V]:
    local: _Merged[V]
    remote: _Merged[V]
    is_clash: bool


def _pairs[V: Email | Phone | Address](here: Side[V], there: Side[V]) -> dict[Hashable, Hashable]:
    """Local values to remote ones: of one identity, or the one edited in place and the other as it was."""
    same = {key: key for key in here.now if key in there.now}
    return same | _carried(here, there) | {old: new for new, old in _carried(there, here).items()}


def _carried[V: Email | Phone | Address](editor: Side[V], other: Side[V]) -> dict[Hashable, Hashable]:
    """The edits in place that the other side can take over where its value stands.

    Not if that side has the new value already, or edited the old one itself: then both values are kept.
    """
    return {
        new: old
        for new, old in editor.origins.items()
        if old in other.now and new not in other.now and not other.is_respelled(old)
    }


def _merge_pair[V: Email | Phone | Address](
    here: Side[V], local_key: Hashable, there: Side[V], remote_key: Hashable, *, local_wins: bool
) -> _MergedPair[V]:
    """Text and label apart, each like a single field."""
    local_base, local = _speaking(here, local_key, there, remote_key)
    remote_base, remote = _speaking(there, remote_key, here, local_key)
    if local_key == remote_key and _came_from_elsewhere(here, there, local_key):
        local_base = remote_base = None
    versions = (local_base, local, remote_base, remote)
    text = verdict(*(value_text(value) if value else None for value in versions))
    label = verdict(*(text_key(value.label) if value else "" for value in versions))
    texts = text.apply(local, remote, local_wins=local_wins)
    labels = label.apply(local.label, remote.label, local_wins=local_wins)
    return _MergedPair(
        local=_Merged(local, replace(texts[0], label=labels[0])),
        remote=_Merged(remote, replace(texts[1], label=labels[1])),
        is_clash=Verdict.CLASH in (text, label),
    )


def _speaking[V: Email | Phone | Address](
    mine: Side[V], key: Hashable, theirs: Side[V], their_key: Hashable
) -> tuple[V | None, V]:
    """My entry that speaks for a pair, before and now: the one that I edited, or else the one that they did."""
    edit = theirs.edited(their_key)
    if edit is not None and mine.edited(key) is None:
        for entry in mine.now[key]:
            if same_text(entry, edit[0]):
                return entry, entry
    return mine.before(key), mine.value(key)


def _came_from_elsewhere[V: Email | Phone | Address](here: Side[V], there: Side[V], key: Hashable) -> bool:
    """Whether both sides gained the value, but not by the same edit: then no label of old can be its base."""
    is_new = key not in here.base and key not in there.base
    return is_new and here.origins.get(key) != there.origins.get(key)


def _result[V: Email | Phone | Address](
    mine: Side[V], theirs: Side[V], merged: Mapping[Hashable, _Merged[V]], paired_there: set[Hashable]
) -> tuple[V, ...]:
    """My side without what they removed and I did not touch; after it, what they added or edited."""
    kept = [
        entry
        for key, group in mine.now.items()
        if key in merged or key not in theirs.base or mine.is_touched(key)
        for entry in (_with_entry(group, merged[key]) if key in merged else group)
    ]
    gained = [theirs.value(key) for key in theirs.now if key not in paired_there and theirs.is_touched(key)]
    return (*kept, *gained)


def _with_entry[V: Email | Phone | Address](group: tuple[V, ...], merged: _Merged[V]) -> tuple[V, ...]:
    """The group with its speaking entry merged; a new identity takes the place of all its entries."""
    if merged.becomes == merged.speaker:
        return group
    if identity(merged.becomes) != identity(merged.speaker):
        return (merged.becomes,)
    position = group.index(merged.speaker)
    return (*group[:position], merged.becomes, *group[position + 1 :])


def _filled[V: Email | Phone | Address](mine: Groups[V], theirs: Groups[V]) -> tuple[V, ...]:
    kept = (
        entry
        for key, group in mine.items()
        for entry in ((_with_blanks_filled(group[0], theirs[key][0]), *group[1:]) if key in theirs else group)
    )
    return (*kept, *(group[0] for key, group in theirs.items() if key not in mine))


def _with_blanks_filled[V: Email | Phone | Address](value: V, source: V) -> V:
    label = source.label if is_blank(value.label) else value.label
    if isinstance(value, Address) and isinstance(source, Address) and is_blank(value.country_code):
        return replace(value, label=label, country_code=source.country_code)
    return replace(value, label=label)


def _respelled[V: Email | Phone | Address](value: V, old: tuple[V, ...], answered: tuple[V, ...]) -> V:
    if not answered or holds(old, value):
        return value
    answer = next((entry for entry in answered if same_text(entry, value)), answered[0])
    is_text_ours = all(value_text(entry) != value_text(value) for entry in old)
    is_label_ours = all(text_key(entry.label) != text_key(value.label) for entry in old)
    takes_label = is_label_ours and fold(answer.label) == fold(value.label)
    return replace(answer if is_text_ours else value, label=answer.label if takes_label else value.label)
