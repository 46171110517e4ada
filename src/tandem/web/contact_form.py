"""The form of a contact: from what was posted to the API's shape and back, with each error beside its field.

Names of inputs are the pointers of `contacts.errors.FieldError` with dots: `emails.0.value`.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from tandem.contacts.card_input import ADDRESS_PARTS, NAME_PARTS
from tandem.contacts.errors import FieldError
from tandem.contacts.models import Contact
from tandem.contacts.shape import contact_json
from tandem.web.form_words import Problem, birthday_problems, label_of
from tandem.web.said import said

TEXTS = ("company", "status", "notes")
FIELDS = ("name", "company", "status", "lead_types", "hashtags", "emails", "phones", "addresses", "birthday", "notes")
LISTS: Mapping[str, Sequence[str]] = {
    "emails": ("value", "label"),
    "phones": ("value", "label"),
    "addresses": ADDRESS_PARTS,
}
CALLED_BY = ("company", "emails", "phones")
BIRTHDAY_PARTS = ("year", "month", "day")


@dataclass(frozen=True, slots=True)
class Cell:
    """One input: its name, the text in it, what is wrong with that, and whether the page opens with it in hand."""

    name: str
    value: str = ""
    error: str = ""
    is_focused: bool = False


@dataclass(frozen=True, slots=True)
class ContactForm:
    """The values in the API's shape, as texts, with errors by the names of inputs; `focus` names one of those."""

    values: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    focus: str = ""

    @property
    def is_nobody(self) -> bool:
        """Whether nothing is there that a contact could be called by."""
        return not any((*self.values["name"].values(), *(self.values[each] for each in CALLED_BY)))

    @property
    def name(self) -> dict[str, Cell]:
        return {part: self._cell(f"name.{part}", self.values["name"][part]) for part in NAME_PARTS}

    @property
    def birthday(self) -> dict[str, Cell]:
        return {part: self._cell(f"birthday.{part}", self.values["birthday"][part]) for part in BIRTHDAY_PARTS}

    @property
    def texts(self) -> dict[str, Cell]:
        return {part: self._cell(part, self.values[part]) for part in (*TEXTS, "hashtags")}

    @property
    def rows(self) -> dict[str, list[dict[str, Cell]]]:
        """The rows of each list, and one blank row after them."""
        return {name: [*self._rows(name), self._row(name, len(self.values[name]), {})] for name in LISTS}

    @property
    def blank_rows(self) -> dict[str, dict[str, Cell]]:
        """A blank row of each list, to be copied by the page; `__row__` stands for its number."""
        return {name: {part: Cell(f"{name}.__row__.{part}") for part in LISTS[name]} for name in LISTS}

    @property
    def problems(self) -> list[Problem]:
        """What is wrong, in the order of the inputs; what no input shows comes last."""
        order = {cell.name: place for place, cell in enumerate(self._cells())}
        names = sorted(self.errors, key=lambda name: order.get(name, len(order)))
        return [Problem(name if name in order else "", label_of(name), self.errors[name]) for name in names]

    def _cells(self) -> Iterator[Cell]:
        """Every input that shows its own error, in the order of the page."""
        yield from self.name.values()
        yield from self.texts.values()
        yield from (cell for rows in self.rows.values() for row in rows for cell in row.values())
        yield from self.birthday.values()

    def _rows(self, name: str) -> list[dict[str, Cell]]:
        return [self._row(name, index, row) for index, row in enumerate(self.values[name])]

    def _row(self, name: str, index: int, row: Mapping[str, str]) -> dict[str, Cell]:
        return {part: self._cell(f"{name}.{index}.{part}", row.get(part, "")) for part in LISTS[name]}

    def _cell(self, name: str, value: str) -> Cell:
        return Cell(name, value, self.errors.get(name, ""), is_focused=name == self.focus)

    def with_errors(self, errors: Sequence[FieldError]) -> "ContactForm":
        """The same form, with the errors of a refused verb in its own words, and the first of them in hand."""
        refused = ContactForm(self.values, dict(_told(errors, self.values["birthday"])))
        return replace(refused, focus=next((each.name for each in refused.problems), ""))

    def opened_at(self, name: str) -> "ContactForm":
        """The same form, with the first input of a field in hand."""
        firsts = {"name": "name.given", "birthday": "birthday.day", "addresses": "addresses.0.street"}
        return replace(self, focus=firsts.get(name, f"{name}.0.value" if name in LISTS else name))


