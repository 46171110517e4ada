"""A worker as an operator starts it, in a process of its own; what time would do after its end is done at once."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.utils import timezone

from tandem.googlesync.models import Account, Run, RunState
from tests.integration.processes import command, environment

PATIENCE_SECONDS = 120.0


@contextmanager
def worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on the test's database and sandbox, until the block ends; it may have been killed by then."""
    with log.open("ab") as output:
        process = subprocess.Popen(command("worker", "--no-migrate"), env=environment(), stdout=output, stderr=output)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for it; the moment after a kill must not depend on how quick the machine is."""
    latest = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < latest, f"not {what} after {PATIENCE_SECONDS:g} s"
        time.sleep(0.02)


def kill(process: subprocess.Popen[bytes]) -> None:
    """`kill -9`, and the 90 s pass after which its lease has run out and its job is given back."""
    process.kill()
    process.wait(30)
    Account.objects.exclude(lease_until=None).update(lease_until=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")


def is_done(run: Run) -> bool:
    run.refresh_from_db()
    return run.state == RunState.DONE
