"""Merging the two fields that a Card holds once: the name, part by part, and the birthday."""

from calendar import monthrange
from dataclasses import dataclass

from contactsync.card import Birthday, Name
from contactsync.names import fold_name
from contactsync.normalize import is_blank, name_parts, same_text, text_key
from contactsync.verdict import Verdict, verdict


@dataclass(frozen=True, slots=True)
class MergedSingle[T]:
    """What each side shall hold, and whether the policy had to decide."""

    local: T
    remote: T
    is_clash: bool = False


def merge_name(
    local_base: Name, local: Name, remote_base: Name, remote: Name, *, local_wins: bool
) -> MergedSingle[Name]:
    """Part by part; the same part changed differently is a clash of the whole name."""
    parts = [name_parts(name) for name in (local_base, local, remote_base, remote)]
    verdicts = [verdict(*map(text_key, versions)) for versions in zip(*parts, strict=True)]
    if Verdict.CLASH in verdicts:
        return MergedSingle(*Verdict.CLASH.apply(local, remote, local_wins=local_wins), is_clash=True)
    merged = [
        part_verdict.apply(here, there, local_wins=local_wins)
        for part_verdict, here, there in zip(verdicts, parts[1], parts[3], strict=True)
    ]
    return MergedSingle(Name(*(here for here, _ in merged)), Name(*(there for _, there in merged)))


def fill_name(local: Name, remote: Name) -> tuple[Name, Name]:
    """Each side's blank parts from the other side, but for words that it holds in another part.

    'Bob Smith', typed as a given name, meets Bob Smith: nobody becomes Bob Smith Smith.
    """
    return _filled_name(local, remote), _filled_name(remote, local)


def _filled_name(mine: Name, theirs: Name) -> Name:
    held = frozenset(word for part in name_parts(mine) for word in fold_name(part))
    parts = zip(name_parts(mine), name_parts(theirs), strict=True)
    return Name(*(other if is_blank(own) and not _is_held(other, held) else own for own, other in parts))


def _is_held(part: str, words: frozenset[str]) -> bool:
    folded = fold_name(part)
    return bool(folded) and words.issuperset(folded)


def merge_birthday(
    local_base: Birthday | None,
    local: Birthday | None,
    remote_base: Birthday | None,
    remote: Birthday | None,
    *,
    local_wins: bool,
) -> MergedSingle[Birthday | None]:
    """As a whole; if both sides changed it, the year and the day of the year apart.

    What is no full day (a text, a year alone) is never written to Google nor written over there. Here it is
    shown: it comes in where no date stands.
    """
    if _is_opaque(remote) or _is_opaque(local):
        return MergedSingle(_shown(local_base, local, remote_base, remote), remote)
    if _is_missing(remote) and _is_opaque(remote_base):
        return MergedSingle(local, local)
    if _is_missing(local) and _is_opaque(local_base):
        return MergedSingle(remote, remote)
    whole = verdict(*map(_date_key, (local_base, local, remote_base, remote)))
    if whole is Verdict.CLASH and same_text(local_base, remote_base):
        combined = _combined(local_base, local, remote)
        if combined is not None:
            return MergedSingle(combined, combined)
    return MergedSingle(*whole.apply(local, remote, local_wins=local_wins), is_clash=whole is Verdict.CLASH)


def fill_birthday(local: Birthday | None, remote: Birthday | None) -> tuple[Birthday | None, Birthday | None]:
    """The missing one from the other side, and the year where only it is missing; what differs stays."""
    if _is_missing(local):
        return remote, remote
    if _is_missing(remote):
        return local, (None if _is_opaque(local) else local)
    if _is_opaque(local) or _is_opaque(remote) or _day_key(local) != _day_key(remote):
        return local, remote
    filled_local = remote if _year(local) is None else local
    return filled_local, (local if _year(remote) is None else remote)


def _shown(
    local_base: Birthday | None, local: Birthday | None, remote_base: Birthday | None, remote: Birthday | None
) -> Birthday | None:
    """The local side where one side is no full day: Google's edit comes in, but never in place of a date."""
    if not same_text(local_base, local) or same_text(remote_base, remote):
        return local
    if _is_opaque(remote):
        return local if local is not None and local.is_date else remote
    return local if _is_missing(remote) and not _is_opaque(remote_base) else remote


def _combined(base: Birthday | None, local: Birthday | None, remote: Birthday | None) -> Birthday | None:
    """The year of the side that changed it with the day of the side that changed that; None for a clash."""
    if local is None or remote is None:
        return None
    year = verdict(_year(base), local.year, _year(base), remote.year)
    day = verdict(_day_key(base), _day_key(local), _day_key(base), _day_key(remote))
    if Verdict.CLASH in (year, day):
        return None
    dated = remote if day is Verdict.REMOTE else local
    combined = Birthday((remote if year is Verdict.REMOTE else local).year, dated.month, dated.day)
    return combined if _exists(combined) else None


def _exists(birthday: Birthday) -> bool:
    """Whether a calendar has the day: 29 February is none of most years."""
    leap_year = 2000
    return (birthday.day or 0) <= monthrange(birthday.year or leap_year, birthday.month or 1)[1]


def _is_missing(birthday: Birthday | None) -> bool:
    return same_text(birthday, None)


def _is_opaque(birthday: Birthday | None) -> bool:
    return birthday is not None and not birthday.is_date and not _is_missing(birthday)


def _year(birthday: Birthday | None) -> int | None:
    return birthday.year if birthday is not None else None


def _day_key(birthday: Birthday | None) -> tuple[int | None, int | None] | None:
    return (birthday.month, birthday.day) if birthday is not None else None


def _date_key(birthday: Birthday | None) -> tuple[int | None, ...] | None:
    return None if _is_missing(birthday) or birthday is None else (birthday.year, *(_day_key(birthday) or ()))
