"""What a plan or a held run asks of its user: rows to switch on or off, in groups.

A row of Google's side whose person has a row here belongs to that one: they are done, or left, together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, TextField, Value, When
from django.utils import timezone

from tandem.contacts.models import Contact
from tandem.contacts.querysets import ids_found_by, in_use
from tandem.googlesync.approvals import is_answerable, open_rows
from tandem.googlesync.approved import MOVED, PLAN_LIVES
from tandem.googlesync.models import Operation, Run, RunKind, Side
from tandem.googlesync.planned import POSSIBLE_DUPLICATE

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

MOST_FOUND = 1000


class Group(StrEnum):
    """What kind of change a row is; in the order of the page."""

    NEW = "new"
    SAME = "same"
    FILLED = "filled"
    DUPLICATE = "duplicate"
    CHANGED = "changed"
    CHANGED_THERE = "changed_there"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Choices:
    """What is switched off: whole groups, but for the rows of `turned`; and the rows of `turned` elsewhere."""

    groups_off: frozenset[str] = frozenset()
    turned: Mapping[str, frozenset[str]] | None = None

    def is_on(self, group: str, row_id: UUID) -> bool:
        return (group in self.groups_off) == (str(row_id) in self._turned(group))

    def number_on(self, group: str, number: int) -> int:
        """How many of so many rows of the group are switched on."""
        turned = len(self._turned(group))
        return turned if group in self.groups_off else number - turned

    def with_rows(self, rows: Iterable[tuple[str, str]], on: frozenset[str]) -> "Choices":
        """The same with these rows (group, id) switched on where their ids are in `on`, off where not."""
        turned = {group: set(ids) for group, ids in (self.turned or {}).items()}
        for group, row_id in rows:
            is_turned = (row_id in on) == (group in self.groups_off)
            ids = turned.setdefault(group, set())
            ids.add(row_id) if is_turned else ids.discard(row_id)
        return Choices(self.groups_off, {group: frozenset(ids) for group, ids in turned.items()})

    def with_group(self, group: str, *, is_on: bool) -> "Choices":
        """The same with a whole group switched on or off."""
        rest = {each: ids for each, ids in (self.turned or {}).items() if each != group}
        groups = self.groups_off - {group} if is_on else self.groups_off | {group}
        return Choices(groups, rest)

    def _turned(self, group: str) -> frozenset[str]:
        return (self.turned or {}).get(group, frozenset())


def is_asking(run: Run) -> bool:
    """Whether the run waits for an answer that can still be given."""
    return is_answerable(run) and not is_too_old(run)


def is_too_old(run: Run) -> bool:
    """Whether it is a plan that can no longer be applied."""
    return run.kind == RunKind.PLAN and timezone.now() - run.created_at > PLAN_LIVES


class _Grouped(TypedDict):
    group: str


type Switch = WithAnnotations[Operation, _Grouped]


def switches_of(run: Run) -> QuerySet[Switch]:
    """The open rows that have a switch, each with its `group`."""
    rows = open_rows(run)
    here = rows.filter(side=Side.TANDEM).order_by()
    there = rows.filter(side=Side.GOOGLE).order_by()
    filled = ~Q(changes=[]) | Q(source_id__in=there.values("source_id"))
    group = Case(
        When(action="create", reason__startswith=POSSIBLE_DUPLICATE, then=Value(Group.DUPLICATE.value)),
        When(action="create", then=Value(Group.NEW.value)),
        When(filled, action="link", then=Value(Group.FILLED.value)),
        When(action="link", then=Value(Group.SAME.value)),
        When(action__in=["delete", "merge"], then=Value(Group.DELETED.value)),
        When(side=Side.GOOGLE, then=Value(Group.CHANGED_THERE.value)),
        default=Value(Group.CHANGED.value),
        output_field=TextField(),
    )
    twins = Q(side=Side.GOOGLE, source_id__in=here.values("source_id"))
    return rows.exclude(twins).annotate(group=group)


def rows_of_group(run: Run, group: Group) -> QuerySet[Switch]:
    return switches_of(run).filter(group=group.value)


def groups_of(run: Run, ids: Sequence[UUID]) -> list[tuple[str, str]]:
    """These rows of a run as (group, id); what is no row of it that has a switch is passed over."""
    known = switches_of(run).filter(id__in=ids)
    return [(group, str(row_id)) for row_id, group in known.values_list("id", "group")]


def numbers_of(run: Run) -> Mapping[str, int]:
    """How many rows each group has."""
    rows = switches_of(run).order_by().values("group").annotate(number=Count("id"))
    return {row["group"]: row["number"] for row in rows}


def twins_of(run: Run, rows: Sequence[Operation]) -> Mapping[str, Operation]:
    """What the rows would change in Google, by the person's source id."""
    twins = open_rows(run).filter(side=Side.GOOGLE, source_id__in=[row.source_id for row in rows])
    return {twin.source_id: twin for twin in twins}


def chosen_rows(run: Run, choices: Choices) -> set[UUID]:
    """The operations that are switched on, with those in Google that belong to them."""
    switches = switches_of(run).values_list("id", "group", "source_id").iterator(chunk_size=2000)
    on = {row_id: source for row_id, group, source in switches if choices.is_on(group, row_id)}
    sources = set(on.values())
    twins = open_rows(run).filter(side=Side.GOOGLE).values_list("id", "source_id")
    return set(on) | {row_id for row_id, source in twins if source in sources}


def found_in(rows: QuerySet[Operation], owner_id: int, query: str) -> QuerySet[Operation]:
    """Those of a run's rows whose contact, or whose newcomer's name, the query finds."""
    if not query.strip():
        return rows
    named = Q()
    for word in query.split():
        named &= Q(card__name__given__icontains=word) | Q(card__name__family__icontains=word)
    here = Q(contact_id__in=ids_found_by(owner_id, query, most=MOST_FOUND))
    return rows.filter(here | (named & Q(contact_id=None)))


def left_alone(run: Run) -> QuerySet[Contact]:
    """The owner's contacts that the plan does nothing with."""
    touched = open_rows(run).exclude(contact_id=None).order_by().values("contact_id")
    return in_use(run.owner_id).exclude(id__in=touched).order_by(F("id").desc())


def number_moved(run: Run) -> int:
    """How many rows of an answered plan or held run were no longer as they had been shown."""
    return moved_rows(run).count()


def moved_rows(run: Run) -> QuerySet[Operation]:
    return run.operations.filter(Q(reason=MOVED) | Q(reason__endswith="changed since, and planned anew"))
