"""What commands print: tables for people, JSON for programs; results to standard output, progress to the other."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

type Row = Mapping[str, Any]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

#: Wider than any table; and what a column of sentences needs at least.
WIDE, TEXT = 10_000, 24

results = Console(highlight=False)
notes = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """One JSON document."""
    typer.echo(json.dumps(value, default=_plain, indent=2, ensure_ascii=False))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def print_rows(rows: Sequence[Row], columns: Mapping[str, str], *, as_json: bool, empty: str) -> None:
    """`columns` maps a heading to the name of a value in the row; `empty` is said where there are none.

    Nothing is ever cut: on a terminal too narrow for the table each row is a block of lines; where no person is
    watching, each is a line with tabs between its values.
    """
    if as_json:
        print_json(rows)
        return
    if not rows:
        results.print(empty)
        return
    cells = [[text(row[name]) for name in columns.values()] for row in rows]
    if not results.is_terminal:
        typer.echo("\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in [list(columns), *cells]))
        return
    made = table(columns, cells)
    fits = Measurement.get(results, results.options.update_width(WIDE), made).minimum <= results.width
    results.print(made if fits else _blocks(list(columns), cells))


def _blocks(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Text:
    """Each row as lines of a heading and a value; empty values are left out."""
    width = max(map(len, headings))
    lines = [[f"{name:<{width}}  {cell}" for name, cell in zip(headings, row, strict=True) if cell] for row in rows]
    return Text("\n\n".join("\n".join(block) for block in lines), overflow="fold")


def progress() -> Progress:
    """A bar that is gone when the work is done; nothing where no person is watching."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal)


def table(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> Table:
    """A plain table; cells are text, never markup, and a cell of one word stays on one line."""
    lines = list(rows)
    made = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings):
        longest = max((len(line[number]) for line in lines), default=0)
        is_text = any(" " in line[number] for line in lines)
        made.add_column(
            heading, no_wrap=not is_text, overflow="fold", min_width=min(longest, TEXT) if is_text else None
        )
    for line in lines:
        made.add_row(*map(Text, line))
    return made


def text(value: object) -> str:
    """A value in a cell; a moment to the second, in UTC."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case _:
            return str(value)
