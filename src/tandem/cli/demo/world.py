"""The demo's world: a folder of its own with a database, the sandbox Google and the product, all gone afterwards."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from tandem.cli.demo.crm import Crm
from tandem.cli.demo.google import Google
from tandem.cli.demo.http import Api, Browser
from tandem.cli.faults import CommandFailed
from tandem.cli.serving.child import Child
from tandem.cli.serving.group import children_of, free_port

EMAIL = "agent@office.example"
#: Seconds from one run of the demo to the next, and until a write shows up in Google's listings.
INTERVAL_SECONDS = 60
PROPAGATION_SECONDS = 2
START_SECONDS = 60
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class World:
    """Both sides, and the user of both."""

    crm: Crm
    google: Google
    browser: Browser
    email: str
    password: str
    children: Sequence[Child]

    def wait_for_listings(self) -> None:
        """Until what was written shows up in Google's listings."""
        time.sleep(PROPAGATION_SECONDS + 0.5)


@contextmanager
def world(*, persons: int, port: int, sandbox_port: int) -> Iterator[World]:
    """A running world with so many persons in Google. Raises `SetupError` for a port in use, `CommandFailed`."""
    base = f"http://{HOST}:{free_port(HOST, port, '--port')}"
    sandbox = f"http://{HOST}:{free_port(HOST, sandbox_port, '--sandbox-port')}"
    with _folder() as folder:
        client = f"demo-{secrets.token_hex(4)}.apps.example", secrets.token_urlsafe(16)
        environment = _environment(folder, base, sandbox, client)
        with _sandbox(folder, sandbox, persons, client):
            commands = {"serve": ["serve", f"--port={_port_of(base)}"]}
            with _log(folder) as log, children_of(commands, environment, folder=folder, log=log) as children:
                for child in children:
                    child.start()
                password = secrets.token_urlsafe(12)
                _tandem(folder, environment, "user", "create", EMAIL, "--password-stdin", given=password)
                token = _tandem(folder, environment, "user", "token", EMAIL)
                _wait_until_ready(base, children, folder)
                api = Api(f"{base}/api/v1", {"Authorization": f"Bearer {token}"})
                yield World(Crm(api), Google(sandbox), Browser(base), EMAIL, password, children)


def _port_of(url: str) -> str:
    return url.rsplit(":", 1)[1]


@contextmanager
def _folder() -> Iterator[Path]:
    """For root it can be walked through, so that the database's account reaches its home."""
    folder = Path(tempfile.mkdtemp(prefix="tandem-demo-"))
    if os.geteuid() == 0:
        folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _log(folder: Path) -> Iterator[int]:
    """Where the product's processes log: the demo shows its report instead."""
    descriptor = os.open(folder / "tandem.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _environment(folder: Path, base: str, sandbox: str, client: tuple[str, str]) -> dict[str, str]:
    """Of this process's settings nothing counts: the demo touches no other installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
    return kept | {
        "TANDEM_DATA_DIR": str(folder / "data"),
        "TANDEM_BASE_URL": base,
        "TANDEM_GOOGLE_DISCOVERY_URL": f"{sandbox}/.well-known/openid-configuration",
        "TANDEM_GOOGLE_PEOPLE_URL": sandbox,
        "TANDEM_GOOGLE_CLIENT_ID": client[0],
        "TANDEM_GOOGLE_CLIENT_SECRET": client[1],
        "TANDEM_GOOGLE_READS_PER_MINUTE": "0",
        "TANDEM_GOOGLE_WRITES_PER_MINUTE": "0",
        "TANDEM_GOOGLE_WRITES_PER_DAY": "0",
        "TANDEM_PROPAGATION_DELAY": str(PROPAGATION_SECONDS),
        "TANDEM_SYNC_INTERVAL": str(INTERVAL_SECONDS),
        "TANDEM_DEMO": "1",
    }


@contextmanager
def _sandbox(folder: Path, url: str, persons: int, client: tuple[str, str]) -> Iterator[None]:
    """The sandbox Google as a process of its own, listening."""
    command = [
        sys.executable, "-m", "google_sandbox", f"--port={_port_of(url)}", f"--data={folder / 'google.data'}",
        f"--contacts={persons}", f"--client-id={client[0]}", f"--client-secret={client[1]}", "--region=US",
    ]  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True, cwd=folder
    )
    with process:
        try:
            if process.stdout is None or not process.stdout.readline():
                raise CommandFailed("The sandbox Google did not start; its last line says why.")
            yield
        finally:
            process.terminate()


def _tandem(folder: Path, environment: dict[str, str], *arguments: str, given: str = "") -> str:
    """What a command printed; it reads `given`. Raises `CommandFailed` with its own line."""
    command = [sys.executable, "-m", "tandem.cli", *arguments]
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=environment, cwd=folder, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandFailed(done.stderr.strip().removeprefix("tandem: ") or f"tandem {arguments[0]} failed.")
    return done.stdout.strip()


def _wait_until_ready(base: str, children: Sequence[Child], folder: Path) -> None:
    browser = Browser(base)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if any(child.has_ended for child in children):
            break
        try:
            if browser.get("/readyz").status == 200:
                return
        except URLError:
            pass
        time.sleep(0.1)
    words = (folder / "tandem.log").read_text(errors="replace").strip().splitlines()
    raise CommandFailed(f"Tandem did not start: {words[-1] if words else 'it did not say why'}")
