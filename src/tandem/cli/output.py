"""What commands print: tables for people, JSON for programs; results to standard output, progress to the other."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

type Row = Mapping[str, Any]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

results = Console(highlight=False)
notes = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """One JSON document."""
    typer.echo(json.dumps(value, default=_plain, indent=2, ensure_ascii=False))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def print_rows(rows: Sequence[Row], columns: Mapping[str, str], *, as_json: bool, empty: str) -> None:
    """`columns` maps a heading to the name of a value in the row; `empty` is said where there are none."""
    if as_json:
        print_json(rows)
    elif rows:
        results.print(table(columns, ([text(row[name]) for name in columns.values()] for row in rows)))
    else:
        results.print(empty)


def progress() -> Progress:
    """A bar that is gone when the work is done; nothing where no person is watching."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal)


def table(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> Table:
    """A plain table; cells are text, never markup."""
    made = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for cells in rows:
        made.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return made


def text(value: object) -> str:
    """A value in a cell."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
