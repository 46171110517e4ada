"""What a contact's page shows of it, field by field; one of them may be open as a form."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from tandem.contacts.models import Contact, LeadType, Status
from tandem.contacts.shape import contact_json
from tandem.web.changes import address_lines, birthday_text, field_name, label_words, lines_of
from tandem.web.contact_form import FIELDS, ContactForm
from tandem.web.said import said

_ADD = {
    "name": _("Add a name"),
    "company": _("Add a company"),
    "status": _("Choose a status"),
    "lead_types": _("Add a lead type"),
    "hashtags": _("Add a hashtag"),
    "emails": _("Add an e-mail address"),
    "phones": _("Add a phone number"),
    "addresses": _("Add an address"),
    "birthday": _("Add a birthday"),
    "notes": _("Add a note"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value as typed, in lines; `copied` is what the copy button gives, `href` where mail and call lead."""

    lines: Sequence[str]
    label: str = ""
    copied: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Editing:
    """A field that is open as a form. `is_overtaken`: it was changed since the form was made."""

    field: str
    form: ContactForm
    is_overtaken: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the contact. `seen` marks the values that its form begins with."""

    field: str
    name: str
    add: str
    values: Sequence[Value]
    seen: str
    editing: Editing | None = None
    is_saved: bool = False


def facts_of(contact: Contact, editing: Editing | None = None, saved: str = "") -> list[Fact]:
    """Every field, in the order of the page."""
    return [fact_of(contact, field, editing, is_saved=field == saved) for field in FIELDS]


def fact_of(contact: Contact, field: str, editing: Editing | None = None, *, is_saved: bool = False) -> Fact:
    """One field, as a form where that is the one being edited."""
    return Fact(
        field=field,
        name=field_name(field),
        add=str(_ADD[field]),
        values=_values(field, contact_json(contact)[field]),
        seen=mark_of(contact, field),
        editing=editing if editing is not None and editing.field == field else None,
        is_saved=is_saved,
    )


def mark_of(contact: Contact, field: str) -> str:
    """A short mark of a field's value: another one when it was changed meanwhile, by whomever."""
    text = json.dumps(contact_json(contact)[field], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _values(field: str, value: Any) -> list[Value]:
    if not value:
        return []
    match field:
        case "emails":
            return [_reached(each, f"mailto:{quote(each['value'], safe='@')}") for each in value]
        case "phones":
            return [_reached(each, _call(each)) for each in value]
        case "addresses":
            return [_address(each) for each in value]
        case "birthday":
            return [Value([birthday_text(value)])]
        case "status":
            return [Value([said(Status(value).label)])]
        case "lead_types":
            return [Value([said(LeadType(each).label)]) for each in value]
        case "hashtags":
            return [Value([each]) for each in value]
        case "notes":
            return [Value(value.split("\n"))]
        case _:
            return [Value([line]) for line in lines_of(field, value) if line]


def _reached(item: Mapping[str, Any], href: str) -> Value:
    return Value([item["value"]], label_words(item["label"]), item["value"], href)


def _call(phone: Mapping[str, Any]) -> str:
    """Empty for a number that holds no digit: nobody can be called by it."""
    digits = "".join(each for each in phone["value"] if each in "+0123456789")
    number = phone["e164"] or digits
    return f"tel:{number}" if any(each.isdecimal() for each in number) else ""


def _address(address: Mapping[str, str]) -> Value:
    lines = address_lines(address)
    return Value(lines, label_words(address["label"]), "\n".join(lines))
