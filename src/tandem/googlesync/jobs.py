"""Puts runs into the queue, in the transaction that opens them."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.manager import JobManager

from tandem.googlesync.models import Run, RunKind, RunState

QUEUE = "sync"
#: The task of `tandem.googlesync.tasks` that executes a run.
EXECUTE = "tandem.execute_run"
#: The one that executes a bulk run, which has no account.
EXECUTE_BULK = "tandem.execute_bulk_run"
#: A queued run that has had no job for so long was left by a command or a job that died before it began.
LEFT_AFTER = timedelta(minutes=1)


def enqueue(run: Run) -> None:
    """Execute the run as soon as a worker is free; one that a person waits for goes before regular runs of others.

    What is done with many contacts of one owner is done in the order in which it was asked for.
    """
    is_bulk = run.account_id is None
    app.configure_task(
        EXECUTE_BULK if is_bulk else EXECUTE,
        queue=QUEUE,
        lock=f"owner {run.owner_id}" if is_bulk else str(run.account_id),
        priority=10 if is_bulk or run.kind == RunKind.PUSH else 0,
    ).defer(run_id=str(run.id))


async def give_back_stalled(manager: JobManager) -> None:
    """Put the jobs of workers that have died back into the queue; a worker that gives no sign for 30 s has."""
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


def has_job(run: Run) -> bool:
    """Whether a worker will take up the run, or has."""
    jobs = ProcrastinateJob.objects.filter(task_name__in=[EXECUTE, EXECUTE_BULK], status__in=["todo", "doing"])
    return jobs.filter(args__run_id=str(run.id)).exists()


@transaction.atomic
def enqueue_left_runs() -> int:
    """Queue the runs that nobody would ever begin, as their command or job died first; returns how many.

    And the bulk runs that nobody would ever end: no next run goes on with what they left.

    A command that still waits for its turn loses nothing: whoever comes first executes the run, the other finds it
    done.
    """
    queued = Q(state=RunState.QUEUED, account__isnull=False)
    bulk = Q(state__in=[RunState.QUEUED, RunState.RUNNING], deed__isnull=False)
    old = Run.objects.filter(queued | bulk, created_at__lt=timezone.now() - LEFT_AFTER).defer("scope")
    left = [run for run in old.select_for_update(skip_locked=True, of=["self"]) if not has_job(run)]
    for run in left:
        enqueue(run)
    return len(left)
