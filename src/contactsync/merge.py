"""Merging one linked pair: each side's edits are a difference against that side's own base.

Both differences are applied to the other side. The two bases are never assumed to be equal: what differed at
the first meeting, and nobody edited, stays.
"""

from dataclasses import dataclass, replace
from typing import Any, assert_never

from contactsync.card import BLANK, Birthday, Card, Field, Name, Value
from contactsync.changes import FieldChange, differing_fields, field_changes
from contactsync.normalize import field_text, same_card, values_of
from contactsync.records import ConflictPolicy, Policy
from contactsync.sets import fill_values, merge_values, moved_values
from contactsync.singles import MergedSingle, fill_birthday, fill_name, merge_birthday, merge_name

__all__ = [
    "Conflict",
    "FieldChange",
    "Merged",
    "differing_fields",
    "field_changes",
    "fill",
    "merge",
    "moved_base",
    "overlay",
]

type Single = Name | Birthday | None
type Content = Single | tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both sides changed differently: the name, the birthday, or text or label of one value.

    `kept` says whose stands on both sides now, and the other one's is to be recorded; under `ASK` each side keeps its
    own until a person chooses.
    """

    field: Field
    local: Single | Value
    remote: Single | Value
    kept: ConflictPolicy


@dataclass(frozen=True, slots=True)
class Merged:
    """What each side's Card shall be. A side that gains nothing has the very Card it came with."""

    local: Card
    remote: Card
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class _Versions:
    """The four Cards that a merge looks at."""

    local_base: Card
    local: Card
    remote_base: Card
    remote: Card


@dataclass(frozen=True, slots=True)
class _MergedField:
    """One field of both sides, and the pairs (local, remote) of which the policy chose one, or none."""

    local: Content
    remote: Content
    clashes: tuple[tuple[Single | Value, Single | Value], ...] = ()
    kept: ConflictPolicy = ConflictPolicy.GOOGLE


def merge(local_base: Card, local: Card, remote_base: Card, remote: Card, *, policy: Policy) -> Merged:
    """Applies each side's difference to the other side.

    Merged again with each side's result as its base, nothing changes any more. A single field that is to be asked
    about stays as it is on each side.
    """
    edited = differing_fields(local_base, local) | differing_fields(remote_base, remote)
    versions = _Versions(local_base, local, remote_base, remote)
    return _applied(local, remote, {field: _merge_field(versions, field, policy) for field in edited})


def fill(local: Card, remote: Card) -> Merged:
    """The first meeting of a linked pair: fills blanks on both sides, parts included; replaces nothing."""
    filled = {field: _fill_field(local, remote, field) for field in differing_fields(local, remote)}
    return _applied(local, remote, filled)


def overlay(before: Card, after: Card, onto: Card) -> Card:
    """Our difference from `before` to `after`, laid over `onto`: ours wins, all else of `onto` stays."""
    return merge(before, after, onto, onto, policy=Policy(conflict=ConflictPolicy.TANDEM)).remote


def moved_base(base: Card, before: Card, after: Card, answer: Card, fields: frozenset[Field]) -> Card:
    """Google's base after our write of `fields`, which turned the person's Card from `before` into `after`.

    The base with our own difference laid over it, what we wrote in the spelling of `answer`. So what Google
    changed meanwhile, in these fields or others, is still a difference.
    """
    laid = overlay(before, after, base)
    moved: dict[str, Any] = {field.value: _moved_content(base, laid, answer, field) for field in fields}
    return replace(base, **moved)


def _moved_content(base: Card, laid: Card, answer: Card, field: Field) -> Content:
    match field:
        case Field.NAME:
            return laid.name
        case Field.BIRTHDAY:
            return laid.birthday
        case Field.EMAILS | Field.PHONES | Field.ADDRESSES:
            return moved_values(values_of(base, field), values_of(laid, field), values_of(answer, field))
        case _:
            assert_never(field)


