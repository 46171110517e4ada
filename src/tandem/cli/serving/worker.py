"""The worker: takes jobs from the queue, many at once on one event loop, over one HTTP session to Google."""

import asyncio
import logging

import aiohttp
import structlog

from tandem.cli.serving.lifeline import follow
from tandem.cli.setup import installation

#: Runs at once. They wait for Google most of the time; database work has threads of its own.
CONCURRENCY = 10
#: How long runs that are under way may take when the worker stops; then they are given back to the queue.
STOP_SECONDS = 10.0
#: Connections of the queue: two for its statements, one that listens.
QUEUE_CONNECTIONS = 3

logger = structlog.get_logger(__name__)


def work(*, migrates: bool, lifeline: int) -> None:
    """Work until a signal. Raises `SetupError` and `PostgresFailed`."""
    with installation(log_level=logging.INFO):
        from tandem import migrating

        if migrates:
            migrating.migrate()
        follow(lifeline)
        asyncio.run(_work())


async def _work() -> None:
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    from tandem.googlesync.jobs import give_back_stalled

    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=QUEUE_CONNECTIONS)
    # Not `replace_connector`: jobs that tasks enqueue must stay in Django's transactions.
    working = app.with_connector(connector)
    async with working.open_async(), aiohttp.ClientSession() as session:
        logger.info("worker_started")
        await give_back_stalled(working.job_manager)
        await working.run_worker_async(
            concurrency=CONCURRENCY,
            additional_context={"session": session},
            shutdown_graceful_timeout=STOP_SECONDS,
        )
        logger.info("worker_stopped")
