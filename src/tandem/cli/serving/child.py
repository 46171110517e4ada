"""One child process of `tandem serve`: started, started anew when it dies, stopped."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

#: A child that dies before it has run so long has a fault that a new start does not mend.
STEADY_SECONDS = 10.0
#: How long a child may take to stop.
STOP_SECONDS = 20.0

logger = structlog.get_logger(__name__)


class Child:
    """A `tandem` command as a child. It holds the reading end of `lifeline`, and ends when the other end closes."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        lifeline: int,
        environment: Mapping[str, str],
        folder: Path | None = None,
        log: int | None = None,
    ) -> None:
        """It runs in `folder` and writes to `log`; without them where we do."""
        self.name = name
        self._folder = folder
        self._log = log
        self._command = [sys.executable, "-m", "tandem.cli", *arguments, f"--lifeline={lifeline}"]
        self._lifeline = lifeline
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def start(self) -> None:
        """In a session of its own: a Ctrl-C reaches the parent alone, which stops its children in order."""
        self._started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            self._command,
            env=dict(self._environment),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=[self._lifeline],
            start_new_session=True,
        )

    @property
    def has_ended(self) -> bool:
        """Whether it was started and runs no more."""
        return self._process is not None and self._process.poll() is not None

    def keep(self) -> bool:
        """Start it anew if it died. False when it can't be kept running."""
        if self._process is None or (code := self._process.poll()) is None:
            return True
        if time.monotonic() - self._started < STEADY_SECONDS:
            return False
        logger.warning("child_died", child=self.name, exit_code=code)
        self.start()
        return True

    def ask_to_stop(self) -> None:
        """Send SIGTERM; `wait` waits for it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self) -> None:
        """Wait until it has stopped, and end it if it does not."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            logger.warning("child_killed", child=self.name)
            self._process.kill()
            self._process.wait()
