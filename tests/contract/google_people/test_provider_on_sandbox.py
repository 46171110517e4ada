"""The Provider port, as the engine relies on it, against the sandbox Google."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from contactsync.card import Birthday, Card, Email, Field, Name, Phone
from contactsync.faults import Malformed, OperatorFault, ReconnectNeeded, TokenExpired, Unavailable
from contactsync.records import Listed, Person
from contactsync.writes import Doubtful, Draft, Missing, Outcome, Refused, Stale, Unsent, Update, Written
from google_people.budget import Limits
from google_people.provider import GooglePeople
from google_sandbox.server import SandboxServer
from tests.contract.google_people.conftest import MakeProvider


async def listing(provider: GooglePeople, token: str | None = None) -> tuple[list[Listed], str]:
    """All entries, and the next token, which must stand on the last page alone."""
    pages = [page async for page in provider.changes(token)]
    assert [page.next_token is None for page in pages] == [True] * (len(pages) - 1) + [False]
    next_token = pages[-1].next_token
    assert next_token is not None
    return [entry for page in pages for entry in page.entries], next_token


def draft(number: int) -> Draft:
    card = Card(
        name=Name(given=f"Given{number}", family="Family"),
        emails=(Email(f"{number}@example.org", "home"),),
        phones=(Phone(f"(415) 555-{number:04}", "mobile", f"+1415555{number:04}"),),
        birthday=Birthday(None, 2, 29),
    )
    return Draft(f"contact-{number}", card)


async def created(provider: GooglePeople, count: int) -> list[Person]:
    outcomes = await provider.create_many([draft(number) for number in range(count)])
    return [written(outcome) for outcome in outcomes.values()]


def written(outcome: Outcome) -> Person:
    assert isinstance(outcome, Written), outcome
    return outcome.person


async def newest(provider: GooglePeople, persons: Sequence[Person]) -> list[Person]:
    found = await provider.get_many([person.resource_name for person in persons])
    return [person for person in found.values() if person is not None]


def renamed(person: Person, family: str) -> Update:
    desired = replace(person.card, name=replace(person.card.name, family=family))
    return Update(person, desired, frozenset({Field.NAME}))


async def test_a_full_listing_comes_in_pages_with_all_persons(sandbox: SandboxServer, provider: GooglePeople) -> None:
    sandbox.control("POST", "seed", {"count": 2300})
    pages = [page async for page in provider.changes(None)]
    assert [len(page.entries) for page in pages] == [1000, 1000, 300]
    assert {page.total for page in pages} == {2300}
    persons = [provider.decode(entry) for page in pages for entry in page.entries]
    assert len({person.source_id for person in persons}) == 2300
    assert all(person.in_my_contacts for person in persons)


async def test_changes_since_a_token_are_those_alone(sandbox: SandboxServer, provider: GooglePeople) -> None:
    first, second, third = await created(provider, 3)
    _, token = await listing(provider)
    assert (await listing(provider, token))[0] == []
    sandbox.control("POST", "edit", {"persons": {first.resource_name: {"names": [{"givenName": "New"}]}}})
    sandbox.control("POST", "delete", {"names": [second.resource_name]})
    entries, token = await listing(provider, token)
    by_source = {entry.source_id: entry for entry in entries}
    assert by_source.keys() == {first.source_id, second.source_id}
    assert by_source[second.source_id].deleted
    assert provider.decode(by_source[first.source_id]).card.name == Name(given="New")
    assert (await listing(provider, token))[0] == []
    assert third.source_id not in by_source


@pytest.mark.parametrize("fault", ["expired-sync-token", "400-token", "410"])
async def test_a_token_that_google_no_longer_takes(sandbox: SandboxServer, provider: GooglePeople, fault: str) -> None:
    _, token = await listing(provider)
    sandbox.control("POST", "faults", {"method": "people.connections.list", "fault": fault})
    with pytest.raises(TokenExpired):
        await listing(provider, token)


async def test_a_token_of_nobody_is_expired_too(provider: GooglePeople) -> None:
    with pytest.raises(TokenExpired):
        await listing(provider, "garbage")


async def test_a_full_listing_that_google_refuses_is_our_bug(sandbox: SandboxServer, provider: GooglePeople) -> None:
    sandbox.control("POST", "faults", {"method": "people.connections.list", "fault": "400-token"})
    with pytest.raises(Malformed):
        await listing(provider)


async def test_a_passing_fault_in_a_listing_is_sat_out(sandbox: SandboxServer, provider: GooglePeople) -> None:
    for fault in ("503", "429", "502-html", "reset-before", "truncated"):
        sandbox.control("POST", "faults", {"method": "people.connections.list", "fault": fault})
        await listing(provider)
    assert sandbox.control("GET", "faults")["unfired"] == 0


async def test_an_access_token_that_ends_is_renewed_on_the_way(sandbox: SandboxServer, provider: GooglePeople) -> None:
    sandbox.control("POST", "expire-tokens", {})
    assert (await listing(provider))[0] == []


async def test_a_revoked_grant_needs_the_user(sandbox: SandboxServer, provider: GooglePeople) -> None:
    sandbox.control("POST", "revoke", {})
    with pytest.raises(ReconnectNeeded) as caught:
        await listing(provider)
    assert caught.value.code == "grant_revoked"


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("service-disabled", OperatorFault, "people_api_disabled"),
        ("403-admin", OperatorFault, "access_denied"),
        ("403-scope", ReconnectNeeded, "scope_missing"),
    ],
)
async def test_who_can_mend_a_denial(
    sandbox: SandboxServer, provider: GooglePeople, fault: str, kind: type[Exception], code: str
) -> None:
    sandbox.control("POST", "faults", {"method": "people.connections.list", "fault": fault})
    with pytest.raises(kind) as caught:
        await listing(provider)
    assert getattr(caught.value, "code", None) == code


@pytest.mark.parametrize("count", [1, 6, 7, 30])
async def test_created_persons_hold_the_card_the_marker_and_are_shown(provider: GooglePeople, count: int) -> None:
    drafts = [draft(number) for number in range(count)]
    outcomes = await provider.create_many(drafts)
    assert list(outcomes) == [item.contact_id for item in drafts]
    for item in drafts:
        person = written(outcomes[item.contact_id])
        assert person.card == item.card
        assert person.marker == item.contact_id
        assert person.in_my_contacts


async def test_six_creates_go_alone_and_seven_in_one_batch(sandbox: SandboxServer, provider: GooglePeople) -> None:
    await created(provider, 6)
    await created(provider, 7)
    methods = [request["method"] for request in sandbox.control("GET", "requests")["requests"]]
    assert methods.count("people.createContact") == 6
    assert methods.count("people.batchCreateContacts") == 1


async def test_nearly_spent_days_send_no_batches(sandbox: SandboxServer, make_provider: MakeProvider) -> None:
    await created(make_provider(limits=Limits(0, 0, 240)), 7)
    provider = make_provider(limits=Limits(0, 0, 240))
    await created(provider, 7)
    await created(provider, 7)
    methods = [request["method"] for request in sandbox.control("GET", "requests")["requests"]]
    assert methods.count("people.createContact") == 7


@pytest.mark.parametrize("count", [2, 12])
async def test_updates_change_what_the_mask_names(provider: GooglePeople, count: int) -> None:
    persons = await newest(provider, await created(provider, count))
    outcomes = await provider.update_many([renamed(person, "King") for person in persons])
    assert outcomes.keys() == {person.resource_name for person in persons}
    for person in persons:
        answer = written(outcomes[person.resource_name])
        assert answer.card == replace(person.card, name=replace(person.card.name, family="King"))
        assert answer.etag != person.etag


async def test_updates_of_several_masks_go_side_by_side(provider: GooglePeople) -> None:
    persons = await newest(provider, await created(provider, 16))
    updates = [renamed(person, "King") for person in persons[:8]] + [
        Update(person, replace(person.card, phones=()), frozenset({Field.PHONES})) for person in persons[8:]
    ]
    outcomes = await provider.update_many(updates)
    for update in updates:
        assert written(outcomes[update.newest.resource_name]).card == update.desired


@pytest.mark.parametrize("count", [3, 12])
async def test_one_stale_and_one_missing_person_hinder_nobody(
    sandbox: SandboxServer, provider: GooglePeople, count: int
) -> None:
    persons = await newest(provider, await created(provider, count))
    stale, missing, *fine = persons
    nicknames = {"nicknames": [{"value": "Addy"}]}
    sandbox.control("POST", "edit", {"persons": {stale.resource_name: nicknames}})
    sandbox.control("POST", "delete", {"names": [missing.resource_name]})
    outcomes = await provider.update_many([renamed(person, "King") for person in persons])
    assert outcomes[stale.resource_name] == Stale()
    assert outcomes[missing.resource_name] == Missing()
    assert all(written(outcomes[person.resource_name]) for person in fine)


async def test_stale_items_of_a_partly_done_batch_are_told_apart(
    sandbox: SandboxServer, provider: GooglePeople
) -> None:
    sandbox.control("PATCH", "settings", {"partial_batches": True})
    persons = await newest(provider, await created(provider, 8))
    sandbox.control("POST", "touch", {"names": [persons[0].resource_name]})
    outcomes = await provider.update_many([renamed(person, "King") for person in persons])
    assert outcomes[persons[0].resource_name] == Stale()
    assert all(written(outcomes[person.resource_name]) for person in persons[1:])


@pytest.mark.parametrize("count", [2, 12])
async def test_one_refused_create_hinders_nobody(sandbox: SandboxServer, provider: GooglePeople, count: int) -> None:
    drafts = [draft(number) for number in range(count)]
    too_long = replace(drafts[0].card, emails=(Email("x" * 1100 + "@example.org"),))
    outcomes = await provider.create_many([replace(drafts[0], card=too_long), *drafts[1:]])
    refused = outcomes[drafts[0].contact_id]
    assert isinstance(refused, Refused)
    assert refused.detail
    assert all(written(outcomes[item.contact_id]) for item in drafts[1:])
    assert len((await listing(provider))[0]) == count - 1


@pytest.mark.parametrize("count", [3, 10])
async def test_a_full_account_takes_what_fits_and_says_what_to_do(
    sandbox: SandboxServer, provider: GooglePeople, count: int
) -> None:
    sandbox.control("PATCH", "settings", {"contact_limit": 2})
    outcomes = await provider.create_many([draft(number) for number in range(count)])
    refused = [outcome for outcome in outcomes.values() if isinstance(outcome, Refused)]
    assert len(refused) == count - 2
    assert all("Empty the trash" in outcome.detail for outcome in refused)


@pytest.mark.parametrize("fault", ["lost-response", "503-after", "reset-after", "truncated", "503", "500"])
@pytest.mark.parametrize(("count", "method"), [(1, "people.createContact"), (9, "people.batchCreateContacts")])
async def test_a_create_without_an_answer_is_in_doubt_and_never_repeated(
    sandbox: SandboxServer, make_provider: MakeProvider, fault: str, count: int, method: str
) -> None:
    provider = make_provider(request_seconds=1.0)
    sandbox.control("POST", "faults", {"method": method, "fault": fault})
    drafts = [draft(number) for number in range(count)]
    outcomes = await provider.create_many(drafts)
    assert outcomes == {item.contact_id: Doubtful() for item in drafts}
    methods = [request["method"] for request in sandbox.control("GET", "requests")["requests"]]
    assert methods.count(method) == 1


async def test_after_a_second_lost_answer_nothing_more_is_risked(
    sandbox: SandboxServer, provider: GooglePeople
) -> None:
    sandbox.control("POST", "faults", {"method": "people.createContact", "fault": "503-after", "count": 2})
    outcomes = await provider.create_many([draft(number) for number in range(5)])
    assert [type(outcome) for outcome in outcomes.values()] == [Doubtful, Doubtful, Unsent, Unsent, Unsent]
    assert len((await listing(provider))[0]) == 2


async def test_an_update_without_an_answer_is_in_doubt(sandbox: SandboxServer, provider: GooglePeople) -> None:
    persons = await newest(provider, await created(provider, 1))
    sandbox.control("POST", "faults", {"method": "people.updateContact", "fault": "503-after"})
    outcomes = await provider.update_many([renamed(person, "King") for person in persons])
    assert list(outcomes.values()) == [Doubtful()]


async def test_a_write_that_meets_a_quota_waits_and_goes_once(sandbox: SandboxServer, provider: GooglePeople) -> None:
    sandbox.control("POST", "faults", {"method": "people.createContact", "fault": "429", "count": 2})
    await created(provider, 1)
    assert len((await listing(provider))[0]) == 1


async def test_a_write_stops_before_anything_was_sent_or_says_so_per_item(
    sandbox: SandboxServer, provider: GooglePeople
) -> None:
    sandbox.control("POST", "faults", {"method": "people.createContact", "fault": "429", "count": 5})
    with pytest.raises(Unavailable):
        await provider.create_many([draft(1)])
    sandbox.control("DELETE", "faults")
    person = (await created(provider, 1))[0]
    sandbox.control("POST", "delete", {"names": [person.resource_name]})
    found = await newest(provider, await created(provider, 2))
    sandbox.control("POST", "touch", {"names": [found[0].resource_name]})
    sandbox.control("POST", "faults", {"method": "people.updateContact", "fault": "service-disabled"})
    with pytest.raises(OperatorFault):
        await provider.update_many([renamed(item, "King") for item in found])


async def test_get_many_knows_the_living_the_dead_and_the_unknown(
    sandbox: SandboxServer, provider: GooglePeople
) -> None:
    living, dead = await created(provider, 2)
    sandbox.control("POST", "delete", {"names": [dead.resource_name]})
    found = await provider.get_many([living.resource_name, dead.resource_name, "people/c99"])
    assert found == {living.resource_name: living, dead.resource_name: None, "people/c99": None}


async def test_a_person_moved_to_other_contacts_is_still_found(sandbox: SandboxServer, provider: GooglePeople) -> None:
    (person,) = await created(provider, 1)
    sandbox.control("POST", "hide", {"names": [person.resource_name]})
    found = (await provider.get_many([person.resource_name]))[person.resource_name]
    assert found is not None
    assert found.source_id == person.source_id
    assert not found.in_my_contacts


async def test_get_many_reads_as_many_as_are_asked_for(sandbox: SandboxServer, provider: GooglePeople) -> None:
    sandbox.control("POST", "seed", {"count": 401})
    entries, _ = await listing(provider)
    found = await provider.get_many([entry.resource_name for entry in entries])
    assert {person.source_id for person in found.values() if person} == {entry.source_id for entry in entries}


async def test_more_values_than_a_listing_shows_are_all_read(sandbox: SandboxServer, provider: GooglePeople) -> None:
    emails = [{"value": f"{number}@example.org"} for number in range(130)]
    sandbox.control("POST", "load", {"persons": [{"emailAddresses": emails}]})
    ((entry,), _) = await listing(provider)
    assert len(provider.decode(entry).card.emails) == 130


async def test_fields_that_we_do_not_model_survive_an_update(sandbox: SandboxServer, provider: GooglePeople) -> None:
    person = {
        "names": [{"givenName": "Ada", "phoneticGivenName": "eɪdə"}],
        "emailAddresses": [{"value": "a@x.org", "displayName": "Work"}, {"value": "b@x.org"}],
        "biographies": [{"value": "Her notes"}],
        "urls": [{"value": "https://example.org"}],
    }
    sandbox.control("POST", "load", {"persons": [person]})
    ((entry,), _) = await listing(provider)
    (found,) = await newest(provider, [provider.decode(entry)])
    desired = replace(
        found.card,
        name=replace(found.card.name, family="King"),
        emails=(replace(found.card.emails[0], label="work"), found.card.emails[1]),
    )
    mask = frozenset({Field.NAME, Field.EMAILS})
    outcomes = await provider.update_many([Update(found, desired, mask)])
    assert written(outcomes[found.resource_name]).card == desired
    after = sandbox.control("GET", f"persons/{found.resource_name}")
    assert after["names"][0]["phoneticGivenName"] == "eɪdə"
    assert [email.get("displayName") for email in after["emailAddresses"]] == ["Work", None]
    assert after["biographies"][0]["value"] == "Her notes"
    assert after["urls"][0]["value"] == "https://example.org"


def test_the_hash_of_the_parameters_is_stable(provider: GooglePeople) -> None:
    assert provider.parameters_hash == "97c331cce0dbef9ad10432e38373495c"


@pytest.mark.parametrize("more", [{"biographies": [{"value": "Her notes"}]}, {"nicknames": [{"value": "Adi"}]}, None])
async def test_a_person_with_anything_beside_what_we_sent_is_not_as_created(
    sandbox: SandboxServer, provider: GooglePeople, more: dict[str, object] | None
) -> None:
    """A note, a nickname, or a label that somebody gave her."""
    item = draft(1)
    person = written((await provider.create_many([item]))[item.contact_id])
    assert await provider.read_as_created(item, person.resource_name) is not None
    if more is None:
        sandbox.control("POST", "label", {"label": "Buyers", "names": [person.resource_name]})
    else:
        sandbox.control("POST", "edit", {"persons": {person.resource_name: more}})
    assert await provider.read_as_created(item, person.resource_name) is None
