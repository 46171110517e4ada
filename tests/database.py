"""The PostgreSQL of a test session: one embedded server for all its processes, gone with the last."""

import atexit
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from tandem.postgres import EmbeddedPostgres, PostgresFailed

FOLDER_VARIABLE = "TANDEM_TEST_POSTGRES"
PREFIX = "tandem-tests-"
KILLED_SESSION_SECONDS = 3600


def start_test_server() -> str:
    """Hold the session's server until this process ends and return its URL.

    The first process of a session makes the folder and tells its children, xdist's, through the environment.
    """
    mine = FOLDER_VARIABLE not in os.environ
    if mine:
        _remove_what_killed_sessions_left()
        os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix=PREFIX)
    folder = Path(os.environ[FOLDER_VARIABLE])
    stack = ExitStack()
    atexit.register(stack.close)
    if mine:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return stack.enter_context(EmbeddedPostgres(folder, durable=False).hold()).address.url


def _remove_what_killed_sessions_left() -> None:
    """Stop and remove servers that nobody holds; a young folder may belong to a session just starting."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError):  # another session, which begins as well, has removed it
            status = folder.lstat()
            if status.st_uid == os.geteuid() and time.time() - status.st_mtime > KILLED_SESSION_SECONDS:
                _remove_if_unused(folder)


def _remove_if_unused(folder: Path) -> None:
    try:
        unused = EmbeddedPostgres(folder).stop_if_unused()
    except PostgresFailed:
        return
    if unused:
        shutil.rmtree(folder, ignore_errors=True)
