"""What comes in, and what it makes of a contact's details."""

from typing import Any

import pytest

from contactsync.card import Birthday, Card, Email, Name, Phone
from tandem.contacts.details import Details
from tandem.contacts.errors import Invalid
from tandem.contacts.models import LeadType, Status
from tandem.contacts.validation import patched


def patch(values: dict[str, Any], before: Details | None = None, region: str = "US") -> Details:
    return patched(before or Details(), values, region=region)


def test_number_that_stays_keeps_its_key_and_a_new_one_gets_the_regions() -> None:
    before = Details(card=Card(phones=(Phone("555-2671", "home", "+14155552671"),)))
    after = patch({"phones": [{"value": "020 7946 0958"}, {"value": "555-2671"}]}, before, region="GB")
    assert [phone.key for phone in after.card.phones] == ["+442079460958", "+14155552671"]


def test_label_that_is_left_out_is_blank() -> None:
    before = Details(card=Card(emails=(Email("ada@example.org", "home"),)))
    assert patch({"emails": [{"value": "ada@example.org"}]}, before).card.emails == (Email("ada@example.org"),)


def test_imported_value_that_is_no_address_may_stay() -> None:
    before = Details(card=Card(emails=(Email("ada at example"),)))
    after = patch({"emails": [{"value": "ada at example"}, {"value": "ada@example.org"}]}, before)
    assert len(after.card.emails) == 2


def test_null_empties_a_field() -> None:
    before = Details(
        card=Card(Name(given="Ada"), (Email("a@b"),), birthday=Birthday(None, 12, 10)), notes="x", hashtags=("y",)
    )
    after = patch({"name": None, "emails": None, "birthday": None, "notes": None, "hashtags": None}, before)
    assert after == Details()


def test_part_of_a_name_or_birthday_is_laid_over_the_rest() -> None:
    before = Details(card=Card(Name(given="Ada", family="Byron"), birthday=Birthday(None, 12, 10)))
    after = patch({"name": {"family": "King"}, "birthday": {"year": 1815}}, before)
    assert after.card == Card(Name(given="Ada", family="King"), birthday=Birthday(1815, 12, 10))


def test_date_takes_the_place_of_a_text() -> None:
    before = Details(card=Card(birthday=Birthday(text="in spring")))
    assert patch({"birthday": {"month": 4, "day": 1}}, before).card.birthday == Birthday(None, 4, 1)


def test_hashtags_are_folded_and_stand_once() -> None:
    after = patch({"hashtags": ["#OpenHouse", "openhouse", " Navy "], "lead_types": ["buyer", "buyer"]})
    assert after.hashtags == ("openhouse", "navy")
    assert after.lead_types == (LeadType.BUYER,)


def test_values_stay_as_typed() -> None:
    after = patch({"name": {"given": " Ada  "}, "status": "client"})
    assert after.card.name.given == " Ada  "
    assert after.status is Status.CLIENT


@pytest.mark.parametrize(
    ("values", "pointers"),
    [
        ([], [""]),
        ({"a/b~c": 1}, ["/a~1b~0c"]),
        ({"emails": {}, "phones": [7], "name": "Ada"}, ["/name", "/emails", "/phones/0", "/phones/0/value"]),
        ({"birthday": {"month": 13, "day": True}}, ["/birthday/month", "/birthday/day"]),
        ({"birthday": {"month": 4, "day": 31}}, ["/birthday/day"]),
        ({"emails": [{"value": "@b"}, {"value": "a@"}, {"value": "a@b@c"}]}, [f"/emails/{n}/value" for n in range(3)]),
        ({"status": None}, ["/status"]),
        ({"status": ["client"]}, ["/status"]),
        ({"hashtags": ["", "a,b"]}, ["/hashtags/0", "/hashtags/1"]),
    ],
)
def test_all_errors_come_out_at_once(values: Any, pointers: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        patch(values)
    assert [error.pointer for error in refusal.value.errors] == pointers


def test_error_repeats_no_personal_data() -> None:
    with pytest.raises(Invalid) as refusal:
        patch({"emails": [{"value": "Ada Lovelace"}], "phones": [{"value": "secret" * 200}]})
    assert "Ada" not in str(refusal.value)
    assert "secret" not in str(refusal.value)
