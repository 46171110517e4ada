"""A conflict as its page shows it: both values in words, and what can be answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tandem.googlesync.models import Conflict, ConflictKind
from tandem.web.changes import FIELD_NAMES, lines_of

_SETS = {"emails", "phones", "addresses"}


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """`choices` are (value of the button, its words)."""

    conflict: Conflict
    field: str
    said: str
    here: Sequence[str]
    there: Sequence[str]
    choices: Sequence[tuple[str, str]]


def card_of_conflict(conflict: Conflict) -> ConflictCard:
    """What the user is shown and asked."""
    return ConflictCard(
        conflict=conflict,
        field=FIELD_NAMES.get(conflict.field, ""),
        said=_said(conflict),
        here=_lines(conflict.field, conflict.local),
        there=_lines(conflict.field, conflict.remote),
        choices=_choices(conflict),
    )


def _said(conflict: Conflict) -> str:
    match ConflictKind(conflict.kind):
        case ConflictKind.OPEN:
            return _("Both sides changed it. Each keeps its own value until you choose.")
        case ConflictKind.SETTLED if conflict.stands == "google":
            return _("Both sides changed it. Google's value stands, as your settings say.")
        case ConflictKind.SETTLED:
            return _("Both sides changed it. Tandem's value stands, as your settings say.")
        case ConflictKind.DIFFERENCE:
            return _("It differed when the two were linked, and nothing was replaced.")
        case ConflictKind.DELETED:
            return _("Deleted in Google, though you edited it here since. It is in the trash, with your edit.")


def _choices(conflict: Conflict) -> list[tuple[str, str]]:
    seen = ("keep", _("Seen"))
    google, tandem = ("google", _("Use Google's")), ("tandem", _("Use Tandem's"))
    match ConflictKind(conflict.kind):
        case ConflictKind.OPEN:
            return [google, tandem]
        case ConflictKind.SETTLED:
            return [tandem if conflict.stands == "google" else google, seen]
        case ConflictKind.DIFFERENCE:
            return [google, tandem, ("keep", _("Leave as it is"))]
        case ConflictKind.DELETED:
            return [("keep", _("Leave in the trash"))]


def _lines(field: str, value: Any) -> list[str]:
    return lines_of(field, [value] if field in _SETS and value else value)
