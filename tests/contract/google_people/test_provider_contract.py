"""What the engine relies on in a Provider, shown of the real one on the sandbox Google and of the tests' fake alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from contactsync.card import Address, Birthday, Card, Email, Field, Name, Phone
from contactsync.faults import TokenExpired
from contactsync.ports import Provider
from contactsync.records import Listed, Person
from contactsync.writes import Doubtful, Draft, Missing, Refused, Stale, Update, Written
from google_sandbox.server import SandboxServer
from tests.fake_provider import FakeProvider, Fault
from tests.fake_world import Clock

ADA = Card(name=Name(given="Ada", family="Lovelace"), emails=(Email("ada@example.org", "home"),))


@dataclass(frozen=True, slots=True)
class Google:
    """A provider, and what its user or a bad day does to the persons behind it."""

    provider: Provider
    renames: Callable[[Person, str], object]
    deletes: Callable[[Person], object]
    hides: Callable[[Person], object]
    ends_tokens: Callable[[], object]
    #: The next create or update gets no answer; whether it was done is said by the argument.
    loses_an_answer: Callable[[str, bool], object]
    refuses_a_value: Callable[[], Card]


def google_in_memory() -> Google:
    fake = FakeProvider(Clock())

    def renames(person: Person, given: str) -> None:
        fake.user_edits(person.source_id, replace(person.card, name=replace(person.card.name, given=given)))

    def refused() -> Card:
        fake.faults.append(Fault.REFUSED)
        return ADA

    return Google(
        provider=fake,
        renames=renames,
        deletes=lambda person: fake.user_deletes(person.source_id),
        hides=lambda person: fake.user_hides(person.source_id),
        ends_tokens=fake.expire_tokens,
        loses_an_answer=lambda _method, done: fake.faults.append(Fault.LOST_AFTER if done else Fault.LOST_BEFORE),
        refuses_a_value=refused,
    )


def google_in_the_sandbox(sandbox: SandboxServer, provider: Provider) -> Google:
    def named(person: Person, given: str) -> dict[str, object]:
        return {"names": [{"givenName": given, "familyName": person.card.name.family}]}

    def fault(method: str, kind: str) -> None:
        sandbox.control("POST", "faults", {"method": method, "fault": kind})

    return Google(
        provider=provider,
        renames=lambda person, given: sandbox.control(
            "POST", "edit", {"persons": {person.resource_name: named(person, given)}}
        ),
        deletes=lambda person: sandbox.control("POST", "delete", {"names": [person.resource_name]}),
        hides=lambda person: sandbox.control("POST", "hide", {"names": [person.resource_name]}),
        ends_tokens=lambda: fault("people.connections.list", "expired-sync-token"),
        loses_an_answer=lambda method, done: fault(method, "503-after" if done else "503"),
        refuses_a_value=lambda: replace(ADA, emails=(Email("x" * 1100 + "@example.org"),)),
    )


@pytest.fixture(params=["fake", "sandbox"])
def google(request: pytest.FixtureRequest) -> Google:
    if request.param == "fake":
        return google_in_memory()
    return google_in_the_sandbox(request.getfixturevalue("sandbox"), request.getfixturevalue("provider"))


async def listing(google: Google, token: str | None = None) -> tuple[dict[str, Listed], str]:
    """All entries by resource name, and the next token, which stands on the last page alone."""
    pages = [page async for page in google.provider.changes(token)]
    assert [page.next_token is None for page in pages] == [True] * (len(pages) - 1) + [False]
    next_token = pages[-1].next_token
    assert next_token is not None
    return {entry.resource_name: entry for page in pages for entry in page.entries}, next_token


async def created(google: Google, card: Card = ADA, contact_id: str = "contact-1") -> Person:
    outcome = (await google.provider.create_many([Draft(contact_id, card)]))[contact_id]
    assert isinstance(outcome, Written), outcome
    return outcome.person


async def now(google: Google, person: Person) -> Person | None:
    return (await google.provider.get_many([person.resource_name]))[person.resource_name]


def with_family(person: Person, family: str) -> Update:
    desired = replace(person.card, name=replace(person.card.name, family=family))
    return Update(person, desired, frozenset({Field.NAME}))


async def test_what_was_created_is_what_is_listed_and_what_is_got(google: Google) -> None:
    person = await created(google)
    entries, _ = await listing(google)
    listed = google.provider.decode(entries[person.resource_name])
    assert listed == await now(google, person) == person
    assert (person.card, person.marker, person.in_my_contacts) == (ADA, "contact-1", True)


async def test_a_token_lists_what_changed_since_and_nothing_else(google: Google) -> None:
    edited, deleted, untouched = [await created(google, contact_id=f"contact-{n}") for n in range(3)]
    _, token = await listing(google)
    google.renames(edited, "Augusta")
    google.deletes(deleted)
    entries, later = await listing(google, token)
    assert untouched.resource_name not in entries
    assert entries[deleted.resource_name].deleted
    assert google.provider.decode(entries[edited.resource_name]).card.name.given == "Augusta"
    assert (await listing(google, later))[0] == {}


async def test_an_edit_moves_the_etag_and_the_time(google: Google) -> None:
    person = await created(google)
    google.renames(person, "Augusta")
    newest = await now(google, person)
    assert newest is not None
    assert newest.source_id == person.source_id
    assert newest.etag != person.etag
    assert newest.updated_at >= person.updated_at


async def test_a_token_that_has_ended_says_so_and_a_full_listing_goes_on(google: Google) -> None:
    person = await created(google)
    _, token = await listing(google)
    google.ends_tokens()
    with pytest.raises(TokenExpired):
        await listing(google, token)
    assert person.resource_name in (await listing(google))[0]


async def test_a_deleted_person_is_not_found_and_a_hidden_one_is(google: Google) -> None:
    deleted, hidden = [await created(google, contact_id=f"contact-{n}") for n in range(2)]
    _, token = await listing(google)
    google.deletes(deleted)
    google.hides(hidden)
    entries, _ = await listing(google, token)
    assert entries[deleted.resource_name].deleted
    assert entries[hidden.resource_name].deleted
    assert (await listing(google))[0] == {}
    assert await now(google, deleted) is None
    assert await now(google, hidden) is not None


async def test_nobody_is_found_under_a_name_that_was_never_given(google: Google) -> None:
    assert await google.provider.get_many(["people/c999999"]) == {"people/c999999": None}


async def test_an_update_changes_the_fields_it_names_and_no_other(google: Google) -> None:
    person = await created(google)
    both = replace(person.card, name=Name(given="Ada", family="King"), emails=())
    outcomes = await google.provider.update_many([Update(person, both, frozenset({Field.NAME}))])
    answer = outcomes[person.resource_name]
    assert isinstance(answer, Written)
    assert answer.person == await now(google, person)
    assert answer.person.card == replace(ADA, name=both.name)


async def test_an_update_from_an_older_etag_writes_nothing(google: Google) -> None:
    person = await created(google)
    google.renames(person, "Augusta")
    outcomes = await google.provider.update_many([with_family(person, "King")])
    assert outcomes == {person.resource_name: Stale()}
    newest = await now(google, person)
    assert newest is not None
    assert newest.card.name == Name(given="Augusta", family="Lovelace")


async def test_an_update_of_nobody_is_missing(google: Google) -> None:
    person = await created(google)
    google.deletes(person)
    assert await google.provider.update_many([with_family(person, "King")]) == {person.resource_name: Missing()}


@pytest.mark.parametrize("is_done", [True, False])
async def test_an_update_without_an_answer_is_in_doubt_and_may_have_been_done(google: Google, is_done: bool) -> None:
    person = await created(google)
    google.loses_an_answer("people.updateContact", is_done)
    assert await google.provider.update_many([with_family(person, "King")]) == {person.resource_name: Doubtful()}
    newest = await now(google, person)
    assert newest is not None
    assert (newest.card.name.family == "King") == is_done


@pytest.mark.parametrize("is_done", [True, False])
async def test_a_create_without_an_answer_is_in_doubt_and_told_by_its_marker(google: Google, is_done: bool) -> None:
    google.loses_an_answer("people.createContact", is_done)
    outcomes = await google.provider.create_many([Draft("contact-1", ADA)])
    assert outcomes == {"contact-1": Doubtful()}
    entries, _ = await listing(google)
    markers = [google.provider.decode(entry).marker for entry in entries.values()]
    assert markers == (["contact-1"] if is_done else [])


async def test_what_google_refuses_is_refused_with_its_words(google: Google) -> None:
    card = google.refuses_a_value()
    outcome = (await google.provider.create_many([Draft("contact-1", card)]))["contact-1"]
    assert isinstance(outcome, Refused)
    assert outcome.detail
    assert (await listing(google))[0] == {}


async def test_what_our_create_made_is_known_as_such_until_anything_is_different(google: Google) -> None:
    full = replace(
        ADA,
        phones=(Phone("(415) 555-2671", "mobile", "+14155552671"),),
        addresses=(Address(street="12 St James's Sq", city="London", label="home"),),
        birthday=Birthday(None, 12, 10),
    )
    person = await created(google, full)
    draft = Draft("contact-1", full)
    assert await google.provider.read_as_created(draft, person.resource_name) == person
    assert await google.provider.read_as_created(Draft("contact-2", full), person.resource_name) is None
    assert await google.provider.read_as_created(Draft("contact-1", ADA), person.resource_name) is None
    google.renames(person, "Augusta")
    assert await google.provider.read_as_created(draft, person.resource_name) is None
    google.deletes(person)
    assert await google.provider.read_as_created(draft, person.resource_name) is None
