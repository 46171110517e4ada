"""Values of a contact's fields, and changes of them, as lines of text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from tandem.contacts.models import LeadType, Status
from tandem.web.said import said

_FIELD_NAMES = {
    "name": _("Name"),
    "emails": _("Email"),
    "phones": _("Phone"),
    "addresses": _("Address"),
    "birthday": _("Birthday"),
    "company": _("Company"),
    "status": _("Status"),
    "lead_types": _("Lead types"),
    "hashtags": _("Hashtags"),
    "source": _("Source"),
    "notes": _("Notes"),
}
#: Lazy texts, which stand wherever texts do.
FIELD_NAMES = cast("Mapping[str, str]", _FIELD_NAMES)
#: Google's own labels that are no words; a person's own stay as they are.
_LABELS = {
    "homeFax": _("home fax"),
    "workFax": _("work fax"),
    "otherFax": _("other fax"),
    "workMobile": _("work mobile"),
    "workPager": _("work pager"),
    "googleVoice": _("Google Voice"),
}
_NAME_PARTS = ("prefix", "given", "middle", "family", "suffix")
_ADDRESS_PARTS = ("street", "extended", "po_box", "city", "region", "postal_code", "country", "country_code")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What left a field and what came into it; both empty where the values are not kept."""

    name: str
    old: Sequence[str]
    new: Sequence[str]


def field_name(field: str) -> str:
    """What a field is called on a page."""
    return str(FIELD_NAMES.get(field, field))


def field_change(field: str, before: Any, after: Any) -> FieldChange:
    """A change of one field: of a list only the values that differ."""
    old, new = lines_of(field, before), lines_of(field, after)
    return FieldChange(
        field_name(field),
        [line for line in old if line not in new],
        [line for line in new if line not in old],
    )


def lines_of(field: str, value: Any) -> list[str]:
    """A field's value, as the history holds it, in lines of text; none where it is empty or not kept."""
    if not value:
        return []
    match field:
        case "name":
            return [" ".join(filter(None, (value.get(part, "") for part in _NAME_PARTS)))]
        case "emails" | "phones":
            return [_labelled(item["value"], item.get("label", "")) for item in value]
        case "addresses":
            return [_labelled(address_line(item), item.get("label", "")) for item in value]
        case "birthday":
            return [birthday_text(value)]
        case "status":
            return [said(Status(value).label)]
        case "lead_types":
            return [said(LeadType(item).label) for item in value]
        case "hashtags":
            return [f"#{item}" for item in value]
        case _:
            return [str(value)]


def label_words(label: str) -> str:
    """A label as somebody reads it."""
    return str(_LABELS.get(label, label))


def _labelled(text: str, label: str) -> str:
    return f"{text} ({label_words(label)})" if label else text


def address_line(address: Mapping[str, str]) -> str:
    """An address in one line; the country's code only where its name is missing."""
    parts = [address.get(part, "") for part in _ADDRESS_PARTS]
    if parts[-2]:
        parts.pop()
    return ", ".join(" ".join(part.split()) for part in parts if part)


def address_lines(address: Mapping[str, str]) -> list[str]:
    """An address as it stands on an envelope; the lines of the street as they were typed."""
    street = [line for part in ("street", "extended", "po_box") for line in address[part].splitlines()]
    town = " ".join(filter(None, (address["city"], address["region"], address["postal_code"])))
    country = address["country"] or address["country_code"]
    return [line.strip() for line in (*street, town, country) if line.strip()]


def birthday_text(birthday: Mapping[str, Any]) -> str:
    """'10 December 1815', '10 December' without a year, or the text that Google holds instead of a date."""
    year, month, day = (birthday.get(part) for part in ("year", "month", "day"))
    if month is None or day is None:
        return str(birthday.get("text") or year or "")
    words = MONTHS[month]
    return f"{day} {words} {year}" if year else f"{day} {words}"
