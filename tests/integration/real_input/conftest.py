"""The servers and the world of the runs' own tests, and the collected vCards."""

import pytest

from tests.integration.googlesync.conftest import server, world
from tests.integration.real_input.cards import Reading, read_folder
from tests.integration.real_input.data import VCARDS

__all__ = ["server", "world"]


@pytest.fixture(scope="session")
def reading() -> Reading:
    return read_folder(VCARDS)
