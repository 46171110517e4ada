"""A contact as JSON: the shape that the API, the export and webhooks share."""

from typing import Any

import msgspec

from contactsync.card import Birthday, Phone
from contactsync.normalize import display_name
from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact


def contact_json(contact: Contact) -> dict[str, Any]:
    """The contact without what Google knows of it. `birthday` has a text only where there is no date."""
    card = card_of(contact)
    return {
        "id": str(contact.id),
        "display_name": display_name(card, contact.company),
        "company": contact.company,
        "status": contact.status,
        "lead_types": contact.lead_types,
        "hashtags": contact.hashtags,
        "source": contact.source,
        "notes": contact.notes,
        "name": msgspec.to_builtins(card.name),
        "emails": msgspec.to_builtins(card.emails),
        "phones": [_phone_json(phone) for phone in card.phones],
        "addresses": msgspec.to_builtins(card.addresses),
        "birthday": _birthday_json(card.birthday),
        "created": contact.created_at.isoformat(),
        "updated": contact.updated_at.isoformat(),
    }


def _phone_json(phone: Phone) -> dict[str, str | None]:
    number, _, _ = phone.key.partition(";ext=")
    return {"value": phone.value, "label": phone.label, "e164": number if number.startswith("+") else None}


def _birthday_json(birthday: Birthday | None) -> dict[str, Any] | None:
    if birthday is None:
        return None
    date: dict[str, Any] = {"year": birthday.year, "month": birthday.month, "day": birthday.day}
    return date if birthday.is_date or not birthday.text else date | {"text": birthday.text}
