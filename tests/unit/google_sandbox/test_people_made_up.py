"""Made-up people are as diverse as real ones."""

from collections import Counter
from random import Random

from google_sandbox.bodies import check_limits, person_body
from google_sandbox.people_made_up import person_fields
from google_sandbox.settings import Settings

PEOPLE = [person_fields(Random(number)) for number in range(600)]


def test_each_is_a_person_that_the_api_would_take() -> None:
    for fields in PEOPLE:
        kept = person_body(fields, "person", Settings(), {}).fields
        check_limits(kept)
        assert kept == fields


def test_they_use_many_fields_and_many_scripts() -> None:
    fields = Counter(field for person in PEOPLE for field in person)
    assert len(fields) == 12
    assert all(count >= 20 for count in fields.values())
    names = "".join(name.get("givenName", "") for person in PEOPLE for name in person.get("names", []))
    scripts = ("ë", "О", "ي", "ת", "花", "지", "Ν", "आ")
    assert sum(letter in names for letter in scripts) >= 6


def test_some_birthdays_lack_a_year_and_some_people_a_name() -> None:
    dates = [person["birthdays"][0]["date"] for person in PEOPLE if "birthdays" in person]
    assert any("year" not in date for date in dates)
    assert any("year" in date for date in dates)
    assert any("names" not in person for person in PEOPLE)


def test_some_have_several_values_in_one_field() -> None:
    assert any(len(person.get("emailAddresses", [])) > 1 for person in PEOPLE)
    assert any(len(person.get("addresses", [])) > 1 for person in PEOPLE)
