"""Making the cluster: the role and the database `tandem`, a password, settings of a small office machine."""

import os
import secrets
import shutil
from pathlib import Path

from tandem.postgres.address import DATABASE, ROLE
from tandem.postgres.errors import PostgresFailed
from tandem.postgres.place import Place
from tandem.postgres.programs import Programs

SUPERUSER = "postgres"

# Written to postgresql.conf, where the operator may change them.
SETTINGS = {
    "password_encryption": "scram-sha-256",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "jit": "off",  # our queries are short: compiling them costs more than it saves
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "on",  # a file for each weekday, so that a week is kept
    "log_directory": "../log",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
    "log_checkpoints": "off",
    "log_parameter_max_length": "0",  # contacts' data stays out of the logs
    "log_parameter_max_length_on_error": "0",
}

# The role gets the superuser's password by its verifier, so that the password stands in no statement.
STATEMENTS = (
    f"CREATE ROLE {ROLE} LOGIN CREATEDB;",
    "UPDATE pg_authid SET rolpassword = (SELECT rolpassword FROM pg_authid WHERE rolname = "  # noqa: S608 - constants
    f"'{SUPERUSER}') WHERE rolname = '{ROLE}';",
    f"CREATE DATABASE {DATABASE} OWNER {ROLE};",
)


def make_cluster(place: Place, programs: Programs, *, durable: bool) -> None:
    """Make the cluster beside its place, then move it there. The caller has the start lock."""
    unfinished = place.home / "data.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    _write_password(place)
    _initialise(unfinished, place, programs, durable=durable)
    _run_statements(unfinished, programs)
    unfinished.rename(place.cluster)


def _write_password(place: Place) -> None:
    place.password_file.unlink(missing_ok=True)
    descriptor = os.open(place.password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
        os.fchown(descriptor, place.account.uid, place.account.gid)


def _initialise(cluster: Path, place: Place, programs: Programs, *, durable: bool) -> None:
    made = programs.run(
        "initdb",
        f"--pgdata={cluster}",
        f"--username={SUPERUSER}",
        f"--pwfile={place.password_file}",
        "--auth-local=scram-sha-256",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        *([] if durable else ["--no-sync"]),
        *(f"--set={name}={value}" for name, value in SETTINGS.items()),
    )
    if made.returncode != 0:
        raise PostgresFailed(f"The database could not be made in {place.home}: {_last_line(made.stderr)}.")


def _run_statements(cluster: Path, programs: Programs) -> None:
    done = programs.run(
        "postgres",
        "--single",
        "-D",
        str(cluster),
        "-c",
        "exit_on_error=on",
        SUPERUSER,
        typed="".join(f"{statement}\n" for statement in STATEMENTS),
    )
    if done.returncode != 0:
        raise PostgresFailed(f"The database could not be set up in {cluster}: {_last_line(done.stderr)}.")


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if "error" in line.lower() or "fatal" in line.lower()]
    return (lines or output.splitlines() or ["it did not say why"])[-1].strip(". ")
