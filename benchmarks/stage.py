"""What every measurement stands on: a durable embedded PostgreSQL of its own, the sandbox, and Django over both."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from benchmarks.sandbox import SandboxProcess, sandbox_process
from tandem.postgres import EmbeddedPostgres


@contextmanager
def stage() -> Iterator[SandboxProcess]:
    """Everything up, the database migrated; nothing of it is left on leaving. Models are imported inside only."""
    with (
        tempfile.TemporaryDirectory(prefix="tandem-bench-", ignore_cleanup_errors=True) as folder,
        EmbeddedPostgres(Path(folder)).hold() as hold,
        sandbox_process() as sandbox,
    ):
        os.environ.update(_environment(hold.address.url, sandbox.url))
        django.setup()
        _quieten_logs()
        try:
            _migrate()
            yield sandbox
        finally:
            _leave_database()


def _environment(database_url: str, google_url: str) -> dict[str, str]:
    """Without limits to the rate of requests: what is measured is the work, not the waiting."""
    return {
        "DJANGO_SETTINGS_MODULE": "tandem.settings",
        "TANDEM_DATABASE_URL": database_url,
        "TANDEM_SECRET_KEY": "only-for-benchmarks",
        "TANDEM_TOKEN_KEYS": "only-for-benchmarks",
        "TANDEM_GOOGLE_CLIENT_ID": "tandem-sandbox.apps.example",
        "TANDEM_GOOGLE_CLIENT_SECRET": "sandbox-secret",
        "TANDEM_GOOGLE_DISCOVERY_URL": f"{google_url}/.well-known/openid-configuration",
        "TANDEM_GOOGLE_PEOPLE_URL": google_url,
        "TANDEM_GOOGLE_READS_PER_MINUTE": "0",
        "TANDEM_GOOGLE_WRITES_PER_MINUTE": "0",
        "TANDEM_GOOGLE_WRITES_PER_DAY": "0",
        "TANDEM_PROPAGATION_DELAY": "0",
    }


def _quieten_logs() -> None:
    import logging

    from tandem.logs import configure_logs

    configure_logs(logging.WARNING)


def _migrate() -> None:
    from tandem.migrating import migrate

    migrate()


def _leave_database() -> None:
    from django.db import connection

    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's connections have one
