"""Brings the database up to date: one process at a time, under an advisory lock."""

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from tandem.bootstrap import DATABASE_URL, SetupError

#: Any number, the same for all processes of all versions.
LOCK = 7_302_614_551


def migrate() -> None:
    """Apply what is missing. Raises `SetupError` when the database can't be reached."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                if is_behind():
                    call_command("migrate", verbosity=0, interactive=False)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    except OperationalError as error:
        raise unreachable(error) from error


def is_behind() -> bool:
    """Whether a migration is missing."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def unreachable(error: Exception) -> SetupError:
    """One line for a database that does not answer; it names no password."""
    return SetupError(f"The database can't be reached ({_reason(str(error))}). Check {DATABASE_URL}.")


def _reason(words: str) -> str:
    """The last of libpq's sentences that tells why: the first may be a heading, the last asks a question."""
    told = [line.rpartition("connection failed: ")[2].strip() for line in words.splitlines()]
    reasons = [line for line in told if line and not line.startswith("Is the server running")]
    return reasons[-1].rstrip(".") if reasons else "no answer"
