"""Makes a process ready for the product: environment, Django, a database that answers and is up to date."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tandem.bootstrap import BASE_URL, DATABASE_URL, Environment, SetupError, environment
from tandem.logs import configure_logs
from tandem.variables import BadSetting

ANSWER_SECONDS = 5
OLDEST_POSTGRES = 15


@contextmanager
def installation(*, base_url: str | None = None, log_level: int = logging.WARNING) -> Iterator[Environment]:
    """Django is set up and the database answers inside. `base_url` stands in where none is set.

    Raises `SetupError` and `PostgresFailed`.
    """
    configure_logs(log_level)
    with environment() as prepared:
        if base_url is not None and not os.environ.get(BASE_URL, "").strip():
            os.environ[BASE_URL] = base_url
        _set_up_django()
        _check_database()
        yield prepared


@contextmanager
def current_installation() -> Iterator[None]:
    """An installation for a command: the embedded database is brought up to date, another has to be already."""
    with installation() as prepared:
        from tandem import migrating

        if prepared.is_embedded:
            migrating.migrate()
        elif migrating.is_behind():
            raise SetupError("The database is behind this version of Tandem: run 'tandem migrate' first.")
        yield


def _set_up_django() -> None:
    import django

    try:
        django.setup()
    except BadSetting as bad:
        raise SetupError(str(bad)) from bad


def _check_database() -> None:
    """Ask once, without the pool, which would try for half a minute."""
    from procrastinate.contrib.django.utils import connector_params

    try:
        with psycopg.connect(**connector_params() | {"connect_timeout": ANSWER_SECONDS}) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        raise _unreachable(error) from error
    if version < OLDEST_POSTGRES:
        raise SetupError(f"{DATABASE_URL} leads to PostgreSQL {version}; Tandem needs {OLDEST_POSTGRES} or newer.")


def _unreachable(error: psycopg.Error) -> SetupError:
    from tandem.migrating import unreachable

    return unreachable(error)
