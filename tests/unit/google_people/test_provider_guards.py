"""What the provider makes of answers that no faithful Google gives, but that must not do harm; over real HTTP."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from contactsync.card import Card, Name
from contactsync.faults import Malformed, Unavailable
from contactsync.records import Person, Unreadable
from contactsync.writes import Doubtful, Draft, Refused, Written
from google_people.budget import Budget, Limits
from google_people.provider import GooglePeople
from tests.unit.google_people.wire_examples import PROFILE, SOURCE, entry, person_body

type Json = dict[str, Any]


@dataclass
class Google:
    """Answers each method by a function of the request's query and body; notes the methods called."""

    methods: dict[str, Callable[[Json, Json], Json | web.Response]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.path.removeprefix("/v1/")
        self.calls.append(method)
        body = await request.json() if request.can_read_body else {}
        answer = self.methods[method](dict(request.query), body)
        return answer if isinstance(answer, web.Response) else web.json_response(answer)


class OneToken:
    async def access_token(self, refused: str | None = None) -> str:
        return "token"


@pytest.fixture
async def google() -> Google:
    return Google()


@pytest.fixture
async def provider(google: Google) -> AsyncIterator[GooglePeople]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", google.handle)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        budget = Budget(Limits(0, 0, 0))
        url = str(server.make_url("/"))
        yield GooglePeople(session, url, OneToken(), budget, installation="here", region="US", sleep=no_sleep)


async def no_sleep(_seconds: float) -> None:
    return None


def draft(number: int) -> Draft:
    return Draft(f"c{number}", Card(name=Name(given=f"Given{number}")))


def as_created(number: int, body: Json, *, in_my_contacts: bool = True) -> Json:
    person = person_body(**body)
    person["resourceName"] = f"people/c{number}"
    if not in_my_contacts:
        person["memberships"] = [entry(contactGroupMembership={"contactGroupResourceName": "contactGroups/x"})]
    return person


async def drain(provider: GooglePeople, token: str | None = None) -> int:
    return sum([len(page.entries) async for page in provider.changes(token)])


LIST = "people/me/connections"


async def test_paging_that_does_not_advance_is_no_listing(google: Google, provider: GooglePeople) -> None:
    google.methods[LIST] = lambda _query, _body: {"connections": [], "nextPageToken": "same", "totalItems": 5}
    with pytest.raises(Malformed):
        await drain(provider)
    assert len(google.calls) == 2


async def test_paging_without_an_end_is_no_listing(google: Google, provider: GooglePeople) -> None:
    google.methods[LIST] = lambda _query, _body: {"nextPageToken": str(len(google.calls)), "totalItems": 5}
    with pytest.raises(Malformed):
        await drain(provider)
    assert len(google.calls) < 20


async def test_a_last_page_without_the_next_token_is_no_listing(google: Google, provider: GooglePeople) -> None:
    google.methods[LIST] = lambda _query, _body: {"connections": [person_body()]}
    with pytest.raises(Malformed):
        await drain(provider)


async def test_a_listing_asks_for_the_same_every_time(google: Google, provider: GooglePeople) -> None:
    queries: list[Json] = []

    def page(query: Json, _body: Json) -> Json:
        queries.append(query)
        return {"nextPageToken": "p2"} if "pageToken" not in query else {"nextSyncToken": "t2"}

    google.methods[LIST] = page
    await drain(provider, "t1")
    assert queries[1] == queries[0] | {"pageToken": "p2"}
    assert queries[0] == {
        "personFields": "names,emailAddresses,phoneNumbers,addresses,birthdays,organizations,memberships,"
        "clientData,metadata",
        "sources": "READ_SOURCE_TYPE_CONTACT",
        "pageSize": "1000",
        "requestSyncToken": "true",
        "syncToken": "t1",
    }


async def test_entries_are_read_by_their_keys_alone(google: Google, provider: GooglePeople) -> None:
    unreadable = person_body(names="not a list")
    stranger = {"resourceName": "people/1", "metadata": {"sources": [PROFILE]}}
    tombstone = {"resourceName": "people/c9", "metadata": {"deleted": True}}
    google.methods[LIST] = lambda _query, _body: {
        "connections": [unreadable, stranger, tombstone],
        "nextSyncToken": "t",
    }
    ((page,),) = [[page async for page in provider.changes(None)]]
    first, last = page.entries
    assert (first.source_id, first.etag, first.deleted) == (SOURCE["id"], "#Zm4YfTizA7M=", False)
    assert (last.resource_name, last.source_id, last.deleted) == ("people/c9", None, True)
    with pytest.raises(ValueError, match="names"):
        provider.decode(first)


async def test_a_name_without_an_answer_is_not_taken_for_deleted(google: Google, provider: GooglePeople) -> None:
    google.methods["people:batchGet"] = lambda _query, _body: {"responses": []}
    with pytest.raises(Malformed):
        await provider.get_many(["people/c1"])


async def test_what_is_no_contact_any_more_is_none(google: Google, provider: GooglePeople) -> None:
    left = {"resourceName": "people/1", "metadata": {"sources": [PROFILE]}}
    google.methods["people:batchGet"] = lambda _query, _body: {
        "responses": [{"requestedResourceName": "people/c1", "person": left}]
    }
    assert await provider.get_many(["people/c1"]) == {"people/c1": None}


async def test_a_batch_that_names_no_culprit_is_halved(google: Google, provider: GooglePeople) -> None:
    created: list[str] = []

    def is_bad(body: Json) -> bool:
        return bool(body["names"][0]["givenName"] == "Given5")

    def refusal() -> web.Response:
        error = {"code": 400, "message": "Too odd.", "status": "INVALID_ARGUMENT"}
        return web.json_response({"error": error}, status=400)

    def create(_query: Json, body: Json) -> Json | web.Response:
        if is_bad(body):
            return refusal()
        created.append(body["names"][0]["givenName"])
        return as_created(len(created), body)

    def create_batch(query: Json, body: Json) -> Json | web.Response:
        bodies = [contact["contactPerson"] for contact in body["contacts"]]
        if any(map(is_bad, bodies)):
            return refusal()
        return {"createdPeople": [{"person": create(query, one)} for one in reversed(bodies)]}

    google.methods |= {"people:batchCreateContacts": create_batch, "people:createContact": create}
    outcomes = dict(await provider.create_many([draft(number) for number in range(10)]))
    assert outcomes.pop("c5") == Refused("Too odd.")
    assert len(created) == 9
    for contact_id, outcome in outcomes.items():
        assert isinstance(outcome, Written)
        assert outcome.person.marker == contact_id


async def test_created_persons_that_an_answer_leaves_out_are_in_doubt(google: Google, provider: GooglePeople) -> None:
    def create_batch(_query: Json, body: Json) -> Json:
        people = [as_created(place, contact["contactPerson"]) for place, contact in enumerate(body["contacts"])]
        return {"createdPeople": [{"person": person} for person in people[1:]]}

    google.methods["people:batchCreateContacts"] = create_batch
    outcomes = dict(await provider.create_many([draft(number) for number in range(8)]))
    assert outcomes.pop("c0") == Doubtful()
    assert all(isinstance(outcome, Written) for outcome in outcomes.values())


@pytest.mark.parametrize("is_found", [True, False])
async def test_a_created_person_outside_my_contacts_is_put_there(
    google: Google, provider: GooglePeople, *, is_found: bool
) -> None:
    google.methods["people:createContact"] = lambda _query, body: as_created(1, body, in_my_contacts=False)

    def modify(_query: Json, body: Json) -> Json:
        assert body == {"resourceNamesToAdd": ["people/c1"]}
        return {} if is_found else {"notFoundResourceNames": ["people/c1"]}

    google.methods["contactGroups/myContacts/members:modify"] = modify
    outcome = (await provider.create_many([draft(1)]))["c1"]
    assert isinstance(outcome, Written)
    assert outcome.person.in_my_contacts is is_found
    assert len(google.calls) == 2


async def test_a_person_that_can_not_be_read_hinders_no_other(google: Google, provider: GooglePeople) -> None:
    google.methods["people:batchGet"] = lambda _query, _body: {
        "responses": [
            {"requestedResourceName": "people/c1", "person": person_body(names="not a list")},
            {"requestedResourceName": "people/c2", "person": person_body()},
        ]
    }
    found = await provider.get_many(["people/c1", "people/c2"])
    assert found["people/c1"] == Unreadable("people/c1")
    assert isinstance(found["people/c2"], Person)


@pytest.mark.parametrize("code", [3, 7, 13, 14])
async def test_a_person_whom_google_refuses_to_show_hinders_no_other(
    google: Google, provider: GooglePeople, code: int
) -> None:
    google.methods["people:batchGet"] = lambda _query, _body: {
        "responses": [
            {"requestedResourceName": "people/c1", "status": {"code": code, "message": "No."}},
            {"requestedResourceName": "people/c2", "person": person_body()},
        ]
    }
    found = await provider.get_many(["people/c1", "people/c2"])
    assert found["people/c1"] == Unreadable("people/c1")
    assert isinstance(found["people/c2"], Person)


@pytest.mark.parametrize("code", [8, 16])
async def test_a_quota_that_is_spent_says_nothing_of_a_person(
    google: Google, provider: GooglePeople, code: int
) -> None:
    google.methods["people:batchGet"] = lambda _query, _body: {
        "responses": [{"requestedResourceName": "people/c1", "status": {"code": code, "message": "No."}}]
    }
    with pytest.raises(Unavailable):
        await provider.get_many(["people/c1"])


async def test_created_persons_without_a_marker_belong_to_the_drafts_in_their_places(
    google: Google, provider: GooglePeople
) -> None:
    """To take them for none would make them twice."""

    def create_batch(_query: Json, body: Json) -> Json:
        people = [as_created(place, contact["contactPerson"]) for place, contact in enumerate(body["contacts"])]
        return {"createdPeople": [{"person": {**person, "clientData": []}} for person in people]}

    google.methods["people:batchCreateContacts"] = create_batch
    outcomes = await provider.create_many([draft(number) for number in range(8)])
    for number in range(8):
        outcome = outcomes[f"c{number}"]
        assert isinstance(outcome, Written)
        assert outcome.person.card.name.given == f"Given{number}"


async def test_a_deletion_that_google_refuses_is_an_outcome_and_stops_nothing(
    google: Google, provider: GooglePeople
) -> None:
    error = {"code": 400, "status": "INVALID_ARGUMENT", "message": "This contact cannot be deleted."}
    google.methods["people/c1:deleteContact"] = lambda _query, _body: web.json_response({"error": error}, status=400)
    who = Person("s1", "people/c1", "e1", datetime(2026, 1, 1, tzinfo=UTC), Card())
    assert isinstance(await provider.delete_one(who), Refused)
