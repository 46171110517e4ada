"""Puts runs into the queue, in the transaction that opens them."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.manager import JobManager

from tandem.googlesync.models import Run, RunKind, RunState

QUEUE = "sync"
#: The task of `tandem.googlesync.tasks` that executes a run.
EXECUTE = "tandem.execute_run"
#: A queued run that has had no job for so long was left by a command or a job that died before it began.
LEFT_AFTER = timedelta(minutes=1)


def enqueue(run: Run) -> None:
    """Execute the run as soon as a worker is free; a push goes before regular runs of other accounts."""
    app.configure_task(
        EXECUTE,
        queue=QUEUE,
        lock=str(run.account_id),
        priority=10 if run.kind == RunKind.PUSH else 0,
    ).defer(run_id=str(run.id))


async def give_back_stalled(manager: JobManager) -> None:
    """Put the jobs of workers that have died back into the queue; a worker that gives no sign for 30 s has."""
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


def has_job(run: Run) -> bool:
    """Whether a worker will take up the run, or has."""
    jobs = ProcrastinateJob.objects.filter(task_name=EXECUTE, status__in=["todo", "doing"])
    return jobs.filter(args__run_id=str(run.id)).exists()


@transaction.atomic
def enqueue_left_runs() -> int:
    """Queue the runs that nobody would ever begin, as their command or job died first; returns how many.

    A command that still waits for its turn loses nothing: whoever comes first executes the run, the other finds it
    done.
    """
    queued = Run.objects.filter(state=RunState.QUEUED, account__isnull=False)
    old = queued.filter(created_at__lt=timezone.now() - LEFT_AFTER).select_for_update(skip_locked=True, of=["self"])
    left = [run for run in old if not has_job(run)]
    for run in left:
        enqueue(run)
    return len(left)