def _merge_field(versions: _Versions, field: Field, policy: Policy) -> _MergedField:
    was_emptied = _is_emptied(versions.local_base, versions.local, field) or _is_emptied(
        versions.remote_base, versions.remote, field
    )
    if was_emptied and policy.refills(field):
        return _fill_field(versions.local, versions.remote, field)
    match field:
        case Field.NAME:
            return _merge_names(versions, policy.conflict)
        case Field.BIRTHDAY:
            return _merge_birthdays(versions, policy.conflict)
        case Field.EMAILS | Field.PHONES | Field.ADDRESSES:
            return _merge_sets(versions, field, policy.conflict)
        case _:
            assert_never(field)


def _is_emptied(base: Card, now: Card, field: Field) -> bool:
    blank = field_text(BLANK, field)
    return field_text(now, field) == blank and field_text(base, field) != blank


def _merge_names(versions: _Versions, policy: ConflictPolicy) -> _MergedField:
    local, remote = versions.local.name, versions.remote.name
    local_wins = policy is ConflictPolicy.TANDEM
    merged = merge_name(versions.local_base.name, local, versions.remote_base.name, remote, local_wins=local_wins)
    return _single(merged, local, remote, policy)


def _merge_birthdays(versions: _Versions, policy: ConflictPolicy) -> _MergedField:
    local, remote = versions.local.birthday, versions.remote.birthday
    local_wins = policy is ConflictPolicy.TANDEM
    merged = merge_birthday(
        versions.local_base.birthday, local, versions.remote_base.birthday, remote, local_wins=local_wins
    )
    return _single(merged, local, remote, policy)


def _single[T: (Name, Birthday | None)](
    merged: MergedSingle[T], local: T, remote: T, policy: ConflictPolicy
) -> _MergedField:
    """What a merge came to; where nobody is to decide but a person, each side as it is."""
    if not merged.is_clash:
        return _MergedField(merged.local, merged.remote)
    if policy is ConflictPolicy.ASK:
        return _MergedField(local, remote, ((local, remote),), policy)
    return _MergedField(merged.local, merged.remote, ((local, remote),), policy)


def _merge_sets(versions: _Versions, field: Field, policy: ConflictPolicy) -> _MergedField:
    """Nobody is asked about a value of a set: Google's text or label stands then, and the other is recorded."""
    kept = ConflictPolicy.TANDEM if policy is ConflictPolicy.TANDEM else ConflictPolicy.GOOGLE
    merged = merge_values(
        values_of(versions.local_base, field),
        values_of(versions.local, field),
        values_of(versions.remote_base, field),
        values_of(versions.remote, field),
        local_wins=kept is ConflictPolicy.TANDEM,
    )
    return _MergedField(merged.local, merged.remote, merged.clashes, kept)


def _fill_field(local: Card, remote: Card, field: Field) -> _MergedField:
    match field:
        case Field.NAME:
            return _MergedField(*fill_name(local.name, remote.name))
        case Field.BIRTHDAY:
            return _MergedField(*fill_birthday(local.birthday, remote.birthday))
        case Field.EMAILS | Field.PHONES | Field.ADDRESSES:
            filled = fill_values(values_of(local, field), values_of(remote, field))
            return _MergedField(filled.local, filled.remote)
        case _:
            assert_never(field)


def _applied(local: Card, remote: Card, fields: dict[Field, _MergedField]) -> Merged:
    conflicts = (
        Conflict(field, here, there, fields[field].kept)
        for field in Field
        if field in fields
        for here, there in fields[field].clashes
    )
    return Merged(
        local=_with_fields(local, {field: merged.local for field, merged in fields.items()}),
        remote=_with_fields(remote, {field: merged.remote for field, merged in fields.items()}),
        conflicts=tuple(conflicts),
    )


def _with_fields(card: Card, contents: dict[Field, Content]) -> Card:
    """The Card with other contents; where they say nothing new under the text comparison, the Card itself."""
    replaced: dict[str, Any] = {field.value: content for field, content in contents.items()}
    changed = replace(card, **replaced)
    return card if same_card(card, changed) else changed
