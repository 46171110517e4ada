"""A plan, or what the brake held back, as its page shows it: groups, their rows page by page, and the bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tandem.contacts.models import Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.models import Operation, OperationState, Run, RunKind
from tandem.web.answering import Choices, Group, found_in, is_asking, left_alone, numbers_of, rows_of_group, twins_of
from tandem.web.changes import FieldChange, field_change, lines_of

ROWS = 20
LEFT_ALONE = "left_alone"
_BY_NAME = ("card__name__given", "card__name__family", "id")
#: The groups that a plan always shows, in its order.
_ALWAYS = (Group.NEW, Group.SAME, Group.FILLED, Group.DUPLICATE)
_NAMES: Mapping[str, str | Promise] = {
    Group.NEW: gettext_lazy("New here"),
    Group.SAME: gettext_lazy("Same person"),
    Group.FILLED: gettext_lazy("Filled"),
    Group.DUPLICATE: gettext_lazy("Possible duplicates"),
    Group.CHANGED: gettext_lazy("Changed here"),
    Group.CHANGED_THERE: gettext_lazy("Changed in Google"),
    Group.DELETED: gettext_lazy("To the trash"),
}
_MEANINGS: Mapping[str, str | Promise] = {
    Group.NEW: gettext_lazy("They are in Google and not here. Each becomes a contact."),
    Group.SAME: gettext_lazy("They are in both, with nothing to fill in. The two are linked, and no value changes."),
    Group.FILLED: gettext_lazy("They are in both. What one side lacks comes from the other, and nothing is replaced."),
    Group.DUPLICATE: gettext_lazy("They may be somebody you have. They come in as new, and are listed as duplicates."),
    Group.CHANGED: gettext_lazy("Changed in Google. The contact here follows."),
    Group.CHANGED_THERE: gettext_lazy("Changed here. The person in Google follows."),
    Group.DELETED: gettext_lazy(
        "Deleted in Google. They go to the trash here, where you can restore them for 90 days."
    ),
}
_HELD_NAMES: Mapping[str, str | Promise] = {
    **_NAMES,
    Group.CHANGED: gettext_lazy("Fields emptied here"),
    Group.CHANGED_THERE: gettext_lazy("Fields emptied in Google"),
}
_HELD_MEANINGS: Mapping[str, str | Promise] = {
    **_MEANINGS,
    Group.CHANGED: gettext_lazy("A field was emptied in Google. It is emptied here, too."),
    Group.CHANGED_THERE: gettext_lazy("A field was emptied here. It is emptied in Google, too."),
}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row with its switch; `there` is what the same row changes in Google."""

    operation: Operation
    contact: Contact | None
    name: str
    is_on: bool
    here: Sequence[FieldChange]
    there: Sequence[FieldChange]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A group with the rows of its page, which a search may narrow; `on` of its `number` rows are switched on."""

    key: str
    name: str | Promise
    meaning: str | Promise
    number: int
    on: int
    shown: Page[Operation]
    rows: Sequence[PlanRow]
    is_open: bool

    @property
    def says_why(self) -> bool:
        """Whether its rows have reasons of their own."""
        return self.key in {Group.SAME, Group.FILLED, Group.DUPLICATE}


@dataclass(frozen=True, slots=True)
class Bar:
    """How many rows are switched on, and what the button says that does them."""

    is_plan: bool
    on: int
    number: int
    apply: str


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """`is_overtaken` says that a sync has done something since the preview was made."""

    is_plan: bool
    is_overtaken: bool
    groups: Sequence[GroupPage]
    bar: Bar
    query: str
    alone: Page[Contact] | None


def answer_page(run: Run, choices: Choices, query: QueryDict) -> AnswerPage | None:
    """None where the run asks nothing."""
    if not is_asking(run):
        return None
    is_plan = run.kind == RunKind.PLAN
    numbers = numbers_of(run)
    shown = [group for group in Group if numbers.get(group) or (is_plan and group in _ALWAYS)]
    opened = _opened(shown, numbers, query)
    pages = [_group_page(run, group, numbers.get(group, 0), choices, query, is_open=group in opened) for group in shown]
    return AnswerPage(
        is_plan=is_plan,
        is_overtaken=is_plan and _has_synced_since(run),
        groups=pages,
        bar=bar_of(run, numbers, choices),
        query=query.get("q", ""),
        alone=Paginator(left_alone(run), ROWS).get_page(query.get(LEFT_ALONE)) if is_plan else None,
    )


def _has_synced_since(plan: Run) -> bool:
    later = Run.objects.filter(account=plan.account_id, kind=RunKind.SYNC, created_at__gt=plan.created_at)
    return later.filter(operations__state=OperationState.DONE).exists()


def _opened(groups: Sequence[Group], numbers: Mapping[str, int], query: QueryDict) -> set[str]:
    """The first group that has rows; those whose page the address names; all of a small plan, or of a search."""
    filled = [group for group in groups if numbers.get(group)]
    if query.get("q") or sum(numbers.values()) <= ROWS:
        return set(filled)
    return {group for group in filled if group in query} or set(filled[:1])


def _group_page(
    run: Run, group: Group, number: int, choices: Choices, query: QueryDict, *, is_open: bool
) -> GroupPage:  # fmt: skip
    rows = rows_of_group(run, group).order_by(*_BY_NAME) if number else Operation.objects.none()
    rows = found_in(rows, run.owner_id, query.get("q", ""))
    shown = Paginator(rows, ROWS).get_page(query.get(group.value))
    is_plan = run.kind == RunKind.PLAN
    return GroupPage(
        key=group.value,
        name=(_NAMES if is_plan else _HELD_NAMES)[group],
        meaning=(_MEANINGS if is_plan else _HELD_MEANINGS)[group],
        number=number,
        on=choices.number_on(group.value, number),
        shown=shown,
        rows=_rows(run, list(shown), group, choices),
        is_open=is_open,
    )


def _rows(run: Run, operations: Sequence[Operation], group: Group, choices: Choices) -> list[PlanRow]:
    ids = [row.contact_id for row in operations if row.contact_id]
    contacts = contacts_of(run.owner_id).in_bulk(ids)
    twins = twins_of(run, operations)
    return [
        PlanRow(
            operation=row,
            contact=contacts.get(row.contact_id) if row.contact_id else None,
            name=name_of_newcomer(row),
            is_on=choices.is_on(group.value, row.id),
            here=fields_of(row),
            there=fields_of(twin) if (twin := twins.get(row.source_id)) and twin.id != row.id else [],
        )
        for row in operations
    ]


def fields_of(row: Operation) -> list[FieldChange]:
    """What an operation's own values say; the name of a newcomer is its row's title."""
    is_new = row.action == "create"
    changes = [change for change in row.changes if not (is_new and change["field"] == "name")]
    return [field_change(change["field"], change["before"], change["after"]) for change in changes]


def name_of_newcomer(row: Operation) -> str:
    """What somebody is called who is not here yet."""
    lines = lines_of("name", (row.card or {}).get("name")) if isinstance(row.card, dict) else []
    others = [each["value"] for kind in ("emails", "phones") for each in (row.card or {}).get(kind, [])]
    return next(filter(None, [*lines, *others]), _("No name"))


def bar_of(run: Run, numbers: Mapping[str, int], choices: Choices) -> Bar:
    """The bar below the groups, whose count follows the switches."""
    on = {group: choices.number_on(group, number) for group, number in numbers.items()}
    total = sum(on.values())
    is_plan = run.kind == RunKind.PLAN
    kinds = {group for group, number in on.items() if number}
    words = _apply_words(total) if is_plan else _held_words(kinds, total)
    return Bar(is_plan, total, sum(numbers.values()), words % {"n": f"{total:,}"})


def _apply_words(total: int) -> str:
    return ngettext("Apply %(n)s change", "Apply %(n)s changes", total)


def _held_words(kinds: set[str], total: int) -> str:
    if kinds == {Group.DELETED}:
        return ngettext("Move %(n)s to the trash", "Move %(n)s to the trash", total)
    if kinds == {Group.CHANGED}:
        return ngettext("Empty fields of %(n)s contact", "Empty fields of %(n)s contacts", total)
    if kinds == {Group.CHANGED_THERE}:
        return ngettext("Empty fields of %(n)s person in Google", "Empty fields of %(n)s persons in Google", total)
    return _apply_words(total)
