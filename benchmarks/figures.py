"""The table of a run."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version

from django.db import connection

from benchmarks.meters import Cost

_HEADINGS = ("what", "took", "floor", "ratio", "Google requests", "contact rows read", "memory", "target", "held")
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was done, its cost, the floor in seconds, and what was promised of it."""

    what: str
    cost: Cost
    floor_seconds: float
    target: str = ""
    is_held: bool | None = None

    @property
    def ratio(self) -> float:
        """How many times its floor it took."""
        return self.cost.seconds / self.floor_seconds


def table_of(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table, padded so that it reads well as it stands."""
    rows = [_HEADINGS, *map(_cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([lines[0], _line(["-" * width for width in widths], widths), *lines[1:]])


def machine_line() -> str:
    """Where the figures were taken, in general words."""
    with connection.cursor() as cursor:
        postgres = cursor.execute("SHOW server_version").fetchone()[0].split()[0]
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"PostgreSQL {postgres} (embedded, durable), Django {version('django')}; sandbox Google on the same machine"
    )


def _cells(figure: Figure) -> tuple[str, ...]:
    cost = figure.cost
    return (
        figure.what,
        _seconds(cost.seconds),
        _seconds(figure.floor_seconds),
        f"{figure.ratio:.1f}",
        str(cost.requests),
        str(cost.contact_rows_read),
        "-" if cost.memory_bytes is None else f"+{cost.memory_bytes / _MEGABYTE:.0f} MB",
        figure.target,
        {None: "", True: "yes", False: "NO"}[figure.is_held],
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
