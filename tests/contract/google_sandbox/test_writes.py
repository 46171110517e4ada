"""Creating, updating, deleting one person (people-api.md, section 8: 14 to 22, 28, 42 to 54, 64, 65)."""

import re
from typing import Any

import pytest

from tests.contract.google_sandbox.harness import Google

OUTDATED = "Request person.etag is different than the current person.etag. Clear local cache and get the latest person."


def source_of(person: Any) -> Any:
    return person["metadata"]["sources"][0]


def test_a_created_person_comes_back_in_full(google: Google) -> None:
    ada = google.create("Ada", phoneNumbers=[{"value": "(415) 555-0132", "type": "mobile"}])
    assert re.fullmatch(r"people/c\d+", ada["resourceName"])
    assert int(source_of(ada)["id"], 16) == int(ada["resourceName"].removeprefix("people/c"))
    assert ada["etag"].startswith("%")
    assert source_of(ada)["etag"].startswith("#")
    assert ada["phoneNumbers"][0]["canonicalForm"] == "+14155550132"
    assert ada["phoneNumbers"][0]["formattedType"] == "Mobile"
    [membership] = ada["memberships"]
    assert membership["contactGroupMembership"]["contactGroupResourceName"] == "contactGroups/myContacts"


def test_the_same_create_twice_makes_two_people(google: Google) -> None:
    assert google.create("Ada")["resourceName"] != google.create("Ada")["resourceName"]
    assert len(google.full()[0]) == 2


def test_an_update_with_the_current_etag_gives_new_ones(google: Google) -> None:
    ada = google.create("Ada")
    changed = google.update(ada, "names", names=[{"givenName": "Augusta"}]).json
    assert changed["etag"] != ada["etag"]
    assert source_of(changed)["etag"] != source_of(ada)["etag"]
    assert source_of(changed)["updateTime"] > source_of(ada)["updateTime"]


def test_the_etag_of_the_source_guards_an_update_as_well(google: Google) -> None:
    ada = google.create("Ada")
    metadata = {"sources": [{"type": "CONTACT", "id": source_of(ada)["id"], "etag": source_of(ada)["etag"]}]}
    names = [{"givenName": "Augusta"}]
    assert google.update(ada, "names", etag="", metadata=metadata, names=names).status == 200
    stale = google.update(ada, "names", etag="", metadata=metadata, names=names)
    assert stale.status == 400
    assert stale.error["message"].startswith("Request person.metadata.sources.etag is different")


def test_a_stale_etag_is_refused_in_googles_words(google: Google) -> None:
    ada = google.create("Ada")
    google.update(ada, "names", names=[{"givenName": "Augusta"}])
    answer = google.update(ada, "names", names=[{"givenName": "Late"}])
    assert (answer.status, answer.error["status"]) == (400, "FAILED_PRECONDITION")
    assert answer.error["message"] == OUTDATED
    assert google.get(ada["resourceName"])["names"][0]["givenName"] == "Augusta"


def test_the_old_list_of_errors_is_a_setting(google: Google) -> None:
    google.control("settings", legacy_errors=True)
    ada = google.create("Ada")
    google.update(ada, "names", names=[{"givenName": "Augusta"}])
    answer = google.update(ada, "names", names=[{"givenName": "Late"}])
    assert answer.error["errors"][0]["reason"] == "failedPrecondition"


def test_an_update_without_any_etag_is_refused(google: Google) -> None:
    answer = google.update(google.create("Ada"), "names", etag="", names=[{"givenName": "Augusta"}])
    assert answer.status == 400
    assert answer.error["message"].startswith("Request must set person.etag or person.metadata.sources.etag")


def test_a_source_etag_in_the_place_of_the_persons_is_refused(google: Google) -> None:
    ada = google.create("Ada")
    assert google.update(ada, "names", etag=source_of(ada)["etag"], names=[{"givenName": "A"}]).status == 400


