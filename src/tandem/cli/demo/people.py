"""The people of the demo: known to both sides, to the CRM alone, or to Google alone."""

from typing import Any

#: Known to both. Google has a number that the CRM lacks, the CRM a birthday that Google lacks.
ACQUAINTANCES = (
    ("Ada", "Lindqvist", "ada.lindqvist@example.org", "+1 415-555-0142", (12, 10)),
    ("Bruno", "Castellani", "bruno.castellani@example.org", "+1 212-555-0117", (4, 1)),
    ("Chiyo", "Okonkwo", "chiyo.okonkwo@example.net", "+1 303-555-0163", (2, 29)),
    ("Dmitri", "van der Berg", "dmitri.berg@example.com", "+1 512-555-0129", (7, 30)),
    ("Eilidh", "Nakamura", "eilidh.nakamura@example.net", "+1 206-555-0188", (1, 6)),
)

#: In the CRM alone, until they are pushed.
LEADS = (
    ("Farid", "Whitcombe", "farid.whitcombe@example.org", "+1 415-555-0171"),
    ("Greta", "Oyelaran", "greta.oyelaran@example.com", "+1 212-555-0155"),
    ("Hamish", "Petrov", "hamish.petrov@example.net", "+1 303-555-0134"),
)


def persons_of_acquaintances() -> list[dict[str, Any]]:
    """As they are in Google."""
    return [
        {
            "names": [{"givenName": given, "familyName": family}],
            "emailAddresses": [{"value": email, "type": "home"}],
            "phoneNumbers": [{"value": phone, "type": "mobile"}],
            "userDefined": [{"key": "Gate code", "value": "#4711*"}],
        }
        for given, family, email, phone, _ in ACQUAINTANCES
    ]


def contacts_of_acquaintances() -> list[dict[str, Any]]:
    """As they are in the CRM."""
    return [
        {
            "name": {"given": given, "family": family},
            "emails": [{"value": email, "label": "home"}],
            "birthday": {"month": month, "day": day},
            "status": "client",
            "notes": "Known for years.",
        }
        for given, family, email, _, (month, day) in ACQUAINTANCES
    ]


def contacts_of_leads() -> list[dict[str, Any]]:
    """As they are in the CRM."""
    return [
        {
            "name": {"given": given, "family": family},
            "emails": [{"value": email, "label": "work"}],
            "phones": [{"value": phone, "label": "mobile"}],
            "status": "new_lead",
        }
        for given, family, email, phone in LEADS
    ]
