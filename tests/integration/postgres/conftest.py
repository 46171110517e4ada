"""A data folder of its own for each test. The server's own user can get there when root runs the tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.postgres import EmbeddedPostgres


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tandem-folder-") as name:
        Path(name).chmod(0o711)
        yield Path(name)
        assert EmbeddedPostgres(Path(name)).stop_if_unused()


@pytest.fixture
def server(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder, durable=False)
