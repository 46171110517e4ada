"""A sandbox for the module, and a world for each test."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from google_people.client import Client
from google_sandbox.server import SandboxServer
from tandem.contacts.models import Contact
from tandem.googlesync import google
from tandem.googlesync.services import change_settings
from tests.integration.googlesync.world import World, people, person


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


@pytest.fixture
def ada(world: World) -> Contact:
    """One person in step; `world.first` is the run that imported her."""
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"], phones=["+1 415 555 2671"]))
    world.connect()
    world.first = world.switch_on()
    return world.contact("Ada")


@pytest.fixture
def names(world: World) -> list[str]:
    """Five persons in step, under a brake that lets two pass."""
    loaded = world.load(*people(5))
    world.connect()
    world.switch_on()
    change_settings(account=world.account, changes={"brake_count": 2})
    return loaded


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that tries again at once."""
    monkeypatch.setattr(Client, "_pause", lambda *_: 0.0)
