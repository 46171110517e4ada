"""What a piece of work cost: seconds, memory, requests to Google, rows of contacts read."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from benchmarks.sandbox import SandboxProcess

_STATUS = Path("/proc/self/status")
_CLEAR_REFERENCES = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"  # proc(5): sets the peak of the resident memory to what it is now

_ROWS_READ = """
    SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'contacts_contact'"""
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@dataclass(frozen=True, slots=True)
class Cost:
    """`memory_bytes` is how far the resident memory rose at its peak; None where the system does not say."""

    seconds: float
    memory_bytes: int | None
    calls: dict[str, int]
    overlapping_writes: int
    contact_rows_read: int

    @property
    def requests(self) -> int:
        """How many requests Google had."""
        return sum(self.calls.values())


def seconds_of(work: Callable[[], object]) -> float:
    """How long it takes, once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


#: An idle session adds its figures after ten seconds at the latest.
FLUSH_SECONDS = 11.0


def cost_of(sandbox: SandboxProcess, work: Callable[[], object]) -> Cost:
    """What it costs, once."""
    sandbox.forget_requests()
    rows_before = _contact_rows_read()
    memory_before = _reset_peak()
    seconds = seconds_of(work)
    memory_after = _memory("VmHWM")
    journal = sandbox.requests()
    return Cost(
        seconds=seconds,
        memory_bytes=None if memory_before is None or memory_after is None else memory_after - memory_before,
        calls=journal["calls"],
        overlapping_writes=journal["overlapping_writes"],
        contact_rows_read=_contact_rows_read() - rows_before,
    )


def _contact_rows_read() -> int:
    """By PostgreSQL's own count, to which a session adds its figures at the latest when it ends."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's connections have one
    deadline = time.monotonic() + FLUSH_SECONDS
    with connection.cursor() as cursor:
        while _number(cursor.execute(_OTHERS)) and time.monotonic() < deadline:
            time.sleep(0.02)
        return _number(cursor.execute(_ROWS_READ))


def _number(cursor: object) -> int:
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]


def _reset_peak() -> int | None:
    """The memory that the process has now, from which on its peak is noted."""
    if not _CLEAR_REFERENCES.exists():
        return None
    _CLEAR_REFERENCES.write_text(_RESET_PEAK)
    return _memory("VmRSS")


def _memory(line: str) -> int | None:
    if not _STATUS.exists():
        return None
    found = re.search(rf"^{line}:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else None
