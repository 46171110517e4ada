"""Which of two values to suggest: only one that holds all that the other says. Pure; never a guess by time.

No clock tells which side is right: Google moves its times without a change, and a person may have corrected either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Because(StrEnum):
    OTHER_EMPTY = "other_empty"
    SAYS_MORE = "says_more"
    CAPITALS = "capitals"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`choice` is the answer's word: 'google' or 'tandem'."""

    choice: str
    because: Because


def suggestion(field: str, local: Any, remote: Any) -> Suggestion | None:
    """What to suggest of a field's two values, in the shape that conflicts keep them; None where neither is fuller."""
    here, there = _parts(local), _parts(remote)
    if not here or not there:
        return _empty(here, there)
    is_name = field == "name"
    google_covers, tandem_covers = _covers(there, here, is_name=is_name), _covers(here, there, is_name=is_name)
    if google_covers and tandem_covers:
        return _by_capitals(here, there)
    if google_covers or tandem_covers:
        return Suggestion("google" if google_covers else "tandem", Because.SAYS_MORE)
    return None


def _parts(value: Any) -> dict[str, str]:
    """What a value says, part by part; the key of a phone number is derived from it."""
    if not isinstance(value, Mapping):
        return {}
    said = {
        part: " ".join(str(text).split()) for part, text in value.items() if part != "key" and text not in ("", None)
    }
    return {part: text for part, text in said.items() if text}


def _empty(here: Mapping[str, str], there: Mapping[str, str]) -> Suggestion | None:
    if here or there:
        return Suggestion("google" if there else "tandem", Because.OTHER_EMPTY)
    return None


def _covers(fuller: Mapping[str, str], lesser: Mapping[str, str], *, is_name: bool) -> bool:
    """Whether each part of the lesser is in the fuller as well; of a name its initial will do."""
    return all(_is_in(text, fuller.get(part, ""), is_name=is_name) for part, text in lesser.items())


def _is_in(text: str, other: str, *, is_name: bool) -> bool:
    lesser, fuller = text.casefold(), other.casefold()
    is_initial = is_name and len(lesser.removesuffix(".")) == 1 and fuller.startswith(lesser.removesuffix("."))
    return lesser == fuller or is_initial


def _by_capitals(here: Mapping[str, str], there: Mapping[str, str]) -> Suggestion | None:
    """Of two spellings that differ in their capitals alone, the one that has some and not only those."""
    tidy_here, tidy_there = _is_tidy(here), _is_tidy(there)
    if tidy_here == tidy_there:
        return None
    return Suggestion("tandem" if tidy_here else "google", Because.CAPITALS)


def _is_tidy(parts: Mapping[str, str]) -> bool:
    text = " ".join(parts.values())
    return text not in (text.lower(), text.upper())
