"""How the installation fares, in numbers: for the operator's figures. Nobody's data is in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Avg, Count, ExpressionWrapper, F, FloatField, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Extract, Greatest
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from tandem.googlesync.models import Account, AccountState, Run, RunState

LATELY = timedelta(days=1)
#: A worker gives a sign every ten seconds.
ALIVE = timedelta(seconds=30)
#: So many intervals without success, and an account is behind (as its page says).
INTERVALS = 2


@dataclass(frozen=True, slots=True)
class Duration:
    """How long the runs of a kind took that ended lately, in seconds."""

    mean: float
    longest: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it at one moment; `runs` and `durations` are those of the last 24 hours."""

    accounts: dict[str, int]
    accounts_syncing: int
    accounts_behind: int
    runs: dict[tuple[str, str], int]
    durations: dict[str, Duration]
    oldest_queued_seconds: float
    jobs: dict[tuple[str, str], int]
    workers: int


def figures_at(now: datetime) -> Figures:
    """A handful of counts, each over an index or a small table."""
    syncing = Account.objects.filter(contact_sync=True, state=AccountState.CONNECTED)
    oldest = Run.objects.filter(state=RunState.QUEUED).aggregate(at=Min("created_at"))["at"]
    return Figures(
        accounts=_counts(Account.objects.all(), AccountState.values),
        accounts_syncing=syncing.count(),
        accounts_behind=behind(now).count(),
        runs={(row["kind"], row["state"]): row["number"] for row in _by(_lately(now), "kind", "state")},
        durations=_durations(_lately(now)),
        oldest_queued_seconds=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        jobs={(row["queue_name"], row["status"]): row["number"] for row in _by(_waiting(), "queue_name", "status")},
        workers=living_workers(now),
    )


def behind(now: datetime) -> QuerySet[Account]:
    """Accounts that are to be in step and were not for two intervals."""
    since = Greatest(Coalesce("last_success_at", "connected_at"), "connected_at")
    wanted = Account.objects.filter(contact_sync=True).exclude(state=AccountState.DISCONNECTED)
    limit = now - timedelta(seconds=INTERVALS * float(settings.SYNC_INTERVAL))
    return wanted.annotate(since=since).filter(since__lt=limit)


def living_workers(now: datetime) -> int:
    """Workers that gave a sign lately."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=now - ALIVE).count()


def _lately(now: datetime) -> QuerySet[Run]:
    """Runs made in the last 24 hours: an id of version 7 begins with its millisecond, and has the index."""
    milliseconds = int((now - LATELY).timestamp() * 1000)
    return Run.objects.filter(id__gte=UUID(int=milliseconds << 80))


def _waiting() -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(Q(status="todo") | Q(status="doing"))


def _durations(runs: QuerySet[Run]) -> dict[str, Duration]:
    seconds = ExpressionWrapper(Extract(F("finished_at") - F("started_at"), "epoch"), output_field=FloatField())
    ended = runs.exclude(finished_at=None).exclude(started_at=None).annotate(seconds=seconds)
    rows = ended.order_by().values("kind").annotate(mean=Avg("seconds"), longest=Max("seconds"))
    return {row["kind"]: Duration(row["mean"], row["longest"]) for row in rows}


def _counts(accounts: QuerySet[Account], states: list[str]) -> dict[str, int]:
    found = {row["state"]: row["number"] for row in _by(accounts, "state")}
    return {state: found.get(state, 0) for state in states}


def _by(rows: QuerySet[Account] | QuerySet[Run] | QuerySet[ProcrastinateJob], *names: str) -> list[dict[str, Any]]:
    return list(rows.order_by().values(*names).annotate(number=Count("pk")))