def _told(errors: Sequence[FieldError], birthday: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each error with the name of its input, in the words of a form."""
    for error in errors:
        name = _input_name(error.pointer)
        if name.partition(".")[0] == "birthday":
            yield from birthday_problems(name, said(error.detail), birthday)
        else:
            yield name, said(error.detail)


def _input_name(pointer: str) -> str:
    """The input that a JSON pointer means; hashtags share one, and an address as a whole begins with its street."""
    name = pointer.removeprefix("/").replace("/", ".")
    if re.fullmatch(r"addresses\.[0-9]+", name):
        return f"{name}.street"
    return "hashtags" if name.startswith("hashtags.") else name


def blank_form() -> ContactForm:
    return ContactForm(
        {
            "name": dict.fromkeys(NAME_PARTS, ""),
            "birthday": dict.fromkeys(BIRTHDAY_PARTS, ""),
            "lead_types": [],
            "hashtags": "",
            "company": "",
            "status": "sphere",
            "notes": "",
            **{name: [] for name in LISTS},
        }
    )


def form_of(contact: Contact) -> ContactForm:
    """The form as it shows a contact."""
    values = contact_json(contact)
    birthday = values["birthday"] or {}
    return ContactForm(
        {
            **{name: values[name] for name in (*TEXTS, *LISTS, "name", "lead_types")},
            "birthday": {part: str(birthday.get(part) or "") for part in BIRTHDAY_PARTS},
            "hashtags": " ".join(f"#{hashtag}" for hashtag in values["hashtags"]),
        }
    )


def posted_form(posted: QueryDict) -> ContactForm:
    """The form as it was filled in; rows that were left blank are dropped."""
    return ContactForm(
        {
            **{name: _text(posted, name) for name in TEXTS},
            **{name: _posted_rows(posted, name) for name in LISTS},
            "name": {part: _text(posted, f"name.{part}") for part in NAME_PARTS},
            "birthday": {part: _text(posted, f"birthday.{part}") for part in BIRTHDAY_PARTS},
            "lead_types": posted.getlist("lead_types"),
            "hashtags": _text(posted, "hashtags"),
        }
    )


def _text(posted: QueryDict, name: str) -> str:
    """As typed, with line ends as they are stored: browsers send CR LF."""
    return posted.get(name, "").replace("\r\n", "\n")


def _posted_rows(posted: QueryDict, name: str) -> list[dict[str, str]]:
    pattern = re.compile(rf"{name}\.([0-9]{{1,4}})\.")
    numbers = sorted({int(found[1]) for key in posted if (found := pattern.match(key))})
    rows = [{part: _text(posted, f"{name}.{number}.{part}") for part in LISTS[name]} for number in numbers]
    return [row for row in rows if any(row[part].strip() for part in LISTS[name] if part != "label")]


def values_of(form: ContactForm) -> dict[str, Any]:
    """What a filled-in form says, in the API's shape."""
    birthday = {part: _number(text) for part, text in form.values["birthday"].items()}
    return {
        **{name: form.values[name] for name in (*TEXTS, *LISTS, "name", "lead_types")},
        "birthday": birthday if any(each is not None for each in birthday.values()) else None,
        "hashtags": re.split(r"[\s,]+", form.values["hashtags"].strip()) if form.values["hashtags"].strip() else [],
    }


def patch_of(form: ContactForm, before: ContactForm, fields: Collection[str] = FIELDS) -> dict[str, Any]:
    """Only those of the fields that the form changed, so that what it can't show stays as it is."""
    values, old = values_of(form), values_of(before)
    return {name: values[name] for name in fields if not _is_equal(name, values[name], old[name])}


def _is_equal(name: str, value: Any, old: Any) -> bool:
    if name not in LISTS:
        return bool(value == old)
    parts = LISTS[name]
    return [[row.get(part, "") for part in parts] for row in value] == [
        [row.get(part, "") for part in parts] for row in old
    ]


def _number(text: str) -> int | str | None:
    """A whole number, nothing, or the text itself, which the verb then refuses by name."""
    stripped = text.strip()
    return int(stripped) if re.fullmatch(r"[0-9]{1,6}", stripped) else stripped or None
