"""What a Person on the wire becomes as a Card."""

import json
from pathlib import Path
from typing import Any

import pytest

from contactsync.card import Address, Birthday, Email, Name, Phone
from contactsync.records import Person
from google_people import wire
from google_people.codec import Codec, listed
from tests.unit.google_people.wire_examples import ALICE, PROFILE, entry, person_bytes

CODEC = Codec(installation="here", region="US")


def read(**fields: object) -> Person:
    return CODEC.person(person_bytes(**fields))


def test_identity_etag_and_time_are_those_of_the_contact_source() -> None:
    person = CODEC.person(json.dumps(ALICE).encode())
    assert person.source_id == "47c21a010c6b30c8"
    assert person.etag == "#Zm4YfTizA7M="
    assert person.updated_at.isoformat() == "2023-02-24T16:40:20.181599+00:00"


def test_a_person_without_a_contact_source_is_no_contact() -> None:
    with pytest.raises(ValueError, match="contact source"):
        CODEC.person(json.dumps({"resourceName": "people/1", "metadata": {"sources": [PROFILE]}}).encode())


def test_entries_of_another_source_are_not_the_contacts() -> None:
    own = entry(value="a@example.org")
    other = {"metadata": {"source": PROFILE}, "value": "profile@example.org"}
    assert read(emailAddresses=[other, own]).card.emails == (Email("a@example.org"),)


def test_the_primary_value_comes_first_and_the_order_is_otherwise_kept() -> None:
    values = [entry(value="1@x.org"), entry(value="2@x.org"), entry(value="3@x.org", primary=True)]
    assert [email.value for email in read(emailAddresses=values).card.emails] == [
        "3@x.org",
        "1@x.org",
        "2@x.org",
    ]


def test_labels_are_taken_as_they_are() -> None:
    values = [entry(value="a@x.org", type="Ferienhaus"), entry(value="b@x.org", type="home")]
    assert [email.label for email in read(emailAddresses=values).card.emails] == ["Ferienhaus", "home"]


@pytest.mark.parametrize(
    ("value", "canonical", "key"),
    [
        ("666 12 34 90", "+34666123490", "+34666123490"),
        ("(415) 555-2671", None, "+14155552671"),
        ("415-555-2671 ext. 9", None, "+14155552671;ext=9"),
    ],
)
def test_a_phone_is_known_by_googles_form_else_by_the_region(value: str, canonical: str | None, key: str) -> None:
    raw = entry(value=value) | ({"canonicalForm": canonical} if canonical else {})
    assert read(phoneNumbers=[raw]).card.phones == (Phone(value, "", key),)


def test_a_name_of_one_text_is_shown_by_its_parts() -> None:
    only_text = read(names=[entry(unstructuredName="Ada Lovelace")])
    assert only_text.card.name == Name(given="Ada", family="Lovelace")
    assert only_text.name_is_guess


def test_parts_of_a_name_win_over_its_text() -> None:
    name = entry(givenName="Ada", familyName="King", unstructuredName="Ada Lovelace")
    assert read(names=[name]).card.name == Name(given="Ada", family="King")


@pytest.mark.parametrize(
    ("raw", "birthday"),
    [
        ({"date": {"year": 1999, "month": 11, "day": 3}}, Birthday(1999, 11, 3)),
        ({"date": {"month": 2, "day": 29}}, Birthday(None, 2, 29)),
        ({"date": {"year": 1999, "month": 11, "day": 3}, "text": "3 Nov"}, Birthday(1999, 11, 3)),
        ({"date": {"year": 1999}}, Birthday(1999)),
        ({"text": "in May"}, Birthday(text="in May")),
        ({"date": {"year": 1999}, "text": "spring"}, Birthday(1999, text="spring")),
        ({"date": {"year": 1999, "month": 2, "day": 30}}, Birthday(text="1999-2-30")),
        ({"date": {"year": 1999, "month": 2, "day": 29}}, Birthday(text="1999-2-29")),
        ({"text": " "}, None),
    ],
)
def test_a_birthday_is_a_date_or_at_least_present(raw: dict[str, Any], birthday: Birthday | None) -> None:
    assert read(birthdays=[entry(**raw)]).card.birthday == birthday


