"""Both servers for the module, and a new user with a new Google account for each test."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from google_sandbox.server import SandboxServer
from tandem.googlesync import google
from tests.integration.floor.serving import tandem_server
from tests.integration.floor.world import World, empty_the_queue


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with tandem_server() as address:
        yield address


@pytest.fixture
def world(committed: None, site: str, sandbox: SandboxServer, settings: Settings) -> Iterator[World]:
    settings.BASE_URL = site
    settings.GOOGLE_DISCOVERY_URL = f"{sandbox.url}/.well-known/openid-configuration"
    settings.GOOGLE_PEOPLE_URL = sandbox.url
    settings.GOOGLE_READS_PER_MINUTE = settings.GOOGLE_WRITES_PER_MINUTE = settings.GOOGLE_WRITES_PER_DAY = 0
    settings.PROPAGATION_DELAY = 0.0
    settings.ACCOUNT_RATE_LIMITS = False
    empty_the_queue()
    google.forget_endpoints()
    yield World(site, sandbox)
    google.forget_endpoints()
