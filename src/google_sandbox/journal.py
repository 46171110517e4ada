"""The data file: one line of JSON per commit, written before the answer goes out, so kill -9 loses nothing."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from google_sandbox.records import Record


class Journal:
    """An append-only file of commits; without a path it keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._encoder = msgspec.json.Encoder()
        self._path = path
        self._descriptor: int | None = None

    def read(self) -> Iterator[list[Record]]:
        """Commits in order. A last line that a crash cut off was never answered: it is taken off the file."""
        if self._path is None or not self._path.exists():
            return
        decoder = msgspec.json.Decoder(list[Record])
        whole = 0
        with self._path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                yield decoder.decode(line)
        if whole < self._path.stat().st_size:
            os.truncate(self._path, whole)

    def append(self, records: Sequence[Record]) -> None:
        """One commit, whole or not at all."""
        if self._path is None:
            return
        if self._descriptor is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        line = memoryview(self._encoder.encode(list(records)) + b"\n")
        while line:
            line = line[os.write(self._descriptor, line) :]

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
