"""Alice, connected and in step with one person, on the test's database; commands run in processes of their own."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from google_sandbox.server import SandboxServer
from tandem.googlesync import google
from tests.integration.googlesync.world import World, person


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
    server.control("DELETE", "faults")
    google.forget_endpoints()


@pytest.fixture
def ada(world: World) -> World:
    """The world with Ada on both sides."""
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    world.switch_on()
    return world
