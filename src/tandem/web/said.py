"""What is stored in English, as a page says it: looked up in the catalogue of the user's language."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext

from contactsync.faults import SyncError
from tandem.contacts.errors import ContactError, Invalid
from tandem.googlesync.services import SyncRefused
from tandem.web.sentences import PATTERNS, SENTENCES

#: The placeholder for a part that is a sentence itself.
_SENTENCE = "said"


def said(text: str) -> str:
    """A sentence of the engine or of a verb in the language of the page; what is not known stays as it is.

    Unknown are Google's own words, and sentences that an earlier version stored.
    """
    if text in SENTENCES:
        return gettext(text)
    for pattern, regex in _REGEXES:
        if found := regex.fullmatch(text):
            return gettext(pattern) % {name: _part(name, part) for name, part in found.groupdict().items()}
    return text


def _part(name: str, part: str) -> str:
    return said(part) if name == _SENTENCE else part


def _regex(pattern: str) -> re.Pattern[str]:
    """What fits a pattern: its words as they are, and anything in the place of its parts."""
    pieces = re.split(r"%\((\w+)\)s", pattern)
    words = [re.escape(piece) if index % 2 == 0 else f"(?P<{piece}>.+)" for index, piece in enumerate(pieces)]
    return re.compile("".join(words), re.DOTALL)


_REGEXES = tuple((pattern, _regex(pattern)) for pattern in PATTERNS)


def said_refusal(refusal: SyncRefused | SyncError, between: str = "") -> str:
    """Why nothing was begun, and what mends it; `between` the two a sentence of the page's own."""
    return " ".join(filter(None, [said(refusal.detail), between, said(refusal.mend)]))


def said_error(error: ContactError) -> str:
    """What a verb refused, in one line."""
    if isinstance(error, Invalid):
        return "; ".join(f"{each.pointer}: {said(each.detail)}" for each in error.errors)
    return said(str(error))


def said_choices(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices of a field of the models, as (value, label)."""
    return [(value, said(label)) for value, label in choices]
