"""What the server derives."""

import pytest

from google_sandbox.derive import canonical_phone, formatted_type, name_forms, parse_name, shown_item


@pytest.mark.parametrize(
    ("value", "region", "canonical"),
    [
        ("666 12 34 90", "ES", "+34666123490"),
        ("(415) 555-0132", "US", "+14155550132"),
        ("+44 20 7946 0123", "US", "+442079460123"),
        ("(415) 555-0132 x9", "US", ""),
        ("911", "US", ""),
        ("call me", "US", ""),
        ("", "US", ""),
    ],
)
def test_a_phone_number_is_canonical_when_it_is_valid(value: str, region: str, canonical: str) -> None:
    assert canonical_phone(value, region) == canonical


def test_a_type_keeps_its_case_because_case_matters() -> None:
    assert formatted_type("workFax") == "Work Fax"
    assert formatted_type("Work Fax") == "Work Fax"
    assert formatted_type("workfax") == "workfax"


@pytest.mark.parametrize(("protocol", "word"), [("googleTalk", "Google Talk"), ("jabber", "Jabber"), ("Tox", "Tox")])
def test_a_chat_protocol_is_shown_by_its_name(protocol: str, word: str) -> None:
    assert shown_item("imClients", {"protocol": protocol}, "US")["formattedProtocol"] == word


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ada", {"givenName": "Ada"}),
        ("Ada Byron", {"givenName": "Ada", "familyName": "Byron"}),
        ("Ada King Noel Byron", {"givenName": "Ada", "middleName": "King Noel", "familyName": "Byron"}),
    ],
)
def test_a_free_text_name_is_taken_apart_and_reads_the_same(text: str, parts: dict[str, str]) -> None:
    assert parse_name(text) == parts
    assert name_forms(parts)["displayName"] == text