def test_the_etag_depends_on_the_mask_and_each_form_is_accepted(google: Google) -> None:
    ada = google.create("Ada")
    short = google.get(ada["resourceName"], "names")
    long = google.get(ada["resourceName"], "names,emailAddresses,metadata")
    assert len({ada["etag"], short["etag"], long["etag"]}) == 3
    assert google.update(short, "names", names=[{"givenName": "Augusta"}]).status == 200


def test_every_write_moves_the_time_of_change_forward(google: Google) -> None:
    ada = google.create("Ada")
    times = [source_of(ada)["updateTime"]]
    for number in range(5):
        ada = google.update(ada, "names", names=[{"givenName": f"Ada {number}"}]).json
        times.append(source_of(ada)["updateTime"])
    assert times == sorted(set(times))


def test_an_update_that_changes_nothing_keeps_the_etag_unless_set_otherwise(google: Google) -> None:
    ada = google.create("Ada")
    same = google.update(ada, "names", names=[{"givenName": "Ada"}]).json
    assert source_of(same) == source_of(ada)
    google.control("settings", unchanged_update_keeps_etag=False)
    touched = google.update(ada, "names", names=[{"givenName": "Ada"}]).json
    assert source_of(touched)["etag"] != source_of(ada)["etag"]


def test_masked_fields_are_replaced_whole_and_others_are_left_alone(google: Google) -> None:
    ada = google.create("Ada", nicknames=[{"value": "A"}], emailAddresses=[{"value": "a@x.org"}, {"value": "b@x.org"}])
    body = {"emailAddresses": [{"value": "c@x.org"}], "nicknames": [{"value": "ignored"}]}
    changed = google.update(ada, "emailAddresses,names", **body).json
    assert [item["value"] for item in changed["emailAddresses"]] == ["c@x.org"]
    assert changed["nicknames"][0]["value"] == "A"
    assert "names" not in changed


def test_forgotten_parts_of_a_name_are_erased(google: Google) -> None:
    ada = google.create("Ada")
    ada = google.update(ada, "names", names=[{"givenName": "Ada", "middleName": "King", "familyName": "Byron"}]).json
    changed = google.update(ada, "names", names=[{"givenName": "Ada", "familyName": "Byron"}]).json
    assert changed["names"][0]["displayName"] == "Ada Byron"


def test_items_of_a_profile_are_ignored_in_a_write(google: Google) -> None:
    ada = google.create("Ada")
    profile = {"metadata": {"source": {"type": "PROFILE", "id": "1"}}, "givenName": "Profile"}
    changed = google.update(ada, "names", names=[{"givenName": "Augusta"}, profile]).json
    assert [name["givenName"] for name in changed["names"]] == ["Augusta"]


def test_an_update_needs_a_mask_of_writable_paths(google: Google) -> None:
    ada = google.create("Ada")
    missing = google.update(ada, "", names=[{"givenName": "A"}])
    assert missing.error["message"] == (
        "updatePersonFields mask is required. Please specify one or more valid paths. Valid paths are documented at "
        "https://developers.google.com/people/api/rest/v1/people/updateContact."
    )
    for path in ("photos", "metadata", "etag"):
        answer = google.update(ada, path, names=[{"givenName": "A"}])
        assert answer.error["message"].startswith(f'Invalid updatePersonFields mask path: "{path}"')


@pytest.mark.parametrize(
    ("field", "items"),
    [
        ("names", [{"givenName": "A"}, {"givenName": "B"}]),
        ("biographies", [{"value": "A"}, {"value": "B"}]),
        ("birthdays", [{"date": {"month": 1, "day": 1}}, {"date": {"month": 1, "day": 2}}]),
        ("genders", [{"value": "female"}, {"value": "male"}]),
    ],
)
def test_singletons_stay_single(google: Google, field: str, items: list[Any]) -> None:
    answer = google.call("POST", "people:createContact", {field: items})
    assert answer.error["message"] == f"Cannot have more than one person.{field} per source."
    assert google.update(google.create("Ada"), field, **{field: items}).status == 400


