"""A sandbox for the module, and a world for each test."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from google_sandbox.server import SandboxServer
from tandem.googlesync import google
from tests.integration.googlesync.world import World


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def world(committed: None, server: SandboxServer, settings: Settings) -> Iterator[World]:
    settings.GOOGLE_DISCOVERY_URL = f"{server.url}/.well-known/openid-configuration"
    settings.GOOGLE_PEOPLE_URL = server.url
    settings.GOOGLE_READS_PER_MINUTE = settings.GOOGLE_WRITES_PER_MINUTE = settings.GOOGLE_WRITES_PER_DAY = 0
    settings.PROPAGATION_DELAY = 0.0
    google.forget_endpoints()
    yield World(server)
    google.forget_endpoints()
