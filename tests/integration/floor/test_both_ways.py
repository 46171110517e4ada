"""S7 to S11: what changes on one side reaches the other, in all five fields; what is missing is filled."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tandem.googlesync.models import Account
from tandem.googlesync.sweep import open_due_runs
from tests.integration.floor.world import World, google_state, work
from tests.integration.googlesync.world import person

HOME = {
    "street": "12 St James's Sq",
    "extended": "Flat 2",
    "po_box": "",
    "city": "London",
    "region": "",
    "postal_code": "SW1Y 4JH",
    "country": "United Kingdom",
    "country_code": "GB",
    "label": "home",
}
OFFICE = {**dict.fromkeys(HOME, ""), "street": "1 Analytical Way", "city": "Springfield", "label": "Atelier"}
WIRE_HOME = {
    "streetAddress": "12 St James's Sq",
    "extendedAddress": "Flat 2",
    "city": "London",
    "postalCode": "SW1Y 4JH",
    "country": "United Kingdom",
    "countryCode": "GB",
    "type": "home",
}
WIRE_OFFICE = {"streetAddress": "1 Analytical Way", "city": "Springfield", "type": "Atelier"}

#: All five fields, several values of each, labels of Google's and of one's own, a birthday without its year.
OURS: dict[str, Any] = {
    "name": {"prefix": "Dr.", "given": "Ada", "middle": "Byron", "family": "Lovelace", "suffix": "III"},
    "emails": [
        {"value": "ada@example.org", "label": "home"},
        {"value": "ada@work.example", "label": "work"},
        {"value": "ada@engine.example", "label": "Difference Engine"},
    ],
    "phones": [
        {"value": "(415) 555-2671", "label": "mobile", "e164": "+14155552671"},
        {"value": "+44 20 7946 0018", "label": "Reception", "e164": "+442079460018"},
    ],
    "addresses": [HOME, OFFICE],
    "birthday": {"year": None, "month": 12, "day": 10},
}
THEIRS: dict[str, Any] = {
    "names": [
        {
            "honorificPrefix": "Dr.",
            "givenName": "Ada",
            "middleName": "Byron",
            "familyName": "Lovelace",
            "honorificSuffix": "III",
        }
    ],
    "emailAddresses": [
        {"value": "ada@example.org", "type": "home"},
        {"value": "ada@work.example", "type": "work"},
        {"value": "ada@engine.example", "type": "Difference Engine"},
    ],
    "phoneNumbers": [
        {"value": "(415) 555-2671", "type": "mobile"},
        {"value": "+44 20 7946 0018", "type": "Reception"},
    ],
    "addresses": [WIRE_HOME, WIRE_OFFICE],
    "birthdays": [{"date": {"month": 12, "day": 10}}],
}
DERIVED = {"metadata", "formattedType", "formattedValue", "canonicalForm", "displayName", "displayNameLastFirst",
           "unstructuredName"}  # fmt: skip


def as_typed(person: dict[str, Any]) -> dict[str, Any]:
    """The five fields of a person without what Google derives."""
    return {
        field: [{key: value for key, value in entry.items() if key not in DERIVED} for entry in person.get(field, [])]
        for field in THEIRS
    }


def five_fields(contact: dict[str, Any]) -> dict[str, Any]:
    return {field: contact[field] for field in OURS}


def test_s07_an_edit_on_either_side_reaches_the_other(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    world.edit(world.contact("Ada"), phones=[{"value": "415 555 2671", "label": "mobile"}])
    world.edit_in_google(name, emailAddresses=[{"value": "ada@new.example", "type": "home"}])

    run = world.sync()

    assert world.contact("Ada")["emails"] == [{"value": "ada@new.example", "label": "home"}]
    assert world.persons()[name]["phoneNumbers"][0]["value"] == "415 555 2671"
    assert run["counts"]["tandem"]["update"] == run["counts"]["google"]["update"] == 1


def test_s07_values_added_on_both_sides_at_once_are_all_kept_on_both(world: World) -> None:
    (name,) = world.load(person("Ada", phones=["415 555 2671"]))
    world.connect_and_import()
    ada = world.contact("Ada")
    world.edit(ada, phones=[*ada["phones"], {"value": "415 555 2672", "label": "work"}])
    first = {"value": "415 555 2671", "type": "mobile"}
    world.edit_in_google(name, phoneNumbers=[first, {"value": "415 555 2673", "type": "home"}])

    world.sync()

    everywhere = {"415 555 2671", "415 555 2672", "415 555 2673"}
    assert {phone["value"] for phone in world.contact("Ada")["phones"]} == everywhere
    assert {phone["value"] for phone in world.persons()[name]["phoneNumbers"]} == everywhere


def test_s08_the_account_is_due_once_an_hour_and_the_sweep_runs_it_then(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    last, following = (datetime.fromisoformat(world.account[moment]) for moment in ("last_success", "next_run"))
    assert last < following <= last + timedelta(hours=1)
    world.edit_in_google(name, names=[{"givenName": "Augusta"}])
    runs = len(world.items("runs"))

    Account.objects.filter(email=world.email).update(due_at=last)
    open_due_runs()
    work("sync")

    assert world.contact("Augusta")
    assert len(world.items("runs")) == runs + 1
    assert world.newest_run()["trigger"] == "schedule"


def test_s08_a_new_contact_waits_for_a_push_and_goes_at_once_with_it(world: World) -> None:
    world.connect_and_import()
    contact = world.create(name={"given": "Ida"}, emails=[{"value": "ida@example.org", "label": "work"}])
    world.sync()
    assert world.persons() == {}

    (receipt,) = world.push(contact)

    assert (receipt["outcome"], receipt["contact"]) == ("created", contact["id"])
    assert world.the_person()["emailAddresses"][0]["value"] == "ida@example.org"
    assert google_state(world.read(contact)) == "linked"


def test_s08_an_edit_goes_up_at_once_when_it_is_pushed(world: World) -> None:
    world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    ada = world.edit(world.contact("Ada"), emails=[{"value": "ada@new.example", "label": "home"}])

    (receipt,) = world.push(ada)

    assert receipt["outcome"] == "updated"
    assert world.the_person()["emailAddresses"][0]["value"] == "ada@new.example"


def test_s09_all_five_fields_come_from_google_with_labels_and_every_value(world: World) -> None:
    world.load(THEIRS)
    world.connect_and_import()
    assert five_fields(world.contact("Ada")) == OURS


def test_s09_all_five_fields_go_to_google_with_labels_and_every_value(world: World) -> None:
    world.connect_and_import()
    contact = world.create(**OURS)
    world.push(contact)
    assert as_typed(world.the_person()) == THEIRS


#: An edit of one field, the same on both sides: name of the field, as it is here, as it is there.
EDITS = [
    ("name", {"prefix": "", "given": "Ada", "middle": "", "family": "King", "suffix": ""},
     "names", [{"givenName": "Ada", "familyName": "King"}]),
    ("emails", [{"value": "ada@example.org", "label": "home"}, {"value": "countess@work.example", "label": "work"}],
     "emailAddresses", [{"value": "ada@example.org", "type": "home"},
                        {"value": "countess@work.example", "type": "work"}]),
    ("phones", [{"value": "(415) 555-2671", "label": "Yacht", "e164": "+14155552671"}],
     "phoneNumbers", [{"value": "(415) 555-2671", "type": "Yacht"}]),
    ("addresses", [{**HOME, "street": "14 St James's Sq"}, OFFICE],
     "addresses", [{**WIRE_HOME, "streetAddress": "14 St James's Sq"}, WIRE_OFFICE]),
    ("birthday", {"year": 1815, "month": 12, "day": 10},
     "birthdays", [{"date": {"year": 1815, "month": 12, "day": 10}}]),
]  # fmt: skip
CLEARED = [
    ("emails", [], "emailAddresses", []),
    ("birthday", None, "birthdays", []),
    ("addresses", [], "addresses", []),
]


@pytest.mark.parametrize(("field", "here", "path", "there"), EDITS + CLEARED)
def test_s10_what_is_modified_on_one_side_is_updated_on_the_other(
    world: World, field: str, here: Any, path: str, there: Any
) -> None:
    """Two linked pairs: one is edited in Google, the other here; both end alike."""
    google_edited, here_edited = world.load(THEIRS, {**THEIRS, **_GRACE})
    world.connect_and_import()
    world.edit_in_google(google_edited, **{path: there})
    is_named = field == "name"
    world.edit(world.contact("Grace"), **{field: {**here, "given": "Grace"} if is_named else here})

    world.sync()

    assert world.contact("Ada")[field] == here
    found = as_typed(world.persons()[here_edited])[path]
    assert found == ([{**there[0], "givenName": "Grace"}] if is_named else there)


_GRACE = {"names": [{"givenName": "Grace", "familyName": "Hopper"}]}


def test_s11_what_one_side_misses_is_pulled_from_the_other_in_both_directions(world: World) -> None:
    here = world.create(
        name={"given": "Ada", "family": "Lovelace"},
        emails=[{"value": "ada@example.org", "label": "home"}],
        addresses=[HOME],
        birthday=OURS["birthday"],
    )
    there = {"names": [{"givenName": "Ada", "middleName": "Byron", "familyName": "Lovelace"}]}
    emails = [{"value": "ADA@example.org", "type": "work"}, {"value": "ada@work.example", "type": "work"}]
    world.load({**there, "emailAddresses": emails, "phoneNumbers": THEIRS["phoneNumbers"]})

    world.connect_and_import()

    contact, google = world.read(here), as_typed(world.the_person())
    assert contact["name"]["middle"] == "Byron"
    assert [phone["value"] for phone in contact["phones"]] == ["(415) 555-2671", "+44 20 7946 0018"]
    assert [email["value"] for email in contact["emails"]] == ["ada@example.org", "ada@work.example"]
    assert (google["addresses"], google["birthdays"]) == ([WIRE_HOME], THEIRS["birthdays"])
    assert [email["value"] for email in google["emailAddresses"]] == ["ADA@example.org", "ada@work.example"]


def test_s11_filling_replaces_nothing_that_either_side_has(world: World) -> None:
    here = world.create(
        name={"given": "Ada", "family": "King"},
        emails=[{"value": "ada@example.org"}],
        birthday={"year": 1815, "month": 12, "day": 10},
    )
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"], birthdays=[{"date": {"month": 12, "day": 11}}]))

    world.connect_and_import()
    world.sync()

    assert world.read(here)["name"]["family"] == "King"
    assert world.read(here)["birthday"] == {"year": 1815, "month": 12, "day": 10}
    google = as_typed(world.the_person())
    assert google["names"] == [{"givenName": "Ada", "familyName": "Lovelace"}]
    assert google["birthdays"] == [{"date": {"month": 12, "day": 11}}]


def test_s11_an_emptied_field_is_filled_in_again_where_the_account_says_so(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"], phones=["415 555 2671"]))
    world.connect_and_import()
    world.ok("PATCH", f"google/accounts/{world.account['id']}", {"emptied_fields": "refill"})
    world.edit(world.contact("Ada"), phones=[])
    world.edit_in_google(name, emailAddresses=[])

    world.sync()

    assert [phone["value"] for phone in world.contact("Ada")["phones"]] == ["415 555 2671"]
    assert [email["value"] for email in world.the_person()["emailAddresses"]] == ["ada@example.org"]
