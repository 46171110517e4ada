"""Prepares a process before Django loads: `.env`, the database, and the keys of the embedded default."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dotenv import load_dotenv

from tandem.postgres import EmbeddedPostgres, data_folder

BASE_URL = "TANDEM_BASE_URL"
DATABASE_URL = "TANDEM_DATABASE_URL"
SECRET_KEY = "TANDEM_SECRET_KEY"  # noqa: S105 - a variable's name
TOKEN_KEYS = "TANDEM_TOKEN_KEYS"  # noqa: S105 - a variable's name


class SetupError(Exception):
    """The installation can't run as it is set up; the message is one line that names the mend."""


@dataclass(frozen=True, slots=True)
class Environment:
    """How the process was prepared."""

    is_embedded: bool

    def for_children(self) -> dict[str, str]:
        """The variables of a child process. It holds an embedded server itself, so that none leaves it behind."""
        inherited = dict(os.environ)
        if self.is_embedded:
            del inherited[DATABASE_URL]
        return inherited


@contextmanager
def environment() -> Iterator[Environment]:
    """Everything that Django's settings read is in the environment inside.

    Without `TANDEM_DATABASE_URL` the embedded PostgreSQL runs while any process of the installation is inside.
    Raises `SetupError` for keys that an external database needs, `PostgresFailed` for the embedded one.
    """
    load_dotenv(Path.cwd() / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tandem.settings")
    if os.environ.get(DATABASE_URL, "").strip():
        _require_keys()
        yield Environment(is_embedded=False)
        return
    folder = data_folder()
    with EmbeddedPostgres(folder).hold() as hold:
        os.environ[DATABASE_URL] = hold.address.url
        for name in (SECRET_KEY, TOKEN_KEYS):
            os.environ[name] = os.environ.get(name, "").strip() or stored_key(folder, name)
        try:
            yield Environment(is_embedded=True)
        finally:
            _close_connections()
            del os.environ[DATABASE_URL]


def _require_keys() -> None:
    missing = [name for name in (SECRET_KEY, TOKEN_KEYS) if not os.environ.get(name, "").strip(" ,")]
    if missing:
        raise SetupError(
            f"{' and '.join(missing)} must be set when {DATABASE_URL} is: "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))' makes one."
        )


def stored_key(folder: Path, name: str) -> str:
    """The key of the embedded default; made on its first start, readable by its user alone.

    It appears under its name once it is complete, whoever is first: a crash leaves no empty key behind.
    """
    path = folder / f"{name.lower()}.key"
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return path.read_text().strip()


def _close_connections() -> None:
    """Leave the server before it may be stopped."""
    from django.apps import apps

    if apps.ready:
        from django.db import connection

        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's connections have one
