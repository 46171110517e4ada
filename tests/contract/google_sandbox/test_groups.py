"""Contact groups, other contacts, search and photos (people-api.md, section 8: 4, 56 to 61)."""

import base64
from typing import Any

import pytest

from tests.contract.google_sandbox.harness import CONTACTS, Browser, Google

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()


def make(google: Google, name: str) -> Any:
    return google.good("POST", "contactGroups", {"contactGroup": {"name": name}})


def test_system_groups_carry_neither_etag_nor_metadata(google: Google) -> None:
    google.create("Ada")
    groups = google.good("GET", "contactGroups")["contactGroups"]
    mine = next(group for group in groups if group["resourceName"] == "contactGroups/myContacts")
    assert mine == {
        "resourceName": "contactGroups/myContacts",
        "groupType": "SYSTEM_CONTACT_GROUP",
        "name": "myContacts",
        "formattedName": "My Contacts",
        "memberCount": 1,
    }
    assert all("memberCount" not in group for group in groups if group is not mine)


def test_groups_come_thirty_to_a_page_with_a_token_at_the_end(google: Google) -> None:
    for number in range(25):
        make(google, f"Label {number}")
    first = google.good("GET", "contactGroups")
    assert len(first["contactGroups"]) == 30
    last = google.good("GET", "contactGroups", pageToken=first["nextPageToken"])
    assert len(last["contactGroups"]) == 3
    assert "nextSyncToken" in last


def test_changed_labels_come_with_a_sync_token(google: Google) -> None:
    kept, gone = make(google, "Kept"), make(google, "Gone")
    token = google.good("GET", "contactGroups", pageSize=100)["nextSyncToken"]
    google.call("DELETE", gone["resourceName"])
    changes = google.good("GET", "contactGroups", pageSize=100, syncToken=token)
    [deleted] = changes["contactGroups"]
    assert deleted["resourceName"] == gone["resourceName"] != kept["resourceName"]
    assert deleted["metadata"]["deleted"] is True


def test_a_name_is_taken_once_whatever_its_case(google: Google) -> None:
    make(google, "Clients")
    answer = google.call("POST", "contactGroups", {"contactGroup": {"name": "clients"}})
    assert (answer.status, answer.error["status"]) == (409, "ALREADY_EXISTS")


def test_a_stale_etag_of_a_label_is_a_conflict(google: Google) -> None:
    label = make(google, "Clients")
    body = {"contactGroup": {"name": "Buyers", "etag": label["etag"]}}
    assert google.good("PUT", label["resourceName"], body)["name"] == "Buyers"
    answer = google.call("PUT", label["resourceName"], body)
    assert answer.status == 409
    assert "etag is outdated" in answer.error["message"]


@pytest.mark.parametrize("people_too", [False, True])
def test_deleting_a_label_keeps_its_people_unless_told_otherwise(google: Google, people_too: bool) -> None:
    label, ada = make(google, "Clients"), google.create("Ada")
    google.control("label", label="Clients", names=[ada["resourceName"]])
    google.good("DELETE", label["resourceName"], deleteContacts=str(people_too).lower())
    assert len(google.full()[0]) == (0 if people_too else 1)


def test_members_are_added_and_removed_and_the_rest_is_listed(google: Google) -> None:
    label, ada = make(google, "Clients"), google.create("Ada")
    path = f"{label['resourceName']}/members:modify"
    added = google.good("POST", path, {"resourceNamesToAdd": [ada["resourceName"], "people/c42"]})
    assert added == {"notFoundResourceNames": ["people/c42"]}
    got = google.good("GET", label["resourceName"], maxMembers=5)
    assert got["memberResourceNames"] == [ada["resourceName"]]
    mine = "contactGroups/myContacts/members:modify"
    google.good("POST", mine, {"resourceNamesToRemove": [ada["resourceName"]]})
    stuck = google.good("POST", path, {"resourceNamesToRemove": [ada["resourceName"]]})
    assert stuck == {"canNotRemoveLastContactGroupResourceNames": [ada["resourceName"]]}
    too_many = {"resourceNamesToAdd": [f"people/c{number}" for number in range(1001)]}
    assert google.call("POST", path, too_many).status == 400


def test_deprecated_system_groups_take_nobody_in(google: Google) -> None:
    ada = google.create("Ada")
    body = {"resourceNamesToAdd": [ada["resourceName"]]}
    answer = google.call("POST", "contactGroups/friends/members:modify", body)
    assert answer.status == 400
    assert answer.error["message"].startswith("Cannot add contacts to deprecated system contact group")
    assert google.good("POST", "contactGroups/starred/members:modify", body) == {}


def test_groups_are_read_in_batches(google: Google) -> None:
    label = make(google, "Clients")
    names = [label["resourceName"], "contactGroups/none"]
    found, missing = google.good("GET", "contactGroups:batchGet", resourceNames=names)["responses"]
    assert found["contactGroup"]["name"] == "Clients"
    assert missing["status"]["code"] == 5


def test_a_search_is_as_old_as_its_last_warm_up(google: Google) -> None:
    google.create("Augusta", organizations=[{"name": "Analytical Engines"}])
    assert google.good("GET", "people:searchContacts", query="aug", readMask="names") == {}
    google.good("GET", "people:searchContacts", query="", readMask="names")
    assert len(google.good("GET", "people:searchContacts", query="aug", readMask="names")["results"]) == 1
    assert len(google.good("GET", "people:searchContacts", query="eng", readMask="names")["results"]) == 1
    assert google.good("GET", "people:searchContacts", query="gusta", readMask="names") == {}


def test_other_contacts_have_a_scope_and_a_list_of_their_own(google: Google, browser: Browser) -> None:
    scope = f"{CONTACTS}.other.readonly"
    tokens = browser.sign_in(scope=f"{CONTACTS} {scope}", granted=(CONTACTS, scope))
    both = Google(google.sandbox, tokens["access_token"])
    google.control("load", persons=[{"names": [{"givenName": "Stranger"}]}], other=True)
    assert google.call("GET", "otherContacts", readMask="names").status == 403
    [other] = both.good("GET", "otherContacts", readMask="names")["otherContacts"]
    assert other["resourceName"].startswith("otherContacts/c")
    assert both.call("GET", "otherContacts", readMask="addresses").status == 400
    path = f"{other['resourceName']}:copyOtherContactToMyContactsGroup"
    assert google.call("POST", path, {"copyMask": "names"}).status == 403
    both.good("POST", path, {"copyMask": "names"})
    assert len(google.full()[0]) == 1


def test_a_photo_changes_the_etags_and_is_a_placeholder_again_when_deleted(google: Google) -> None:
    ada = google.create("Ada")
    path = f"{ada['resourceName']}:updateContactPhoto"
    assert google.good("PATCH", path, {"photoBytes": PNG}) == {}
    changed = google.good("PATCH", path, {"photoBytes": PNG, "personFields": "photos,metadata"})["person"]
    assert "default" not in changed["photos"][0]
    assert changed["metadata"]["sources"][0]["etag"] != ada["metadata"]["sources"][0]["etag"]
    gone = google.good("DELETE", f"{ada['resourceName']}:deleteContactPhoto", personFields="photos")["person"]
    assert gone["photos"][0]["default"] is True
    for broken in ("***", base64.b64encode(b"GIF89a").decode()):
        assert google.call("PATCH", path, {"photoBytes": broken}).status == 400
