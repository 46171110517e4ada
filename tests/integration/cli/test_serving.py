"""`tandem serve` on its embedded database, as the entry point starts it: what it says, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="it looks for processes in /proc")

TANDEM = str(Path(sys.executable).with_name("tandem"))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A data folder for the module. Root's server, which runs as another account, gets there."""
    with tempfile.TemporaryDirectory(prefix="tandem-serve-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def environment(folder: Path, **variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
    return kept | {"TANDEM_DATA_DIR": str(folder / "data"), "COLUMNS": "200"} | variables


@contextmanager
def serving(folder: Path, *words: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A server in a group of its own; whatever happens, it ends with the block."""
    process = subprocess.Popen(
        [TANDEM, "serve", *words],
        env=environment(folder, **variables),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=60)


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def processes_of(folder: Path) -> list[str]:
    """The command lines of all living processes that name the folder or were started in it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            place = str((process / "cwd").readlink())
        except OSError:
            continue
        if str(folder) in words or place.startswith(str(folder)):
            found.append(words)
    return found


def refused(folder: Path, *words: str, **variables: str) -> str:
    """The one line with which the command ends as failed."""
    done = subprocess.run(
        [TANDEM, *words], env=environment(folder, **variables), cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("tandem: ")
    return line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_server_says_where_it_is_and_ends_without_a_trace(folder: Path, number: signal.Signals) -> None:
    with serving(folder, "--port", "0") as process:
        listens, redirect, first = lines(process, 3)
        site = listens.removeprefix("Tandem listens on ")
        assert site.startswith("http://127.0.0.1:")
        assert redirect == f"Redirect address for the Google client: {site}/google/callback"
        assert first == "Nobody can sign in yet: tandem user create EMAIL"
        assert any("postgres" in words for words in processes_of(folder))
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert processes_of(folder) == []


def test_redirect_address_is_that_of_the_public_address(folder: Path) -> None:
    with serving(folder, "--port", "0", "--no-worker", TANDEM_BASE_URL="https://crm.example.org/") as process:
        _, redirect, _ = lines(process, 3)
    assert redirect == "Redirect address for the Google client: https://crm.example.org/google/callback"


def test_port_in_use_is_named_with_the_mend_and_starts_nothing(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = refused(folder, "serve", "--port", port)
    assert (
        line
        == f"tandem: Can't listen on 127.0.0.1:{port} (Address already in use): choose another with --host and --port."
    )
    assert processes_of(folder) == []


def test_host_that_is_none_is_named(folder: Path) -> None:
    assert "choose another with --host and --port" in refused(folder, "serve", "--host", "no-host.invalid")


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("TANDEM_BASE_URL", "crm.example.org", "an address such as"),
        ("TANDEM_DATABASE_URL", "postgresql://ann:hid/den@db/crm", "%2F"),
        ("TANDEM_DATA_DIR", "/dev/null", "is no folder"),
        ("TANDEM_DATA_DIR", "/sys/tandem", "give TANDEM_DATA_DIR"),
    ],
)
def test_bad_setting_is_named_with_the_mend_and_leaves_nothing_running(
    folder: Path, name: str, value: str, mend: str
) -> None:
    keys = {"TANDEM_SECRET_KEY": "hidden-key", "TANDEM_TOKEN_KEYS": "hidden-key"}
    line = refused(folder, "serve", "--port", "0", **keys | {name: value})
    assert name in line
    assert mend in line
    assert "hid" not in line
    assert processes_of(folder) == []


def test_empty_variables_are_as_good_as_none(folder: Path) -> None:
    empty = dict.fromkeys(("TANDEM_DATABASE_URL", "TANDEM_SECRET_KEY", "TANDEM_TOKEN_KEYS", "TANDEM_DB_THREADS"), "")
    done = subprocess.run(
        [TANDEM, "sync", "--all"], env=environment(folder, **empty), cwd=folder, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("No account has contact sync switched on.", "")


def test_help_is_there_for_every_command_and_named_where_words_are_wrong(folder: Path) -> None:
    alone = subprocess.run([TANDEM], env=environment(folder), capture_output=True, text=True, check=False)
    assert (alone.returncode, alone.stderr) == (2, "tandem: Name a command. (tandem --help)\n")
    wrong = subprocess.run(
        [TANDEM, "account", "discard"], env=environment(folder), capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 2
    assert wrong.stderr.strip().endswith("(tandem account --help)")
