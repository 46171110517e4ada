"""The words of a contact's form: what its inputs are called, and what is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST = {"day": 31, "month": 12, "year": 9999}
_LABELS = {
    "name.prefix": gettext_lazy("Prefix"),
    "name.given": gettext_lazy("Given name"),
    "name.middle": gettext_lazy("Middle name"),
    "name.family": gettext_lazy("Family name"),
    "name.suffix": gettext_lazy("Suffix"),
    "birthday.day": gettext_lazy("Day of the birthday"),
    "birthday.month": gettext_lazy("Month of the birthday"),
    "birthday.year": gettext_lazy("Year of the birthday"),
    "company": gettext_lazy("Company"),
    "status": gettext_lazy("Status"),
    "lead_types": gettext_lazy("Lead types"),
    "hashtags": gettext_lazy("Hashtags"),
    "emails": gettext_lazy("Email"),
    "phones": gettext_lazy("Phone"),
    "addresses": gettext_lazy("Address"),
    "notes": gettext_lazy("Notes"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an input; `name` is empty where no input shows it."""

    name: str
    label: str
    detail: str


def label_of(name: str) -> str:
    """What an input is called outside of its place: 'Given name', 'Phone 2'."""
    label = _LABELS.get(name)
    if label is not None:
        return str(label)
    field, _dot, rest = name.partition(".")
    row = rest.partition(".")[0]
    number = f" {int(row) + 1}" if row.isdecimal() else ""
    return f"{_LABELS.get(field, '')}{number}"


def birthday_problems(name: str, detail: str, typed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """An error of the birthday as its form says it: the parts that are missing, and what the wrong one has to be."""
    words = {"month": _("Choose the month."), "day": _("Type the day.")}
    yield from ((f"birthday.{each}", said) for each, said in words.items() if not typed[each].strip())
    part = name.partition(".")[2]
    if part:
        yield name, detail if _is_within(typed[part], MOST[part]) else _range_words(part)


def _is_within(text: str, most: int) -> bool:
    return text.strip().isdecimal() and 1 <= int(text) <= most


def _range_words(part: str) -> str:
    words = {
        "day": _("The day is a number from 1 to 31."),
        "month": _("Choose a month from the list."),
        "year": _("The year is a number of up to four digits, or empty."),
    }
    return words[part]
