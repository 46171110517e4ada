"""Tables of commands: whole on a wide terminal, on a narrow one, and in a pipe."""

import io
from datetime import UTC, datetime
from uuid import UUID

import pytest
from rich.console import Console

from tandem.cli import output

RUN = UUID("01970000-0000-7000-8000-000000000001")
EMAIL = "bartholomew.wolfeschlegelsteinhausenbergerdorff@example.org"
ROWS = [
    {
        "id": RUN,
        "email": EMAIL,
        "started": datetime(2026, 11, 26, 21, 45, 52, 123456, tzinfo=UTC),
        "on": True,
        "trouble": "Google can't be reached [503].\tCheck the server's network, then try again.",
        "none": None,
    }
]
COLUMNS = {"Id": "id", "Account": "email", "Started": "started", "On": "on", "None": "none", "Trouble": "trouble"}


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=True, color_system=None, highlight=False)
    monkeypatch.setattr(output, "results", console)
    output.print_rows(ROWS, COLUMNS, as_json=False, empty="Nothing.")
    return file.getvalue()


@pytest.mark.parametrize("width", [80, 132, 240])
def test_ids_addresses_and_times_are_whole_at_any_width(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    shown = on_a_terminal(monkeypatch, width)
    assert str(RUN) in shown
    assert EMAIL in shown.replace("\n", "")
    assert "2026-11-26T21:45:52Z" in shown
    assert "[503]" in shown
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= width


def test_pipe_gets_a_line_of_tabs_for_each_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "results", Console(file=io.StringIO(), width=80))
    output.print_rows(ROWS, COLUMNS, as_json=False, empty="Nothing.")
    headings, row = capsys.readouterr().out.splitlines()
    assert headings.split("\t") == list(COLUMNS)
    assert row.split("\t") == [
        str(RUN), EMAIL, "2026-11-26T21:45:52Z", "yes", "",
        "Google can't be reached [503]. Check the server's network, then try again.",
    ]  # fmt: skip
