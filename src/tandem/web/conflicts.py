"""Conflicts as their page shows them: contact by contact, both values in words, and what can be answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.contacts.models import Contact
from tandem.googlesync.models import Conflict, ConflictKind
from tandem.web.changes import FIELD_NAMES, FieldChange, lines_of
from tandem.web.pulse import Tone
from tandem.web.suggesting import Because, Suggestion, suggestion
from tandem.web.words import Badge

_SETS = {"emails", "phones", "addresses"}
KIND_NAMES: Mapping[str, str | Promise] = {
    ConflictKind.OPEN: gettext_lazy("Your choice"),
    ConflictKind.SETTLED: gettext_lazy("Decided by your settings"),
    ConflictKind.DIFFERENCE: gettext_lazy("Different since linked"),
    ConflictKind.DELETED: gettext_lazy("Deleted in Google"),
}
_BECAUSE: Mapping[Because, str | Promise] = {
    Because.OTHER_EMPTY: gettext_lazy("The other side is empty."),
    Because.SAYS_MORE: gettext_lazy("It says all that the other says, and more."),
    Because.CAPITALS: gettext_lazy("Both are spelled alike; this one with capitals where they belong."),
}


@dataclass(frozen=True, slots=True)
class SideValue:
    """What one side holds, with the button that lets it stand. `because` says why it is suggested, if it is."""

    side: str | Promise
    lines: Sequence[str]
    choice: str
    button: str | Promise
    because: str | Promise | None


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """`sides` of what is open or differs; `change` of what a policy decided, whose button takes it back."""

    conflict: Conflict
    badge: Badge
    field: str
    said: str
    sides: Sequence[SideValue]
    change: Sequence[FieldChange]
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ConflictGroup:
    contact: Contact
    rows: Sequence[ConflictRow]


@dataclass(frozen=True, slots=True)
class KindTab:
    """`kind` is empty for all of them."""

    kind: str
    name: str | Promise
    number: int
    is_here: bool


def contacts_in_conflict(found: QuerySet[Conflict]) -> QuerySet[Conflict, dict[str, Any]]:
    """The contacts of these conflicts, those first whose user is asked, then the latest."""
    is_asked = Count("id", filter=Q(kind=ConflictKind.OPEN))
    rows: Any = found.order_by().values("contact_id").annotate(asked=is_asked, newest=Max("found_at"))
    ordered: QuerySet[Conflict, dict[str, Any]] = rows.order_by("-asked", "-newest", "contact_id")
    return ordered


def groups_of(found: QuerySet[Conflict], contact_ids: Sequence[UUID]) -> list[ConflictGroup]:
    """The conflicts of these contacts, in their order."""
    by_contact: dict[UUID, list[Conflict]] = defaultdict(list)
    for conflict in found.filter(contact_id__in=contact_ids):
        by_contact[conflict.contact_id].append(conflict)
    return [
        ConflictGroup(by_contact[each][0].contact, [row_of(conflict) for conflict in by_contact[each]])
        for each in contact_ids
        if by_contact[each]
    ]


def tabs_of(found: QuerySet[Conflict], kind: str) -> list[KindTab]:
    """The kinds that there are with their numbers, all of them first."""
    rows = found.order_by().values("kind").annotate(number=Count("id"))
    numbers = {row["kind"]: row["number"] for row in rows}
    shown = [(each, name) for each, name in KIND_NAMES.items() if numbers.get(each) or each == kind]
    every = KindTab("", _("All"), sum(numbers.values()), not kind)
    return [every, *(KindTab(each, name, numbers.get(each, 0), each == kind) for each, name in shown)]


def suggested(conflict: Conflict) -> Suggestion | None:
    """The answer to suggest: to what nobody decided yet."""
    if conflict.kind not in {ConflictKind.OPEN, ConflictKind.DIFFERENCE}:
        return None
    return suggestion(conflict.field, conflict.local, conflict.remote)


def row_of(conflict: Conflict) -> ConflictRow:
    """A conflict in words."""
    kind = ConflictKind(conflict.kind)
    return ConflictRow(
        conflict=conflict,
        badge=Badge(KIND_NAMES[kind], Tone.BAD if kind is ConflictKind.OPEN else Tone.QUIET),
        field=FIELD_NAMES.get(conflict.field, ""),
        said=_said(conflict),
        sides=_sides(conflict) if kind in {ConflictKind.OPEN, ConflictKind.DIFFERENCE} else [],
        change=[_change(conflict)] if kind is ConflictKind.SETTLED else [],
        choices=_choices(conflict),
    )


def _sides(conflict: Conflict) -> list[SideValue]:
    proposal = suggested(conflict)

    def because(choice: str) -> str | Promise | None:
        return _BECAUSE[proposal.because] if proposal and proposal.choice == choice else None

    here, there = _lines(conflict.field, conflict.local), _lines(conflict.field, conflict.remote)
    return [
        SideValue(_("Tandem"), here, "tandem", _("Use Tandem's"), because("tandem")),
        SideValue(_("Google"), there, "google", _("Use Google's"), because("google")),
    ]


def _change(conflict: Conflict) -> FieldChange:
    """What a policy let stand, and what it replaced."""
    here, there = _lines(conflict.field, conflict.local), _lines(conflict.field, conflict.remote)
    old, new = (here, there) if conflict.stands == "google" else (there, here)
    return FieldChange(FIELD_NAMES.get(conflict.field, ""), old, new)


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
    """The answers beside 'use this value', as (value of the button, its words)."""
    match ConflictKind(conflict.kind):
        case ConflictKind.OPEN:
            return []
        case ConflictKind.SETTLED if conflict.stands == "google":
            return [("tandem", _("Use Tandem's")), ("keep", _("Seen"))]
        case ConflictKind.SETTLED:
            return [("google", _("Use Google's")), ("keep", _("Seen"))]
        case ConflictKind.DIFFERENCE:
            return [("keep", _("Leave as it is"))]
        case ConflictKind.DELETED:
            return [("keep", _("Leave in the trash"))]


def _lines(field: str, value: Any) -> list[str]:
    return lines_of(field, [value] if field in _SETS and value else value)
