"""What is sent to Google: bodies laid over the newest person's own entries."""

import json
from dataclasses import replace
from typing import Any

from contactsync.card import Address, Birthday, Card, Email, Field, Name, Phone
from contactsync.writes import Draft, Update
from google_people.codec import Codec
from tests.unit.google_people.wire_examples import ALICE, PROFILE, SOURCE, entry, person_body

CODEC = Codec(installation="here", region="US")


def updated(field: Field, body: dict[str, Any] = ALICE, **changes: Any) -> list[dict[str, Any]]:
    """The entries sent for one field, when the Card has these parts instead."""
    newest = CODEC.person(json.dumps(body).encode())
    sent = CODEC.update_body(Update(newest, replace(newest.card, **changes), frozenset({field})))
    (path,) = sent.keys() - {"resourceName", "metadata"}
    entries = sent[path]
    assert isinstance(entries, list)
    return entries


def as_sent(raw: dict[str, Any], *left_out: str) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key != "metadata" and key not in left_out}


def card() -> Card:
    return CODEC.person(json.dumps(ALICE).encode()).card


def test_a_body_names_the_person_and_guards_by_the_source_etag() -> None:
    newest = CODEC.person(json.dumps(ALICE).encode())
    body = CODEC.update_body(Update(newest, newest.card, frozenset({Field.EMAILS, Field.PHONES})))
    assert body["resourceName"] == "people/c5170723913980391624"
    assert body["metadata"] == {"sources": [{"type": "CONTACT", "id": "47c21a010c6b30c8", "etag": "#Zm4YfTizA7M="}]}
    assert body.keys() == {"resourceName", "metadata", "emailAddresses", "phoneNumbers"}


def test_an_edited_phone_leaves_the_other_as_it_was_read() -> None:
    mobile, home = card().phones
    sent = updated(Field.PHONES, phones=(replace(mobile, value="666 00 00 00", key="+34666000000"), home))
    assert sent == [
        {"value": "666 00 00 00", "type": "mobile", "metadata": {"sourcePrimary": True}},
        as_sent(ALICE["phoneNumbers"][1]),
    ]


def test_a_relabelled_email_keeps_what_we_do_not_know_and_loses_its_twins() -> None:
    work, home = card().emails
    sent = updated(Field.EMAILS, emails=(replace(work, label="office"), home))
    assert sent[0] == {"value": "alice@work.example", "type": "office", "displayName": "A. at work"}
    assert sent[1] == as_sent(ALICE["emailAddresses"][1])


def test_a_new_value_goes_last_and_a_removed_one_is_left_out() -> None:
    _, home = card().emails
    sent = updated(Field.EMAILS, emails=(Email("new@example.org", "other"), home))
    assert sent == [
        as_sent(ALICE["emailAddresses"][1]),
        {"value": "new@example.org", "type": "other"},
    ]


def test_an_emptied_field_stands_in_the_body() -> None:
    assert updated(Field.PHONES, phones=()) == []
    assert updated(Field.NAME, name=Name()) == [{"phoneticGivenName": "ˈælɪs"}]
    assert updated(Field.BIRTHDAY, birthday=None) == []


def test_a_changed_name_is_sent_by_parts_with_its_phonetics() -> None:
    name = Name("Dr.", "Alice", "", "King", "III")
    assert updated(Field.NAME, name=name) == [
        {
            "honorificPrefix": "Dr.",
            "givenName": "Alice",
            "familyName": "King",
            "honorificSuffix": "III",
            "phoneticGivenName": "ˈælɪs",
        }
    ]


def test_a_name_that_was_one_text_gets_all_its_parts() -> None:
    body = person_body(names=[entry(unstructuredName="Ada Lovelace", displayName="Ada Lovelace")])
    assert updated(Field.NAME, body, name=Name(given="Ada", family="King")) == [
        {"givenName": "Ada", "familyName": "King"}
    ]
    unchanged = Name(given="Ada", family="Lovelace")
    assert updated(Field.NAME, body, name=unchanged) == [as_sent(body["names"][0])]


def test_only_one_name_is_sent_and_none_of_a_profile() -> None:
    profile = {"metadata": {"source": PROFILE, "primary": True}, "givenName": "Public"}
    body = person_body(names=[profile, entry(givenName="Ada")])
    assert updated(Field.NAME, body, name=Name(given="Eda")) == [{"givenName": "Eda"}]


