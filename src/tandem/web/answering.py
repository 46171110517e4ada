"""What a plan or a held run asks of its user: how many rows of which kind."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tandem.googlesync.approvals import is_answerable, open_rows
from tandem.googlesync.models import Run, RunKind
from tandem.googlesync.planned import POSSIBLE_DUPLICATE


@dataclass(frozen=True, slots=True)
class Answer:
    """The open rows of a run: their number, and the kinds with their numbers."""

    number: int
    groups: Sequence[tuple[Any, int]]
    is_plan: bool


def answer_of(run: Run) -> Answer | None:
    """None where the run asks nothing."""
    if not is_answerable(run):
        return None
    rows = open_rows(run).values_list("side", "action", "reason", "changes")
    groups = Counter(_group(*row) for row in rows.iterator(chunk_size=2000))
    ordered = [(words, groups[key]) for key, words in _GROUPS.items() if groups[key]]
    return Answer(sum(groups.values()), ordered, run.kind == RunKind.PLAN)


_GROUPS = {
    "new": _("New here"),
    "same": _("Same person"),
    "filled": _("Filled"),
    "duplicate": _("Possible duplicates"),
    "changed": _("Changed here"),
    "changed_there": _("Changed in Google"),
    "deleted": _("To the trash"),
}


def _group(side: str, action: str, reason: str, changes: Sequence[object]) -> str:
    match action:
        case "create":
            return "duplicate" if reason.startswith(POSSIBLE_DUPLICATE) else "new"
        case "link":
            return "filled" if changes else "same"
        case "delete" | "merge":
            return "deleted"
        case _:
            return "changed" if side == "tandem" else "changed_there"
