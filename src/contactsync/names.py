"""Whether two names can be one person's, as far as names can tell (First meeting, Compatible names).

Compared without case, marks and punctuation. A name alone never links: this only keeps evidence from linking
people who share a number or an address.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from nicknames import NickNamer

from contactsync.card import Name

#: Letters that Unicode does not take apart, as the alphabet's owners write them without them.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
)

#: A suffix that tells a parent from a child; a son is called either Jr. or II.
_GENERATIONS = {"jr": "2", "junior": "2", "ii": "2", "sr": "1", "senior": "1", "iii": "3", "iv": "4"}


@dataclass(frozen=True, slots=True)
class _Words:
    """A name as folded words, titles left out."""

    given: tuple[str, ...]
    middle: tuple[str, ...]
    family: tuple[str, ...]
    generation: str

    @property
    def all(self) -> tuple[str, ...]:
        return self.given + self.middle + self.family


def compatible_names(one: Name, other: Name, *, same_email: bool = False) -> bool:
    """Whether both can name one person; with the same email their family names may differ (people marry)."""
    first, second = _words(one), _words(other)
    if first.generation and second.generation and first.generation != second.generation:
        return False
    if not first.all or not second.all or sorted(first.all) == sorted(second.all):
        return True
    if not _compatible_given(first, second):
        return False
    families = _joined(first.family), _joined(second.family)
    is_named = bool(first.given and second.given)
    return families[0] == families[1] or (is_named and (same_email or not all(families)))


def name_key(name: Name) -> str:
    """A full name for looking it up: its words in order; empty where there is but one, which names nobody."""
    words = _words(name).all
    return " ".join(words) if len(words) > 1 else ""


@lru_cache(maxsize=65_536)
def fold_name(text: str) -> tuple[str, ...]:
    """The words of a name without case, marks and punctuation: `O'Brien-Łuk` is `obrien`, `luk`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    return tuple("".join(map(_folded_character, decomposed)).split())


def _folded_character(character: str) -> str:
    """Apostrophes stand inside a word and fall out of it; dots and hyphens stand between words."""
    if character.isalnum():
        return character
    return "" if character in "'’ʼ`´" or unicodedata.category(character) in {"Mn", "Cf"} else " "


@lru_cache(maxsize=65_536)
def _words(name: Name) -> _Words:
    family, suffix = fold_name(name.family), fold_name(name.suffix)
    in_family = _GENERATIONS.get(family[-1], "") if len(family) > 1 else ""
    in_suffix = next((_GENERATIONS[word] for word in suffix if word in _GENERATIONS), "")
    return _Words(
        given=fold_name(name.given),
        middle=fold_name(name.middle),
        family=family[:-1] if in_family else family,
        generation=in_suffix or in_family,
    )


def _compatible_given(first: _Words, second: _Words) -> bool:
    givens = _joined(first.given), _joined(second.given)
    if givens[0] == givens[1] or _joined(first.given + first.middle) == _joined(second.given + second.middle):
        return True
    return _is_initial(first.given, second.given) or _is_initial(second.given, first.given) or _are_nicknames(*givens)


def _joined(words: tuple[str, ...]) -> str:
    """Words as one: `Anne-Marie`, `Anne Marie` and `Annemarie` are spellings of a name."""
    return "".join(words)


def _is_initial(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    return bool(short and full) and len(short[0]) == 1 and full[0].startswith(short[0])


def _are_nicknames(one: str, other: str) -> bool:
    nicknames = _nicknames()
    return other in nicknames.get(one, ()) or one in nicknames.get(other, ())


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    """From each name to those it is shortened to; read once, at the first comparison that needs it."""
    return {
        _joined(fold_name(name)): frozenset(_joined(fold_name(short)) for short in shorts)
        for name, shorts in NickNamer.default_lookup().items()
    }
