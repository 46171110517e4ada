from collections.abc import Iterator

import pytest

from google_sandbox.server import SandboxServer
from tests.contract.google_sandbox.harness import Browser, Google


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def browser(sandbox: SandboxServer) -> Browser:
    return Browser(sandbox)


@pytest.fixture
def google(sandbox: SandboxServer, browser: Browser) -> Google:
    """Signed in as the default account, with the contacts scope."""
    return Google(sandbox, browser.sign_in(scope="https://www.googleapis.com/auth/contacts")["access_token"])
