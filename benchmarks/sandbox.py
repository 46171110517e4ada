"""The sandbox Google as a process of its own, so that its work and its memory are not counted as ours."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

import msgspec

ANSWER_SECONDS = 300.0  # making 25,000 people up takes a while


@dataclass(frozen=True, slots=True)
class SandboxProcess:
    """A running sandbox at `url`."""

    url: str

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call `/control/PATH`; the decoded answer."""
        request = Request(f"{self.url}/control/{path}", method=method)
        if body is not None:
            request.data = msgspec.json.encode(body)
        with urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return msgspec.json.decode(answer.read())

    def forget_requests(self) -> None:
        """Empty the journal of requests."""
        self.control("DELETE", "requests")

    def requests(self) -> dict[str, Any]:
        """The journal's summary: `calls` by method, and `overlapping_writes`."""
        summary: dict[str, Any] = self.control("GET", "requests")["summary"]
        return summary


@contextmanager
def sandbox_process() -> Iterator[SandboxProcess]:
    """A sandbox without people, in memory, that shows every write at once; gone on leaving."""
    command = [sys.executable, "-m", "google_sandbox", "--delay", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield SandboxProcess(process.stdout.readline().rpartition(" ")[2].strip())
        finally:
            process.terminate()
