"""Other processes of Tandem: each says when it is ready and waits for its input to end."""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from tandem.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), durable=False).hold() as hold:
    print(hold.address.url, flush=True)
    sys.stdin.read()
"""

HOLD_WITH_CHILD = """
import subprocess, sys
from pathlib import Path
from tandem.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), durable=False).hold() as hold:
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(["sleep", "60"], pass_fds=[hold.descriptor], stdout=quiet, stderr=quiet)
    print(child.pid, flush=True)
    sys.stdin.read()
"""


@contextmanager
def running(script: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process with `script`; leaving lets it end by itself, or ends it."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.communicate(timeout=70)


def first_line(process: subprocess.Popen[str]) -> str:
    """What the process printed when it was ready."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise AssertionError(process.communicate()[1])
    return line


def said_as(user: str, action: Callable[[], object]) -> str:
    """Do something as another user of the system and return what came of it, or the error's sentence.

    It is a fork because the other user may be shut out of the folder of this Python.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        try:
            said = str(action())
        except Exception as error:  # noqa: BLE001 - a forked child must not run the rest of the test
            said = str(error)
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def kill(pid: int) -> None:
    """End a process as a power cut would: it can't clean up."""
    os.kill(pid, signal.SIGKILL)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait up to ten seconds for what other processes bring about."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
