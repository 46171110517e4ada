"""What a user does in Google's own pages (people-api.md, section 8: 8, 12, 39, 40, 63, 77, 78)."""

from urllib.error import HTTPError

import pytest

from tests.contract.google_sandbox.harness import DAY, Browser, Google


def test_a_merge_unites_into_the_survivor_and_ends_the_other(google: Google) -> None:
    ada = google.create("Ada", emailAddresses=[{"value": "a@x.org"}], biographies=[{"value": "one"}])
    twin = google.create("Adah", emailAddresses=[{"value": "b@x.org"}], biographies=[{"value": "two"}])
    _, token = google.full()
    google.control("merge", survivor=ada["resourceName"], losers=[twin["resourceName"]])
    survivor, loser = google.changes(token)[0]
    assert survivor["resourceName"] == ada["resourceName"]
    assert loser["resourceName"] == twin["resourceName"]
    assert loser["metadata"]["deleted"] is True
    person = google.get(ada["resourceName"], "names,emailAddresses,biographies")
    assert person["names"][0]["givenName"] == "Ada"
    assert [email["value"] for email in person["emailAddresses"]] == ["a@x.org", "b@x.org"]
    assert person["biographies"][0]["value"] == "one\ntwo"
    assert google.call("GET", twin["resourceName"], personFields="names").status == 404


def test_a_person_comes_back_from_trash_with_its_source_id(google: Google) -> None:
    ada = google.create("Ada")
    google.delete(ada)
    _, token = google.full()
    google.control("restore", names=[ada["resourceName"]])
    [back] = google.changes(token)[0]
    assert back["resourceName"] == ada["resourceName"]
    assert back["metadata"]["sources"][0]["etag"] != ada["metadata"]["sources"][0]["etag"]


def test_trash_is_emptied_after_thirty_days(google: Google) -> None:
    ada = google.create("Ada")
    google.delete(ada)
    google.advance(31 * DAY)
    assert google.sandbox.control("GET", "state")["trash"] == []
    with pytest.raises(HTTPError, match="404"):
        google.control("restore", names=[ada["resourceName"]])


def test_a_hidden_person_leaves_the_listing_and_is_still_found_by_name(google: Google) -> None:
    ada = google.create("Ada")
    _, token = google.full()
    google.control("hide", names=[ada["resourceName"]])
    [gone] = google.changes(token)[0]
    assert gone["metadata"]["deleted"] is True
    assert google.full()[0] == []
    assert google.get(ada["resourceName"])["names"][0]["givenName"] == "Ada"
    google.control("show", names=[ada["resourceName"]])
    assert len(google.full()[0]) == 1


def test_people_who_were_never_contacts_make_no_noise_in_a_delta(google: Google) -> None:
    _, token = google.full()
    google.control("load", persons=[{"names": [{"givenName": "Stranger"}]}], other=True)
    assert google.changes(token)[0] == []


def test_a_phantom_touch_changes_etag_and_time_alone(google: Google) -> None:
    ada = google.create("Ada")
    _, token = google.full()
    google.control("touch")
    [touched] = google.changes(token)[0]
    assert touched["names"] == ada["names"]
    assert touched["metadata"]["sources"][0]["etag"] != ada["metadata"]["sources"][0]["etag"]


def test_undoing_changes_brings_the_old_address_book_back(google: Google) -> None:
    ada, bob = google.create("Ada"), google.create("Bob")
    google.advance(3000)
    google.control("edit", persons={ada["resourceName"]: {"names": [{"givenName": "Wrong"}]}})
    google.control("delete", names=[bob["resourceName"]])
    google.control("load", persons=[{"names": [{"givenName": "New"}]}])
    _, token = google.full()
    google.control("undo", seconds=1500)
    assert {person["names"][0]["givenName"] for person in google.full()[0]} == {"Ada", "Bob"}
    assert len(google.changes(token)[0]) == 3


def test_many_people_are_edited_and_deleted_at_once(google: Google) -> None:
    google.control("seed", count=50)
    fields = "nicknames,birthdays,metadata"
    people, token = google.full(fields=fields)
    names = [person["resourceName"] for person in people]
    google.control("edit", persons={name: {"nicknames": [{"value": "X"}], "birthdays": None} for name in names[:10]})
    google.control("delete", names=names[10:])
    changed, _ = google.changes(token, fields=fields)
    assert sum(person["metadata"].get("deleted", False) for person in changed) == 40
    assert all("birthdays" not in person for person in changed)


def test_labels_are_made_and_changed_by_name(google: Google) -> None:
    ada = google.create("Ada")
    google.control("label", label="Clients", names=[ada["resourceName"]])
    [label] = google.sandbox.control("GET", "state")["labels"]
    members = google.get(ada["resourceName"], "memberships")["memberships"]
    assert members[-1]["contactGroupMembership"]["contactGroupResourceName"] == label["resourceName"]
    google.control("label", label="clients", names=[ada["resourceName"]], member=False)
    assert len(google.get(ada["resourceName"], "memberships")["memberships"]) == 1


def test_the_state_shows_all_fields_of_all_standings(google: Google) -> None:
    google.control("load", persons=[{"names": [{"givenName": "Ada"}], "userDefined": [{"key": "k", "value": "v"}]}])
    gone = google.create("Gone")
    google.delete(gone)
    state = google.sandbox.control("GET", "state")
    assert state["persons"][0]["userDefined"][0]["key"] == "k"
    assert state["trash"][0]["standing"] == "trashed"
    one = google.sandbox.control("GET", f"persons/{gone['resourceName']}")
    assert one["names"][0]["givenName"] == "Gone"


def test_each_account_is_controlled_by_its_address(google: Google, browser: Browser) -> None:
    other = Google(google.sandbox, browser.sign_in(account="bob@sandbox.example")["access_token"])
    google.control("load", account="bob@sandbox.example", persons=[{"names": [{"givenName": "Ada"}]}])
    assert len(other.full()[0]) == 1
    assert google.full()[0] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("delete", {"names": ["people/c42"]}),
        ("load", {"persons": [{"nmaes": []}]}),
        ("settings", {"no_such_setting": 1}),
        ("merge", {}),
        ("touch", {"account": "nobody@sandbox.example"}),
    ],
)
def test_a_wrong_control_call_is_refused(google: Google, path: str, body: dict[str, object]) -> None:
    with pytest.raises(HTTPError, match=r"40[04]"):
        google.control(path, **body)
