"""A data folder of its own for each test. The server's own user can get there when root runs the tests."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.postgres import EmbeddedPostgres


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty data folder."""
    with tempfile.TemporaryDirectory(prefix="tandem-folder-") as name:
        Path(name).chmod(0o711)
        yield Path(name)
        assert EmbeddedPostgres(Path(name)).stop_if_unused()


@pytest.fixture(scope="session")
def made_home() -> Iterator[Path]:
    """A server's home, made once, stopped."""
    with tempfile.TemporaryDirectory(prefix="tandem-made-") as name:
        with EmbeddedPostgres(Path(name), durable=False).hold():
            pass
        yield Path(name) / "postgres"


@pytest.fixture
def server(folder: Path, made_home: Path) -> EmbeddedPostgres:
    """A server that was used before: its cluster is there."""
    subprocess.run(["cp", "-a", str(made_home), str(folder)], check=True)
    return EmbeddedPostgres(folder, durable=False)
