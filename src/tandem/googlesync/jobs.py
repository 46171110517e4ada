"""Puts runs into the queue, in the transaction that opens them."""

from procrastinate.contrib.django import app
from procrastinate.manager import JobManager

from tandem.googlesync.models import Run, RunKind

QUEUE = "sync"
#: The task of `tandem.googlesync.tasks` that executes a run.
EXECUTE = "tandem.execute_run"


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