def test_an_address_of_one_text_is_not_lost() -> None:
    assert read(addresses=[entry(formattedValue="12 Sq\nLondon")]).card.addresses == (Address(street="12 Sq\nLondon"),)


def test_blank_values_are_no_values() -> None:
    person = read(
        emailAddresses=[entry(value=" "), entry(displayName="only a name")],
        phoneNumbers=[entry(value="\u200b")],
        addresses=[entry(type="home")],
    )
    assert (person.card.emails, person.card.phones, person.card.addresses) == ((), (), ())


def test_what_no_database_stores_is_replaced() -> None:
    assert read(names=[entry(givenName="A\x00da")]).card.name == Name(given="A\ufffdda")


@pytest.mark.parametrize(
    ("data", "marker"),
    [
        ([entry(key="tandem", value="here:c1")], "c1"),
        ([entry(key="tandem", value="elsewhere:c1")], None),
        ([entry(key="other", value="here:c1")], None),
        ([entry(key="tandem", value="elsewhere:c1"), entry(key="tandem", value="here:c2")], "c2"),
        ([], None),
    ],
)
def test_a_marker_counts_only_from_this_installation(data: list[dict[str, object]], marker: str | None) -> None:
    assert read(clientData=data).marker == marker


def test_the_markers_of_persons_merged_into_one_stand_behind_its_own() -> None:
    merged = read(clientData=[entry(key="tandem", value="here:c1"), entry(key="tandem", value="here:c2")])
    assert (merged.marker, merged.other_markers) == ("c1", ("c2",))


def test_company_is_the_first_organizations_name() -> None:
    organizations = [entry(name="Second"), entry(name="First", primary=True)]
    assert read(organizations=organizations).company == "First"


def test_membership_tells_whether_the_address_book_shows_the_person() -> None:
    starred = entry(contactGroupMembership={"contactGroupResourceName": "contactGroups/starred"})
    mine = entry(contactGroupMembership={"contactGroupResourceName": "contactGroups/myContacts"})
    assert read(memberships=[starred, mine]).in_my_contacts
    assert not read(memberships=[starred]).in_my_contacts


RECORDED = Path(__file__).resolve().parents[4] / "shared" / "data" / "people_api" / "libkgapi"


@pytest.mark.skipif(not RECORDED.exists(), reason="recorded answers of the real service are not here")
def test_the_recorded_listing_is_read() -> None:
    text = (RECORDED / "connections_full_fetch_response.txt").read_text(encoding="utf-8")
    body = text.partition("\n\n")[2].encode()
    page, raw = wire.decode_page(body), json.loads(body)
    entries = [listed(payload) for payload in page.connections]
    assert [entry and entry.resource_name for entry in entries] == [one["resourceName"] for one in raw["connections"]]
    assert page.next_sync_token == raw["nextSyncToken"]
    persons = [CODEC.person(payload) for payload in page.connections]
    assert all(person.card.name.given for person in persons)


@pytest.mark.skipif(not RECORDED.exists(), reason="recorded answers of the real service are not here")
@pytest.mark.parametrize("number", [1, 2])
def test_recorded_answers_of_the_real_service_are_read_whole(number: int) -> None:
    text = (RECORDED / f"person{number}_fetch_response.txt").read_text(encoding="utf-8")
    body = text.partition("\n\n")[2].encode()
    person, raw = CODEC.person(body), json.loads(body)
    assert person.resource_name == raw["resourceName"]
    assert {email.value for email in person.card.emails} == {one["value"] for one in raw["emailAddresses"]}
    assert person.card.name.given == raw["names"][0]["givenName"]
    assert person.company == "KDE"
    assert person.in_my_contacts
    phones = raw.get("phoneNumbers", [])
    assert {phone.key for phone in person.card.phones} == {one["canonicalForm"] for one in phones}
    assert len(person.card.addresses) == len(raw.get("addresses", []))
