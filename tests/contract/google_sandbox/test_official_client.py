"""Google's own Python client against the sandbox, every answer held against Google's own schemas."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from google_sandbox import schema
from google_sandbox.methods import METHODS
from tests.contract.google_sandbox.discovery import SCHEMAS, document, misfits
from tests.contract.google_sandbox.harness import DAY, Browser, Google

EVERYTHING = ",".join(schema.READ_PATHS)


def fits(answer: Any, name: str) -> Any:
    assert misfits(answer, {"$ref": name}, name) == []
    return answer


@pytest.fixture
def service(google: Google) -> Iterator[Any]:
    options = {"api_endpoint": google.sandbox.url}
    credentials = Credentials(google.access_token)
    with build("people", "v1", credentials=credentials, static_discovery=True, client_options=options) as made:
        yield made


def all_connections(service: Any, **parameters: Any) -> tuple[list[Any], str]:
    connections = service.people().connections()
    asked = connections.list(
        resourceName="people/me", personFields=EVERYTHING, pageSize=10, requestSyncToken=True, **parameters
    )
    people: list[Any] = []
    while True:
        answer = fits(asked.execute(), "ListConnectionsResponse")
        people += answer.get("connections", [])
        following = connections.list_next(asked, answer)
        if following is None:
            return people, answer["nextSyncToken"]
        asked = following


def test_it_lists_everybody_page_by_page(service: Any, google: Google) -> None:
    google.control("seed", count=45)
    people, _ = all_connections(service)
    assert len({person["resourceName"] for person in people}) == 45


def test_it_creates_reads_updates_and_deletes(service: Any) -> None:
    people = service.people()
    ada = fits(people.createContact(body={"names": [{"givenName": "Ada"}]}).execute(), "Person")
    name = ada["resourceName"]
    body = {"etag": ada["etag"], "names": [{"givenName": "Augusta"}]}
    fits(people.updateContact(resourceName=name, updatePersonFields="names", body=body).execute(), "Person")
    with pytest.raises(HttpError) as refused:
        people.updateContact(resourceName=name, updatePersonFields="names", body=body).execute()
    assert refused.value.status_code == 400
    assert "Clear local cache" in refused.value.reason
    assert fits(people.get(resourceName=name, personFields=EVERYTHING).execute(), "Person")["etag"] != ada["etag"]
    assert people.deleteContact(resourceName=name).execute() == {}
    with pytest.raises(HttpError) as gone:
        people.get(resourceName=name, personFields="names").execute()
    assert gone.value.status_code == 404


def test_it_works_in_batches(service: Any) -> None:
    people = service.people()
    contacts = [{"contactPerson": {"names": [{"givenName": f"P{number}"}]}} for number in range(3)]
    made = people.batchCreateContacts(body={"contacts": contacts, "readMask": "names,metadata"}).execute()
    created = [one["person"] for one in fits(made, "BatchCreateContactsResponse")["createdPeople"]]
    changes = {one["resourceName"]: {"etag": one["etag"], "emailAddresses": [{"value": "a@x.org"}]} for one in created}
    body = {"contacts": changes, "updateMask": "emailAddresses", "readMask": "names,emailAddresses,metadata"}
    updated = fits(people.batchUpdateContacts(body=body).execute(), "BatchUpdateContactsResponse")
    assert len(updated["updateResult"]) == 3
    names = [*changes, "people/c42"]
    got = people.getBatchGet(resourceNames=names, personFields="names").execute()
    assert [one["status"].get("code") for one in fits(got, "GetPeopleResponse")["responses"]] == [None, None, None, 5]
    assert people.batchDeleteContacts(body={"resourceNames": list(changes)}).execute() == {}


def test_it_follows_changes_and_deletions(service: Any, google: Google) -> None:
    google.control("seed", count=12)
    people, token = all_connections(service)
    service.people().deleteContact(resourceName=people[0]["resourceName"]).execute()
    google.control("touch", names=[people[1]["resourceName"]])
    deleted, touched = all_connections(service, syncToken=token)[0]
    assert deleted["resourceName"] == people[0]["resourceName"]
    assert deleted["metadata"]["deleted"] is True
    assert touched["resourceName"] == people[1]["resourceName"]


def test_it_is_told_that_a_sync_token_expired(service: Any, google: Google, browser: Browser) -> None:
    _, token = all_connections(service)
    google.advance(7 * DAY + 1)
    service._http.credentials.token = browser.sign_in()["access_token"]
    with pytest.raises(HttpError) as expired:
        all_connections(service, syncToken=token)
    assert expired.value.status_code == 400
    assert expired.value.error_details[0]["reason"] == "EXPIRED_SYNC_TOKEN"


def test_groups_fit_googles_schemas(service: Any) -> None:
    groups = service.contactGroups()
    label = fits(groups.create(body={"contactGroup": {"name": "Clients"}}).execute(), "ContactGroup")
    fits(
        groups.list(groupFields="clientData,groupType,memberCount,metadata,name").execute(), "ListContactGroupsResponse"
    )
    fits(groups.get(resourceName=label["resourceName"], maxMembers=3).execute(), "ContactGroup")
    got = groups.batchGet(resourceNames=[label["resourceName"], "contactGroups/none"]).execute()
    fits(got, "BatchGetContactGroupsResponse")


def test_the_account_itself_is_a_person(service: Any) -> None:
    me = fits(service.people().get(resourceName="people/me", personFields=EVERYTHING).execute(), "Person")
    assert me["emailAddresses"][0]["value"] == "agent@sandbox.example"


def test_the_sandboxs_shapes_are_googles() -> None:
    fields = {name: one for name, one in SCHEMAS["Person"]["properties"].items() if one.get("type") == "array"}
    assert {name: set(item) for name, item in schema.ITEMS.items()} == {
        name: set(SCHEMAS[one["items"]["$ref"]]["properties"]) for name, one in fields.items()
    }


def test_the_sandboxs_parameters_are_googles() -> None:
    resources = document()["resources"]
    people, groups = resources["people"], resources["contactGroups"]
    described = [
        *people["methods"].values(),
        *people["resources"]["connections"]["methods"].values(),
        *groups["methods"].values(),
        *groups["resources"]["members"]["methods"].values(),
        *resources["otherContacts"]["methods"].values(),
    ]
    theirs = {one["id"].removeprefix("people."): one for one in described}
    for method in METHODS:
        known = theirs[method.id]
        assert method.verb == known["httpMethod"]
        in_query = {name for name, one in known.get("parameters", {}).items() if one["location"] == "query"}
        assert method.parameters == in_query, method.id
