"""One place holds the raw values of the pages: variables.css. Every other style sheet takes them by their names."""

import re
from pathlib import Path

import pytest

import tandem.web

CSS = Path(tandem.web.__file__).parent / "static" / "web" / "css"
VARIABLES = CSS / "variables.css"
SHEETS = sorted(path for path in CSS.glob("*.css") if path != VARIABLES)
#: A line that is one pixel wide stays a line; the widths at which a page changes can't be variables.
RAW = re.compile(r"(?<![\w.-])-?(?!1px)\d[\d.]*px|oklch\(|rgba?\(|hsla?\(|#[0-9a-f]{3,8}\b")
LET_BE = re.compile(r"@media[^{]*|/\*.*?\*/", re.DOTALL)
USED = re.compile(r"var\((--[\w-]+)")
NAMED = re.compile(r"^\s*(--[\w-]+):", re.MULTILINE)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_style_sheet_holds_no_raw_value(sheet: Path) -> None:
    assert RAW.findall(LET_BE.sub("", sheet.read_text())) == []


def test_every_name_that_is_used_has_a_value() -> None:
    used = {name for sheet in [*SHEETS, VARIABLES] for name in USED.findall(sheet.read_text())}
    named = {name for sheet in [*SHEETS, VARIABLES] for name in NAMED.findall(sheet.read_text())}
    named |= set(re.findall(r"(--hue):", VARIABLES.read_text()))
    assert used - named == set()


@pytest.mark.parametrize(
    "raw", ["a { width: 12px; }", "a { color: #fff; }", "a { top: -5px; }", "b { color: rgb(0 0 0); }"]
)
def test_raw_value_is_told_from_a_name(raw: str) -> None:
    assert RAW.search(raw)
    assert not RAW.search("a { width: var(--space-1); border: 1px solid var(--neutral-4); margin: -1px; }")
