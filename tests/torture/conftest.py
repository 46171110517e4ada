"""One sandbox Google and one database for all sequences; each makes a user and an account of its own."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from google_sandbox.server import SandboxServer
from tandem.googlesync import google
from tandem.googlesync.repository import DjangoRepository
from tandem.googlesync.runner import Keeper
from tests.torture.stopping import Fuse

#: Google's propagation delay in the sandbox, and the longer one that Tandem reckons with; both pass for real.
LAG_SECONDS, DELAY_SECONDS = 0.02, 0.05


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        server.control("PATCH", "settings", {"propagation_delay_seconds": LAG_SECONDS, "write_seconds": 0.0})
        yield server


@pytest.fixture
def fuse(committed: None, server: SandboxServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fuse]:
    """Stops a run before a request or after a transaction; Tandem is set up for the sandbox meanwhile."""
    settings.GOOGLE_DISCOVERY_URL = f"{server.url}/.well-known/openid-configuration"
    settings.GOOGLE_PEOPLE_URL = server.url
    settings.GOOGLE_READS_PER_MINUTE = settings.GOOGLE_WRITES_PER_MINUTE = settings.GOOGLE_WRITES_PER_DAY = 0
    settings.PROPAGATION_DELAY = DELAY_SECONDS
    google.forget_endpoints()
    burning = Fuse()
    monkeypatch.setattr(Keeper, "guard", burning.before_each_request(Keeper.guard))
    monkeypatch.setattr(DjangoRepository, "_writing", burning.after_each_transaction(DjangoRepository._writing))
    yield burning
    google.forget_endpoints()
