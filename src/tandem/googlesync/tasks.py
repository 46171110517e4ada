"""The jobs of the queue: each loads its arguments and calls one service."""

import asyncio
from uuid import UUID

import aiohttp
from django.conf import settings
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from tandem.googlesync import jobs, outages, sweep
from tandem.googlesync.bulk_jobs import execute_bulk
from tandem.googlesync.jobs import EXECUTE, EXECUTE_BULK, QUEUE
from tandem.googlesync.runner import execute
from tandem.googlesync.threads import in_thread


def _cron() -> str:
    """Every minute; with a shorter interval between runs, so often that each is met."""
    seconds = int(max(1, min(60, settings.SYNC_INTERVAL / 4)))
    return "* * * * *" if seconds >= 60 else f"* * * * * */{seconds}"


class GivenBack(BaseRetryStrategy):
    """A run that is stopped with its worker goes back into the queue, for the next worker to go on with."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002
        return RetryDecision() if isinstance(exception, asyncio.CancelledError) else None


@app.task(name=EXECUTE, queue=QUEUE, pass_context=True, retry=GivenBack())
async def execute_run(context: JobContext, *, run_id: str) -> None:
    """Execute one run, over the worker's HTTP session."""
    session: aiohttp.ClientSession = context.additional_context["session"]
    await execute(UUID(run_id), session)


@app.task(name=EXECUTE_BULK, queue=QUEUE, retry=GivenBack())
async def execute_bulk_run(*, run_id: str) -> None:
    """Do what is left of one bulk run."""
    await execute_bulk(UUID(run_id))


@app.periodic(cron=_cron())
@app.task(name="tandem.sweep", queue="sweep", queueing_lock="sweep")
async def sweep_accounts(timestamp: int) -> None:  # noqa: ARG001 - given by the queue
    """Open a run for each account that is due."""
    await in_thread(sweep.open_due_runs)


@app.periodic(cron="* * * * *")
@app.task(name="tandem.rescue", queue="sweep", queueing_lock="rescue", pass_context=True)
async def rescue_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - given by the queue
    """Give back the jobs of workers that died, and queue runs that lost theirs, so that another takes them up."""
    await jobs.give_back_stalled(context.app.job_manager)
    await in_thread(jobs.enqueue_left_runs)


@app.periodic(cron="17 3 * * *")
@app.task(name="tandem.clean", queue="sweep", queueing_lock="clean", pass_context=True)
async def clean(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - given by the queue
    """Delete finished jobs, empty values past their 90 days, and purge the old trash."""
    await context.app.job_manager.delete_old_jobs(nb_hours=24)
    await in_thread(sweep.forget_old_values)


@app.periodic(cron="41 * * * *")
@app.task(name="tandem.outages", queue="sweep", queueing_lock="outages")
async def tell_of_outages(timestamp: int) -> None:  # noqa: ARG001 - given by the queue
    """Tell by mail whose account has not been in step for a day."""
    await in_thread(outages.tell_owners)
