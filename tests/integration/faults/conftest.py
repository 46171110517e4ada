"""Alice over HTTP, connected and in step with one person; and all that was logged meanwhile."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.integration.faults.evidence import Evidence
from tests.integration.floor.conftest import sandbox, site, world
from tests.integration.floor.world import World
from tests.integration.googlesync.world import person

__all__ = ["ada", "evidence", "sandbox", "site", "world"]


@pytest.fixture
def ada(world: World) -> Iterator[World]:
    """The world with Ada on both sides; Grace is new in Google, so that a run has something to do."""
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"], phones=["+1 415 555 2671"]))
    world.connect_and_import()
    world.load(person("Grace", "Hopper", emails=["grace@example.org"]))
    yield world
    world.sandbox.control("DELETE", "faults")


@pytest.fixture
def evidence(ada: World, settings: Settings, capsys: pytest.CaptureFixture[str]) -> Iterator[Evidence]:
    """What is there before the fault. Afterwards nothing that was logged holds a secret or anybody's data."""
    capsys.readouterr()
    found = Evidence(ada)
    yield found
    found.no_secret_in(capsys.readouterr().out)
