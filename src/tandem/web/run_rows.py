"""Runs in the pages' words; and the list of them, in which runs that changed nothing are folded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from tandem.googlesync.models import Operation, OperationState, Run, RunKind, RunState, Trigger
from tandem.web.words import (
    RUN_KINDS,
    RUN_STATES,
    RUN_TRIGGERS,
    Badge,
    run_badge,
    run_reason,
    run_summary,
    run_title,
)

UNDER_WAY = {RunState.QUEUED, RunState.RUNNING}
_NOTHING = dict.fromkeys(("create", "update", "link", "delete"), 0)
_QUIET_COUNTS: Sequence[Mapping[str, object]] = (
    {},
    {"tandem": _NOTHING, "google": _NOTHING, "conflicts": 0, "held": 0, "failed": 0},
)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the pages' words."""

    run: Run
    title: str
    reason: str
    badge: Badge
    summary: str

    @property
    def is_under_way(self) -> bool:
        return self.run.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class Quiet:
    """Runs that changed nothing, one after the other."""

    number: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class RunFilters:
    """What the list of runs is narrowed to; unknown values of the address are passed over."""

    kind: str = ""
    state: str = ""
    trigger: str = ""
    is_whole: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.state or self.trigger)

    @property
    def kinds(self) -> Sequence[tuple[str, str | Promise]]:
        return list(RUN_KINDS.items())

    @property
    def states(self) -> Sequence[tuple[str, str | Promise]]:
        return [(state, badge.words) for state, badge in RUN_STATES.items()]

    @property
    def triggers(self) -> Sequence[tuple[str, str | Promise]]:
        return list(RUN_TRIGGERS.items())


def run_filters(query: QueryDict) -> RunFilters:
    def known(name: str, values: Sequence[str]) -> str:
        return value if (value := query.get(name, "")) in values else ""

    return RunFilters(
        kind=known("kind", RunKind.values),
        state=known("state", RunState.values),
        trigger=known("trigger", Trigger.values),
        is_whole=query.get("show") == "all",
    )


def narrowed_runs(runs: QuerySet[Run], filters: RunFilters) -> QuerySet[Run]:
    asked = {"kind": filters.kind, "state": filters.state, "trigger": filters.trigger}
    return runs.filter(**{name: value for name, value in asked.items() if value})


def loud(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Those that changed something, failed, were asked for, or are under way."""
    return runs.exclude(_is_quiet())


def _is_quiet() -> Q:
    """A run by the clock that ended well and found nothing to do."""
    is_empty = Q(counts=_QUIET_COUNTS[0]) | Q(counts=_QUIET_COUNTS[1])
    return Q(kind=RunKind.SYNC, trigger=Trigger.SCHEDULE, state=RunState.DONE, error_code="") & is_empty


def folded(runs: QuerySet[Run], shown: Sequence[Run], *, is_first: bool, is_last: bool) -> list[RunRow | Quiet]:
    """The shown runs, newest first, and between them how many quiet ones there were."""
    quiet = runs.filter(_is_quiet())
    if not is_first:
        quiet = quiet.filter(id__lt=shown[0].id) if shown else quiet.none()
    if not is_last and shown:
        quiet = quiet.filter(id__gt=shown[-1].id)
    moments = list(quiet.order_by("-id").values_list("id", "created_at"))
    rows: list[RunRow | Quiet] = []
    for row in rows_of(shown):
        rows += _fold([each for each in moments if each[0] > row.run.id])
        moments = [each for each in moments if each[0] < row.run.id]
        rows.append(row)
    return rows + _fold(moments)


def _fold(moments: Sequence[tuple[UUID, datetime]]) -> list[Quiet]:
    return [Quiet(len(moments), moments[-1][1], moments[0][1])] if moments else []


def rows_of(runs: Sequence[Run]) -> list[RunRow]:
    """Runs in words, in two queries more for all their plans."""
    plans = [run.id for run in runs if run.kind == RunKind.PLAN]
    planned = Operation.objects.filter(run_id__in=plans, state=OperationState.PLANNED)
    asking = set(planned.order_by().values_list("run_id", flat=True).distinct()) if plans else set()
    applied = set(Run.objects.filter(approves_id__in=plans).values_list("approves_id", flat=True)) if plans else set()
    return [
        RunRow(
            run,
            run_title(run),
            run_reason(run),
            run_badge(run, is_asking=run.id in asking - applied, is_applied=run.id in applied),
            run_summary(run),
        )
        for run in runs
    ]


def row_of(run: Run) -> RunRow:
    return rows_of([run])[0]