def test_an_edited_address_loses_the_text_that_google_made_of_it() -> None:
    (address,) = card().addresses
    sent = updated(Field.ADDRESSES, addresses=(replace(address, city="Leeds"),))
    assert sent == [{"type": "home", "streetAddress": "12 Sq", "city": "Leeds", "countryCode": "GB"}]


def test_a_changed_birthday_is_a_date_alone() -> None:
    assert updated(Field.BIRTHDAY, birthday=Birthday(None, 11, 4)) == [{"date": {"month": 11, "day": 4}}]


def test_a_birthday_that_is_no_date_is_never_written() -> None:
    body = person_body(birthdays=[entry(text="in May")])
    assert updated(Field.BIRTHDAY, body) == [{"text": "in May"}]
    assert updated(Field.BIRTHDAY, body, birthday=Birthday(text="in June")) == [{"text": "in May"}]


TWINS = person_body(
    emailAddresses=[
        entry(value="Ada@x.org", type="home"),
        entry(value="ada@x.org", type="work"),
        entry(value="b@x.org"),
    ]
)


def test_several_entries_of_one_identity_all_go_back() -> None:
    twins = [as_sent(raw) for raw in TWINS["emailAddresses"]]
    assert updated(Field.EMAILS, TWINS) == twins
    one = (Email("Ada@x.org", "home"), Email("b@x.org"))
    assert updated(Field.EMAILS, TWINS, emails=one) == twins


def test_an_edit_of_one_of_several_goes_into_that_one() -> None:
    emails = (Email("Ada@x.org", "home"), Email("ada@x.org", "office"), Email("b@x.org"))
    sent = updated(Field.EMAILS, TWINS, emails=emails)
    assert [raw.get("type") for raw in sent] == ["home", "office", None]


def test_removing_a_value_removes_all_its_entries() -> None:
    assert updated(Field.EMAILS, TWINS, emails=(Email("b@x.org"),)) == [{"value": "b@x.org"}]


def test_entries_that_a_card_can_not_hold_go_back() -> None:
    body = person_body(emailAddresses=[entry(displayName="no address"), entry(value="a@x.org")])
    assert updated(Field.EMAILS, body, emails=()) == [{"displayName": "no address"}]


def test_a_spelling_that_nobody_edited_is_left_alone() -> None:
    body = person_body(phoneNumbers=[entry(value=" 415  555-2671", type="home")])
    sent = updated(Field.PHONES, body, phones=(Phone("415 555-2671", "home", "+14155552671"),))
    assert sent == [{"value": " 415  555-2671", "type": "home"}]


def test_a_create_carries_parts_marker_and_group() -> None:
    made = Card(
        name=Name(given="Ada", family="Lovelace"),
        emails=(Email("ada@x.org", "home"), Email(" ")),
        phones=(Phone("415 555-2671"),),
        addresses=(Address(street="12 Sq", country_code="GB", label="home"),),
        birthday=Birthday(None, 12, 10),
    )
    assert CODEC.create_body(Draft("c1", made)) == {
        "names": [{"givenName": "Ada", "familyName": "Lovelace"}],
        "emailAddresses": [{"value": "ada@x.org", "type": "home"}],
        "phoneNumbers": [{"value": "415 555-2671"}],
        "addresses": [{"streetAddress": "12 Sq", "countryCode": "GB", "type": "home"}],
        "birthdays": [{"date": {"month": 12, "day": 10}}],
        "clientData": [{"key": "tandem", "value": "here:c1"}],
        "memberships": [{"contactGroupMembership": {"contactGroupResourceName": "contactGroups/myContacts"}}],
    }


def test_a_create_leaves_out_what_is_blank_or_no_date() -> None:
    body = CODEC.create_body(Draft("c1", Card(birthday=Birthday(text="in May"))))
    assert body.keys() == {"clientData", "memberships"}


def test_a_name_that_was_blanked_goes_as_no_entry_at_all():
    shown = {"metadata": {"sourcePrimary": True, "source": SOURCE}, "givenName": "Ann", "displayName": "Ann"}
    newest = CODEC.person(json.dumps(person_body(names=[shown])).encode())
    sent = CODEC.update_body(Update(newest, replace(newest.card, name=Name()), frozenset({Field.NAME})))
    assert sent["names"] == []
