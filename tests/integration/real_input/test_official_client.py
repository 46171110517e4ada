"""What another program asked of the real service, asked of the sandbox by Google's own client: it answers alike."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from google_sandbox import schema
from google_sandbox.server import SandboxServer
from tests.contract.google_sandbox.harness import Browser
from tests.integration.real_input.comparing import unidentified
from tests.integration.real_input.data import RECORDED_REGION, needs_recorded, recorded_body, recorded_persons

pytestmark = needs_recorded

type Json = dict[str, Any]

EVERYTHING = ",".join(schema.READ_PATHS)
GROUP = "contactGroups/19cb37f60aed8000"  # a label that the recorded program put a person into


@pytest.fixture
def service() -> Iterator[Any]:
    with SandboxServer(region=RECORDED_REGION) as sandbox:
        credentials = Credentials(Browser(sandbox).sign_in()["access_token"])
        options = {"api_endpoint": sandbox.url}
        with build("people", "v1", credentials=credentials, static_discovery=True, client_options=options) as made:
            yield made


def created(service: Any, who: str) -> Json:
    body = recorded_body(f"{who}_create_request")
    person: Json = service.people().createContact(body=body, personFields=EVERYTHING).execute()
    return person


@pytest.mark.parametrize("who", ["person1", "person2"])
def test_a_created_person_is_answered_as_recorded(service: Any, who: str) -> None:
    assert unidentified(created(service, who)) == unidentified(recorded_body(f"{who}_create_response"))


@pytest.mark.parametrize("who", ["person1", "person2"])
def test_a_read_person_is_answered_as_recorded(service: Any, who: str) -> None:
    name = created(service, who)["resourceName"]
    read = service.people().get(resourceName=name, personFields=EVERYTHING).execute()
    assert unidentified(read) == unidentified(recorded_body(f"{who}_fetch_response"))


@pytest.mark.parametrize("who", ["person1", "person2"])
def test_an_updated_person_is_answered_as_recorded(service: Any, who: str) -> None:
    """The first one's addresses were sent with new parts beside their old text: the text stood."""
    person = created(service, who)
    label = service.contactGroups().create(body={"contactGroup": {"name": "test2"}}).execute()["resourceName"]
    body = recorded_body(f"{who}_modify_request") | {key: person[key] for key in ("resourceName", "etag", "metadata")}
    wanted = recorded_body(f"{who}_modify_response")
    body["memberships"] = wanted["memberships"] = relabelled(wanted["memberships"], label)

    updated = service.people().updateContact(
        resourceName=person["resourceName"],
        updatePersonFields=",".join(schema.WRITE_PATHS),
        personFields=EVERYTHING,
        body=body,
    )

    assert unidentified(updated.execute()) == unidentified(wanted)
    with pytest.raises(HttpError, match="Clear local cache and get the latest person"):
        updated.execute()


def relabelled(memberships: list[Json], label: str) -> list[Json]:
    """The recorded memberships, the recorded label being this server's. (One was sent with a key twice.)"""
    groups = [one["contactGroupMembership"]["contactGroupResourceName"] for one in memberships]
    names = [label if group == GROUP else group for group in groups]
    return [
        one
        | {
            "contactGroupMembership": {
                "contactGroupId": name.removeprefix("contactGroups/"),
                "contactGroupResourceName": name,
            }
        }
        for one, name in zip(memberships, names, strict=True)
    ]


def test_the_listing_and_its_changes_are_answered_as_recorded(service: Any) -> None:
    names = [created(service, who)["resourceName"] for who in ("person1", "person2")]
    connections = service.people().connections()
    asked = {"resourceName": "people/me", "personFields": EVERYTHING, "requestSyncToken": True}
    listed = connections.list(**asked).execute()
    assert [unidentified(person) for person in listed["connections"]] == list(map(unidentified, recorded_persons()))
    assert listed["totalItems"] == listed["totalPeople"] == 2

    service.people().deleteContact(resourceName=names[0]).execute()

    changes = connections.list(**asked, syncToken=listed["nextSyncToken"]).execute()
    assert [person["metadata"]["deleted"] for person in changes["connections"]] == [True]


def test_both_are_created_in_one_batch_as_recorded(service: Any) -> None:
    contacts = [{"contactPerson": recorded_body(f"{who}_create_request")} for who in ("person1", "person2")]
    body = {"contacts": contacts, "readMask": EVERYTHING}
    made = service.people().batchCreateContacts(body=body).execute()["createdPeople"]
    assert [unidentified(one["person"]) for one in made] == [
        unidentified(recorded_body(f"{who}_create_response")) for who in ("person1", "person2")
    ]


@pytest.mark.parametrize("which", ["contactgroup2", "contactgroup3"])
def test_a_label_is_made_renamed_and_deleted_as_recorded(service: Any, which: str) -> None:
    groups = service.contactGroups()
    made = groups.create(body=recorded_body(f"{which}_create_request")).execute()
    assert unversioned_group(made) == unversioned_group(recorded_body(f"{which}_create_response"))

    name = made["resourceName"]
    renaming = recorded_body(f"{which}_modify_request")
    group = renaming["contactGroup"] | {"resourceName": name, "etag": made["etag"]}
    renamed = groups.update(resourceName=name, body=renaming | {"contactGroup": group}).execute()
    assert unversioned_group(renamed) == unversioned_group(recorded_body(f"{which}_modify_response"))

    groups.delete(resourceName=name).execute()
    with pytest.raises(HttpError, match="404"):
        groups.get(resourceName=name).execute()


def unversioned_group(group: Json) -> Json:
    """The recorded label had a member when it was answered, though the request was to make it."""
    own = ("resourceName", "etag", "metadata", "memberCount")
    return {key: value for key, value in group.items() if key not in own} | {"metadata": set(group["metadata"])}
