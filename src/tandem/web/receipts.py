"""A run's operations as its page lists them: narrowed, each with its values and what of it can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tandem.contacts.models import Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.done_changes import changes_by_operation
from tandem.googlesync.models import Operation, OperationState, Run, RunKind, RunState, Side
from tandem.googlesync.undo import can_be_undone
from tandem.web.answering import found_in, is_asking, moved_rows
from tandem.web.changes import FieldChange, field_change
from tandem.web.plan_page import name_of_newcomer
from tandem.web.words import OUTCOME_WORDS, SIDE_WORDS, Badge, receipt_badge

type Choice = tuple[str, str | Promise]

#: The kinds of runs, and the fields, of which a part can be undone.
PARTS_UNDONE_OF = (RunKind.SYNC, RunKind.PUSH, RunKind.UNDO)
CARD_FIELDS = ("name", "emails", "phones", "addresses", "birthday")
_OPEN = (OperationState.PLANNED, OperationState.HELD)
_NOTHING_DONE = ("skipped", "unchanged", "failed")
_ACTIONS: Mapping[str, str | Promise] = {
    "create": gettext_lazy("Created"),
    "update": gettext_lazy("Updated"),
    "link": gettext_lazy("Linked"),
    "delete": gettext_lazy("Moved to the trash"),
    "restore": gettext_lazy("Restored"),
    "merge": gettext_lazy("Merged"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A field whose change can be undone alone."""

    field: str
    name: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """An operation with its contact, where that is still there; `parts` are the fields that can be undone alone."""

    operation: Operation
    contact: Contact | None
    new_name: str
    badge: Badge
    fields: Sequence[FieldChange]
    is_undoable: bool
    is_undone: bool
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the list of operations is narrowed to, and the choices there are."""

    side: str
    action: str
    outcome: str
    q: str
    moved: bool

    @property
    def is_on(self) -> bool:
        return bool(self.side or self.action or self.outcome or self.q or self.moved)

    @property
    def sides(self) -> Sequence[Choice]:
        return list(SIDE_WORDS.items())

    @property
    def actions(self) -> Sequence[Choice]:
        return list(_ACTIONS.items())

    @property
    def outcomes(self) -> Sequence[Choice]:
        return list(OUTCOME_WORDS.items())


def narrowing_of(query: QueryDict) -> Narrowing:
    """What an address asks for; unknown values are passed over."""
    return Narrowing(
        side=_known(query, "side", Side.values),
        action=_known(query, "action", _ACTIONS),
        outcome=_known(query, "outcome", OUTCOME_WORDS),
        q=query.get("q", "").strip(),
        moved=query.get("show") == "moved",
    )


def _known(query: QueryDict, name: str, values: Sequence[str] | Mapping[str, object]) -> str:
    value = query.get(name, "")
    return value if value in values else ""


def operations_of(run: Run, narrowing: Narrowing) -> QuerySet[Operation]:
    """The run's operations that the page lists: what waits for an answer stands above, with its switches."""
    rows = moved_rows(run) if narrowing.moved else run.operations.all()
    if is_asking(run):
        rows = rows.exclude(state__in=_OPEN)
    if narrowing.side:
        rows = rows.filter(side=narrowing.side)
    if narrowing.action:
        rows = rows.filter(action=narrowing.action)
    if narrowing.outcome == OperationState.FAILED:
        rows = rows.filter(state=OperationState.FAILED)
    elif narrowing.outcome:
        rows = rows.filter(outcome=narrowing.outcome, state=OperationState.DONE)
    return found_in(rows, run.owner_id, narrowing.q).order_by("id")


def receipts_of(run: Run, operations: Sequence[Operation]) -> list[Receipt]:
    contacts = contacts_of(run.owner_id).in_bulk([each.contact_id for each in operations if each.contact_id])
    changes = changes_by_operation(operations)
    can_undo, undone = _parts_can_be_undone(run), _undone_contacts(run)
    receipts = []
    for each in operations:
        is_undone = each.contact_id in undone
        is_undoable = can_undo and not is_undone and each.contact_id in contacts and _did_something(each)
        has_parts = is_undoable and each.outcome != "created"  # of who was made, no part is undone alone
        names = {change["field"] for change in changes[each.id]} if has_parts else set()
        receipts.append(
            Receipt(
                operation=each,
                contact=contacts.get(each.contact_id) if each.contact_id else None,
                new_name=name_of_newcomer(each),
                badge=receipt_badge(each),
                fields=[field_change(each["field"], each["before"], each["after"]) for each in changes[each.id]],
                is_undoable=is_undoable,
                is_undone=is_undone and _did_something(each),
                parts=[Part(name, field_change(name, None, None).name) for name in CARD_FIELDS if name in names],
            )
        )
    return receipts


def _did_something(row: Operation) -> bool:
    return row.state == OperationState.DONE and row.outcome not in _NOTHING_DONE


def _parts_can_be_undone(run: Run) -> bool:
    return run.kind in PARTS_UNDONE_OF and can_be_undone(run)


def _undone_contacts(run: Run) -> set[UUID]:
    """The contacts whose part of the run was undone."""
    undone = run.undone_by.filter(undone_field="").exclude(scope=None).exclude(state=RunState.FAILED)
    return {contact_id for scope in undone.values_list("scope", flat=True) for contact_id in scope or []}
