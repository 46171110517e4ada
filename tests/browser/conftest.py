"""A real Chromium, the pages over HTTP, and the sandbox as Google. Workers run inside the test, on demand."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django import Settings

from google_sandbox.server import SandboxServer
from tandem.googlesync.models import Run, RunState
from tandem.googlesync.runner import execute
from tandem.users.models import User
from tandem.wsgi import application
from tests.factories import make_user

PASSWORD = "a long enough phrase"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the handler's signature
        """A test's output is its result."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: scripts/install-chromium installs Debian's")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[SandboxServer]:
    with SandboxServer(contacts=5) as server:
        settings.GOOGLE_DISCOVERY_URL = f"{server.url}/.well-known/openid-configuration"
        settings.GOOGLE_PEOPLE_URL = server.url
        settings.GOOGLE_READS_PER_MINUTE = settings.GOOGLE_WRITES_PER_MINUTE = settings.GOOGLE_WRITES_PER_DAY = 0
        settings.PROPAGATION_DELAY = 0
        yield server


@pytest.fixture
def site(committed: None, settings: Settings) -> Iterator[str]:
    """The address of the pages."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _QuietHandler)
    server.daemon_threads = True
    server.set_app(application)
    settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, name="pages", daemon=True)
    thread.start()
    yield settings.BASE_URL
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@dataclass(frozen=True)
class Visit:
    """Alice in front of the pages."""

    user: User
    page: Page
    site: str

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def press(self, name: str) -> None:
        """Press the button of exactly this label."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose(self, action: str) -> None:
        """Open 'More Actions' and choose one."""
        self.page.locator("summary", has_text="More Actions").click()
        self.press(action)


@pytest.fixture
def alice(browser: Browser, site: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """Signed in; the page has to stay free of errors of scripts and of the content security policy."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop running in this thread
    with visit(browser, site, make_user("alice", PASSWORD), settings.SESSION_COOKIE_NAME) as visiting:
        yield visiting
    visiting.user.google_accounts.all().delete()  # each sandbox has the same Google account
    connection.close()


@contextmanager
def visit(browser: Browser, site: str, user: User, cookie: str, *, expected: tuple[str, ...] = ()) -> Iterator[Visit]:
    """This user in front of the pages; what a page complains of fails the test in the end, but for what is expected."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.extend(_complaint(message, site)))
    context.add_cookies([{"name": cookie, "value": _session(user), "url": site}])
    yield Visit(user, page, site)
    context.close()
    assert [each for each in complaints if not any(word in each for word in expected)] == []


def _session(user: User) -> str:
    """The key of a session in which this user is signed in."""
    client = Client()
    client.force_login(user)
    return client.session.session_key or ""


def _complaint(message: ConsoleMessage, site: str) -> list[str]:
    """An error in the console of one of our pages; the sandbox's are its own."""
    is_ours = message.type == "error" and message.location["url"].startswith(site)
    return [message.text] if is_ours else []


@pytest.fixture
def work(sandbox: SandboxServer) -> Iterator[Callable[[User], None]]:
    """Does what a worker would do: executes the user's queued runs, each to its end."""
    with ThreadPoolExecutor(1) as worker:
        yield lambda user: worker.submit(asyncio.run, _execute_queued(user)).result(timeout=60)


async def _execute_queued(user: User) -> None:
    queued = Run.objects.filter(owner=user, state=RunState.QUEUED).order_by("id")
    async with aiohttp.ClientSession() as session:
        async for run in queued:
            await execute(run.id, session)
