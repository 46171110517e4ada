"""The list's table: its headings, and where a click on one leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tandem.web.listing import Column, Filters
from tandem.web.words import COLUMN_NAMES

#: What a first click on a column sorts by; a second turns it around.
_FIRST = {"name": "name", Column.STATUS: "status", Column.UPDATED: "-updated", Column.CREATED: "-created"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name; `address` sorts by it where that is possible; `order` is ARIA's word for how it is."""

    column: str
    name: str
    address: str = ""
    order: str = ""


def headings_of(filters: Filters, columns: Sequence[Column]) -> list[Heading]:
    """The headings of the name and of the columns that are shown."""
    return [_heading("name", _("Name"), filters), *(_heading(each, COLUMN_NAMES[each], filters) for each in columns)]


def _heading(column: str, name: str, filters: Filters) -> Heading:
    first = _FIRST.get(column)
    if first is None:
        return Heading(column, name)
    if filters.sort.removeprefix("-") != column:
        return Heading(column, name, filters.sorted_by(first))
    is_descending = filters.sort.startswith("-")
    other = column if is_descending else f"-{column}"
    return Heading(column, name, filters.sorted_by(other), "descending" if is_descending else "ascending")