def test_a_deleted_person_is_not_found_any_more(google: Google) -> None:
    ada = google.create("Ada")
    assert google.delete(ada).json == {}
    unknown = {"resourceName": "people/c1", "etag": ada["etag"]}
    for person in (ada, unknown):
        answers = [
            google.delete(person),
            google.update(person, "names", names=[{"givenName": "A"}]),
            google.call("GET", person["resourceName"], personFields="names"),
        ]
        for answer in answers:
            assert (answer.status, answer.error["status"]) == (404, "NOT_FOUND")
            assert answer.error["message"] == "Requested entity was not found."


def test_the_account_itself_is_no_contact(google: Google) -> None:
    me = {"resourceName": "people/me", "etag": "%"}
    answer = google.update(me, "names", names=[{"givenName": "A"}])
    assert answer.error["message"] == 'Resource name "people/me" is not a valid contact person resource.'
    assert google.delete(me).status == 400


@pytest.mark.parametrize(
    ("name", "display", "last_first"),
    [
        (
            {"honorificPrefix": "Dr.", "givenName": "John", "middleName": "Jay", "familyName": "Doe",
             "honorificSuffix": "III"},
            "Dr. John Jay Doe III",
            "Doe, Dr. John Jay, III",
        ),
        ({"givenName": "Zoë"}, "Zoë", "Zoë"),
        ({"unstructuredName": "Ada King Byron"}, "Ada King Byron", "Byron, Ada King"),
        ({"givenName": "Ada", "displayName": "Ignored", "unstructuredName": "Stale Name"}, "Ada", "Ada"),
    ],
)  # fmt: skip
def test_display_names_are_composed_of_the_parts(google: Google, name: Any, display: str, last_first: str) -> None:
    person = google.good("POST", "people:createContact", {"names": [name]})
    assert person["names"][0]["displayName"] == display
    assert person["names"][0]["displayNameLastFirst"] == last_first
    assert person["names"][0]["unstructuredName"] == display


def test_phone_numbers_are_read_by_the_region_of_the_account(google: Google) -> None:
    google.control("accounts", email="agent@sandbox.example", region="ES")
    phones = [{"value": "666 12 34 90"}, {"value": "12"}, {"value": "600 123 456 ext. 7"}]
    kept = google.create(phoneNumbers=phones)["phoneNumbers"]
    assert [phone["value"] for phone in kept] == ["666 12 34 90", "12", "600 123 456 ext. 7"]
    assert [phone.get("canonicalForm") for phone in kept] == ["+34666123490", None, None]


def test_a_custom_type_is_its_own_formatted_type(google: Google) -> None:
    person = google.create(emailAddresses=[{"value": "a@x.org", "type": "Büro"}, {"value": "b@x.org", "type": "home"}])
    assert [email["formattedType"] for email in person["emailAddresses"]] == ["Büro", "Home"]


def test_an_address_gets_its_formatted_value(google: Google) -> None:
    address = {"streetAddress": "12 St James's Sq", "city": "London", "postalCode": "SW1Y 4JH", "country": "UK"}
    [kept] = google.create(addresses=[address])["addresses"]
    assert kept["formattedValue"] == "12 St James's Sq\nLondon\nSW1Y 4JH\nUK"


def test_a_stale_formatted_value_defeats_changed_parts(google: Google) -> None:
    ada = google.create(addresses=[{"streetAddress": "Old Road 1", "city": "Leeds"}])
    [address] = ada["addresses"]
    [kept] = google.update(ada, "addresses", addresses=[{**address, "city": "York"}]).json["addresses"]
    assert kept["city"] == "Leeds"


def test_dates_keep_what_is_known_of_them(google: Google) -> None:
    ada = google.create(birthdays=[{"date": {"year": 0, "month": 2, "day": 29}}])
    assert ada["birthdays"][0]["date"] == {"month": 2, "day": 29}
    old = google.create(birthdays=[{"text": "Feb 29"}])
    assert old["birthdays"][0] == {"text": "Feb 29", "metadata": ada["birthdays"][0]["metadata"]} | {
        "metadata": old["birthdays"][0]["metadata"]
    }
    assert google.call("POST", "people:createContact", {"birthdays": [{"date": {"month": 13, "day": 1}}]}).status == 400


