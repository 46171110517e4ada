"""Running the sandbox: in this process until a signal, or in a thread for tests."""

import asyncio
import json
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.request import Request, urlopen

from aiohttp import web

from google_sandbox.app import FAULTY_METHODS, make_app
from google_sandbox.faults import Faults
from google_sandbox.seeding import seed
from google_sandbox.state import Client, Sandbox
from google_sandbox.store import DEFAULT_EMAIL, Store


def make_sandbox(
    *,
    data: Path | None = None,
    contacts: int = 0,
    seed_number: int = 1,
    client: Client | None = None,
    region: str = "US",
) -> Sandbox:
    """A sandbox with `contacts` made-up people in the default account, unless its data file has people already."""
    sandbox = Sandbox(Store(data, region=region), client or Client(), Faults(FAULTY_METHODS))
    account = sandbox.store.account(DEFAULT_EMAIL)
    if contacts and account.book.sequence == 0:
        seed(sandbox.store, account, contacts, seed_number)
    return sandbox


async def listen(sandbox: Sandbox, host: str, port: int) -> tuple[web.AppRunner, str]:
    """Start serving; the runner to clean up, and the address. OSError when the port is taken."""
    runner = web.AppRunner(make_app(sandbox), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=1024).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, f"http://{host}:{runner.addresses[0][1]}"


async def serve(sandbox: Sandbox, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; says where, in one line, when it listens."""
    runner, url = await listen(sandbox, host, port)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    print(f"Sandbox Google at {url}", flush=True)  # noqa: T201 - the line that the parent process waits for
    await stopped.wait()
    await runner.cleanup()


class SandboxServer:
    """The same application in a thread: `with SandboxServer(contacts=3) as sandbox: sandbox.url`.

    `state` is the live state; read it, and change it through `control` only (the thread owns it).
    """

    def __init__(
        self,
        *,
        port: int = 0,
        contacts: int = 0,
        seed: int = 1,
        data: Path | None = None,
        client: Client | None = None,
        region: str = "US",
    ) -> None:
        self.state = make_sandbox(data=data, contacts=contacts, seed_number=seed, client=client, region=region)
        self.url = ""
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="google-sandbox", daemon=True)
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(listen(self.state, "127.0.0.1", self._port), self._loop)
        try:
            self._runner, self.url = started.result(timeout=30)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(timeout=30)
        self._stop()

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call `/control/PATH`; the decoded answer. `urllib.error.HTTPError` when it is refused."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/control/{path}", data=data, method=method)  # noqa: S310 - our own address
        with urlopen(request, timeout=30) as response:  # noqa: S310 - our own address
            return json.loads(response.read())

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=30)
        self._loop.close()
        self.state.store.close()
