"""Database work of the event loop: each unit, its whole transaction inside, runs in one thread of a small pool.

`sync_to_async` would put all of them into one thread (docs/decisions/0003-database-threads.md).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

from django.conf import settings
from django.db import close_old_connections


@cache
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.DB_THREADS, thread_name_prefix="database")


async def in_thread[**P, R](function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Await a synchronous function that uses the database."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_executor(), partial(_with_connection, function, *args, **kwargs))


def _with_connection[**P, R](function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    close_old_connections()
    try:
        return function(*args, **kwargs)
    finally:
        close_old_connections()