def test_one_item_of_a_field_is_primary(google: Google) -> None:
    emails = [{"value": "a@x.org"}, {"value": "b@x.org", "metadata": {"sourcePrimary": True}}]
    person = google.create(emailAddresses=emails)
    assert [item["metadata"].get("primary", False) for item in person["emailAddresses"]] == [False, True]
    assert not any("primary" in item["metadata"] for item in person["memberships"])


def test_client_data_comes_back_as_it_was_sent(google: Google) -> None:
    data = [{"key": "tandem", "value": "b"}, {"key": "tandem", "value": "a"}, {"key": "tandem", "value": "b"}]
    kept = google.create(clientData=data)["clientData"]
    assert [{"key": one["key"], "value": one["value"]} for one in kept] == data


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"nmaes": []}, "Unknown name \"nmaes\" at 'person': Cannot find field."),
        ({"names": [{"given_name": "A"}]}, "Unknown name \"given_name\" at 'person.names[0]': Cannot find field."),
        ({"names": {"givenName": "A"}}, "Unknown name \"names\" at 'person'"),
        ({"names": [{"givenName": 5}]}, "Invalid value at 'person.names[0].given_name' (TYPE_STRING), 5"),
        ({"emailAddresses": [["a"]]}, "Proto field is not repeating"),
    ],
)
def test_what_the_message_has_no_place_for_is_named(google: Google, body: Any, text: str) -> None:
    answer = google.call("POST", "people:createContact", body)
    assert (answer.status, answer.error["status"]) == (400, "INVALID_ARGUMENT")
    assert text in answer.error["message"]
    assert answer.error["details"][0]["@type"] == "type.googleapis.com/google.rpc.BadRequest"


def test_an_unknown_parameter_is_named(google: Google) -> None:
    answer = google.page(updateMask="names")
    assert answer.status == 400
    assert 'Unknown name "updateMask"' in answer.error["message"]


def test_an_address_book_has_a_limit_that_counts_trash(google: Google) -> None:
    google.control("settings", contact_limit=2)
    google.delete(google.create("Ada"))
    google.create("Bob")
    answer = google.call("POST", "people:createContact", {"names": [{"givenName": "Cleo"}]})
    assert answer.status == 400
    assert "MY_CONTACTS_OVERFLOW_COUNT" in answer.error["message"]


@pytest.mark.parametrize(
    "fields",
    [
        {"nicknames": [{"value": "x" * 1025}]},
        {"emailAddresses": [{"value": f"{number}@x.org"} for number in range(501)]},
        {"biographies": [{"value": "x" * 140_000}]},
    ],
)
def test_a_contact_that_is_too_large_is_refused(google: Google, fields: Any) -> None:
    assert google.call("POST", "people:createContact", fields).status == 400
    assert google.call("POST", "people:createContact", {"biographies": [{"value": "x" * 50_000}]}).status == 200


def test_memberships_are_written_as_a_whole_and_never_empty(google: Google) -> None:
    ada = google.create("Ada")
    group = google.good("POST", "contactGroups", {"contactGroup": {"name": "Clients"}})["resourceName"]
    wanted = [{"contactGroupMembership": {"contactGroupResourceName": group}}]
    changed = google.update(ada, "memberships", memberships=wanted).json
    assert [one["contactGroupMembership"]["contactGroupResourceName"] for one in changed["memberships"]] == [group]
    assert google.update(changed, "memberships").status == 400
    unknown = [{"contactGroupMembership": {"contactGroupResourceName": "contactGroups/none"}}]
    assert google.update(changed, "memberships", memberships=unknown).status == 404


def test_a_gender_written_back_as_read_changes_nothing(google: Google) -> None:
    created = google.create(genders=[{"value": "a"}])
    read = google.get(created["resourceName"], "genders,metadata")
    google.update(read, "genders", genders=read["genders"])
    assert google.get(created["resourceName"], "genders,metadata") == read
