"""The parent of `tandem serve`: prepares once, starts the children, keeps them running, and stops them."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tandem.bootstrap import SetupError
from tandem.cli.faults import CommandFailed
from tandem.cli.output import results
from tandem.cli.serving.child import Child
from tandem.cli.serving.lifeline import follow
from tandem.cli.setup import installation

LOOK_SECONDS = 0.5


def serve(host: str, port: int, *, with_worker: bool, migrates: bool, lifeline: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises `SetupError`, `PostgresFailed`, `CommandFailed` for a child that fails."""
    port = free_port(host, port)
    follow(lifeline)
    with _stopping() as stopped, installation(base_url=f"http://127.0.0.1:{port}", log_level=logging.INFO) as prepared:
        if migrates:
            from tandem import migrating

            migrating.migrate()
        commands = {"web": ["web", host, str(port)]}
        if with_worker:
            commands["worker"] = ["worker", "--no-migrate"]
        _announce(host, port)
        with children_of(commands, prepared.for_children()) as children:
            _supervise(children, stopped)


@contextmanager
def children_of(
    commands: Mapping[str, Sequence[str]],
    environment: Mapping[str, str],
    *,
    folder: Path | None = None,
    log: int | None = None,
) -> Iterator[list[Child]]:
    """Children by their names, which start inside and stop, together, on leaving."""
    reading, writing = os.pipe()
    children = [
        Child(name, words, lifeline=reading, environment=environment, folder=folder, log=log)
        for name, words in commands.items()
    ]
    try:
        yield children
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.wait()
        os.close(writing)
        os.close(reading)


def free_port(host: str, port: int, options: str = "--host and --port") -> int:
    """The port, or with 0 a free one. Raises `SetupError`, which names the options, when another program has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SetupError(
                f"Can't listen on {host}:{port} ({error.strerror}): choose another with {options}."
            ) from error
        return int(probe.getsockname()[1])


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set."""
    stopped = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda *_: stopped.set())
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _announce(host: str, port: int) -> None:
    """Where to go, what to register with Google, and the first thing to do."""
    from tandem.googlesync.google import redirect_uri
    from tandem.users.models import User

    results.print(f"Tandem listens on http://{host}:{port}", markup=False)
    results.print(f"Redirect address for the Google client: {redirect_uri()}", markup=False)
    if not User.objects.exists():
        results.print("Nobody can sign in yet: tandem user create EMAIL", markup=False)
    results.file.flush()


def _supervise(children: Sequence[Child], stopped: threading.Event) -> None:
    for child in children:
        child.start()
    while not stopped.wait(LOOK_SECONDS):
        for child in children:
            if not child.keep():
                raise CommandFailed(f"The {child.name} process ended soon after its start; its last line says why.")
