"""Details: what a user can write of a contact, as one value; its crossings to columns and to history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from contactsync.card import BLANK, Card
from tandem.contacts.cards import card_columns, card_of
from tandem.contacts.models import Contact, LeadType, Status


@dataclass(frozen=True, slots=True)
class Details:
    """The Card and what only the CRM knows. Hashtags stand without their sign, folded."""

    card: Card = BLANK
    company: str = ""
    status: Status = Status.SPHERE
    lead_types: tuple[LeadType, ...] = ()
    hashtags: tuple[str, ...] = ()
    source: str = ""
    notes: str = ""


def details_of(contact: Contact) -> Details:
    """The details that the row holds."""
    return Details(
        card=card_of(contact),
        company=contact.company,
        status=Status(contact.status),
        lead_types=tuple(map(LeadType, contact.lead_types)),
        hashtags=tuple(contact.hashtags),
        source=contact.source,
        notes=contact.notes,
    )


def detail_columns(details: Details) -> dict[str, Any]:
    """The columns' values for the details, by column name."""
    return {
        **card_columns(details.card),
        "company": details.company,
        "status": details.status.value,
        "lead_types": [lead_type.value for lead_type in details.lead_types],
        "hashtags": list(details.hashtags),
        "source": details.source,
        "notes": details.notes,
    }


def card_history(card: Card) -> dict[str, Any]:
    """The Card's fields as a `Change` holds them; no birthday is an empty object."""
    birthday = msgspec.to_builtins(card.birthday) if card.birthday else {}
    return {
        "name": msgspec.to_builtins(card.name),
        "emails": msgspec.to_builtins(card.emails),
        "phones": msgspec.to_builtins(card.phones),
        "addresses": msgspec.to_builtins(card.addresses),
        "birthday": birthday,
    }


def detail_history(details: Details) -> dict[str, Any]:
    """All fields as a `Change` holds them, by field name."""
    columns = detail_columns(details)
    rest = {field: columns[field] for field in _BESIDE_THE_CARD}
    return card_history(details.card) | rest


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields that differ between two histories, in their order."""
    return [field for field in after if before[field] != after[field]]


_BESIDE_THE_CARD = ("company", "status", "lead_types", "hashtags", "source", "notes")
