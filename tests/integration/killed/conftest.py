"""Alice's world as in the tests of runs, and workers in processes of their own, which can be killed."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from google_sandbox.server import SandboxServer
from tandem.googlesync import google
from tandem.googlesync.models import Account
from tests.integration.floor.world import empty_the_queue
from tests.integration.googlesync.world import World

DELAY_SECONDS = 1.0


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def world(committed: None, server: SandboxServer, settings: Settings) -> Iterator[World]:
    settings.GOOGLE_DISCOVERY_URL = f"{server.url}/.well-known/openid-configuration"
    settings.GOOGLE_PEOPLE_URL = server.url
    settings.GOOGLE_READS_PER_MINUTE = settings.GOOGLE_WRITES_PER_MINUTE = settings.GOOGLE_WRITES_PER_DAY = 0
    settings.PROPAGATION_DELAY = DELAY_SECONDS
    google.forget_endpoints()
    empty_the_queue()
    # A real worker's sweep sees every account of the database; those of other tests have no Google any more.
    Account.objects.update(due_at=None)
    yield World(server)
    google.forget_endpoints()
