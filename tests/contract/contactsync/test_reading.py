"""The Repository port: what a run reads."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contactsync.card import Email, Name, Phone
from contactsync.match import keys
from contactsync.records import Deferred, Link, LinkState, Listed, Person, Reason
from contactsync.writes import Draft
from tests.contract.contactsync.crm import (
    ADA,
    GRACE,
    WRITTEN_AT,
    Crm,
    contact_ids,
    delete,
    done,
    edited,
    existing,
    imported,
    link_of,
    link_to,
    person,
    renamed,
    send,
    source_ids,
    states,
    waiting,
    with_emails,
    written,
)

SECOND = timedelta(seconds=1)


def listed(found: Person, *, deleted: bool = False, etag: str | None = None, name: str | None = None) -> Listed:
    return Listed(name or found.resource_name, found.source_id, etag or found.etag, deleted, payload=found)


def unchanged(crm: Crm, *entries: Listed) -> frozenset[str]:
    return done(crm.repository.unchanged(entries))


# start, advance


def test_an_account_that_was_never_listed_starts_without_a_token_with_its_first_import(crm: Crm) -> None:
    start = done(crm.repository.start("parameters-1"))
    assert (start.token, start.first_import) == (None, True)


def test_a_stored_token_is_handed_out_again(crm: Crm) -> None:
    done(crm.repository.start("parameters-1"))
    done(crm.repository.advance("token-1", is_complete=True))
    assert done(crm.repository.start("parameters-1")).token == "token-1"
    done(crm.repository.advance("token-2", is_complete=False))
    start = done(crm.repository.start("parameters-1"))
    assert (start.token, start.first_import) == ("token-2", False)


def test_a_token_made_with_other_parameters_is_not_handed_out(crm: Crm) -> None:
    done(crm.repository.start("parameters-1"))
    done(crm.repository.advance("token-1", is_complete=True))
    assert done(crm.repository.start("parameters-2")).token is None


@pytest.mark.parametrize("then", ["keep", "trash"])
def test_a_contact_of_the_owner_makes_the_first_import_an_ordinary_run(crm: Crm, then: str) -> None:
    contact_id = crm.create(ADA)
    if then == "trash":
        crm.trash(contact_id)
    assert not done(crm.repository.start("parameters-1")).first_import


def test_a_contact_of_bobs_does_not(crm: Crm) -> None:
    crm.bob_creates(ADA)
    assert done(crm.repository.start("parameters-1")).first_import


def test_a_link_whose_contact_was_purged_makes_the_first_import_an_ordinary_run(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    crm.trash(contact_id)
    crm.purge(contact_id)
    assert not done(crm.repository.start("parameters-1")).first_import


# unchanged


def test_an_entry_with_the_etag_and_the_name_of_its_link_is_unchanged(crm: Crm) -> None:
    ada, grace = person("s1"), person("s2", GRACE)
    imported(crm, ada, grace)
    stranger = person("s3")
    assert unchanged(crm, listed(ada), listed(grace), listed(stranger)) == {"s1", "s2"}
    assert unchanged(crm, listed(ada, etag="e2"), listed(grace, name="people/other")) == frozenset()
    assert unchanged(crm) == frozenset()


def test_a_deleted_entry_is_never_unchanged(crm: Crm) -> None:
    ada = person("s1")
    imported(crm, ada)
    gone = listed(ada, deleted=True)
    assert unchanged(crm, gone, replace(gone, source_id=None)) == frozenset()


@pytest.mark.parametrize("state", [LinkState.PAUSED, LinkState.SEVERED, LinkState.TOMBSTONE])
def test_what_a_run_leaves_alone_is_unchanged_as_long_as_its_etag_is_the_same(crm: Crm, state: LinkState) -> None:
    ada = person("s1")
    (contact_id,) = imported(crm, ada)
    {LinkState.PAUSED: crm.pause, LinkState.SEVERED: crm.unlink, LinkState.TOMBSTONE: crm.trash}[state](contact_id)
    assert states(crm) == {"s1": state}
    assert unchanged(crm, listed(ada)) == {"s1"}


def test_a_person_of_a_link_that_is_gone_is_never_unchanged(crm: Crm) -> None:
    ada = person("s1")
    (contact_id,) = imported(crm, ada)
    done(crm.repository.apply([delete(crm, contact_id)]))
    assert unchanged(crm, listed(ada)) == frozenset()


def test_a_person_with_a_write_in_flight_or_an_open_item_is_read_whole(crm: Crm) -> None:
    ada, grace = person("s1"), person("s2", GRACE)
    _, pair = edited(crm, ada)
    done(crm.repository.send([send(crm, pair, ada)]))
    imported(crm, grace)
    done(crm.repository.defer([waiting(link_to(crm, "s2"), crm.now())]))
    assert unchanged(crm, listed(ada), listed(grace)) == frozenset()


# pairs, absent


def test_pairs_are_found_by_source_id_and_by_resource_name_each_once(crm: Crm) -> None:
    imported(crm, person("s1"), person("s2", GRACE), person("s3"))
    found = done(crm.repository.pairs(["s1", "s9"], ["people/s2", "people/s1"]))
    assert source_ids(found) == ["s1", "s2"]
    assert {pair.contact.card for pair in found if pair.contact} == {ADA, GRACE}
    assert done(crm.repository.pairs([])) == []


def test_a_pair_has_its_link_in_any_state_and_no_contact_where_that_was_purged(crm: Crm) -> None:
    first, second = imported(crm, person("s1"), person("s2", GRACE))
    crm.trash(first)
    crm.purge(first)
    crm.trash(second)
    found = {pair.link.source_id: pair for pair in done(crm.repository.pairs(["s1", "s2"]))}
    assert [found[each].link.state for each in ("s1", "s2")] == [LinkState.TOMBSTONE] * 2
    assert found["s1"].contact is None
    assert (found["s1"].link.local_base, found["s1"].link.remote_base) == (None, None)
    assert found["s2"].contact == existing(crm, second)


def test_absent_are_the_links_that_are_not_gone_and_were_not_seen(crm: Crm) -> None:
    contact_id, _, trashed, _ = imported(crm, *(person(f"s{number}", with_emails(ADA)) for number in range(1, 5)))
    done(crm.repository.apply([delete(crm, contact_id)]))
    crm.trash(trashed)
    assert source_ids(done(crm.repository.absent(frozenset({"s4", "s9"})))) == ["s2", "s3"]


# due


def test_items_are_due_from_their_moment_on(crm: Crm) -> None:
    imported(crm, person("s1"), person("s2", GRACE))
    now = crm.now()
    first = waiting(link_to(crm, "s1"), now, Reason.STALE, 3)
    done(crm.repository.defer([first, waiting(link_to(crm, "s2"), now + SECOND)]))
    assert list(done(crm.repository.due(now))) == [first]
    assert len(done(crm.repository.due(now + SECOND))) == 2


def test_a_later_deferral_of_the_same_person_replaces_the_earlier_one(crm: Crm) -> None:
    now = crm.now()
    first = Deferred("s1", "people/s1", Reason.WAIT, now)
    second = Deferred("s1", "people/c1", Reason.REFUSED, now + SECOND, 4)
    done(crm.repository.defer([first]))
    done(crm.repository.defer([second]))
    assert crm.deferred() == {"s1": second}
    done(crm.repository.defer([first, second]))
    assert crm.deferred() == {"s1": second}


# contacts, candidates, known_persons


def test_contacts_come_in_the_order_asked_for_each_once_the_trashed_ones_too(crm: Crm) -> None:
    first, second, third = crm.create(ADA), crm.create(GRACE), crm.create(ADA)
    crm.trash(second)
    asked = [third, second, third, "nobody", first]
    found = [known.contact for known in done(crm.repository.contacts(asked))]
    assert contact_ids(found) == [third, second, first]
    assert [contact.trashed for contact in found] == [False, True, False]
    assert done(crm.repository.contacts([])) in ([], ())


def test_bobs_contacts_are_nobodys(crm: Crm) -> None:
    bobs = crm.bob_creates(ADA)
    assert list(done(crm.repository.contacts([bobs]))) == []
    assert list(done(crm.repository.candidates(keys(ADA))).known) == []


def test_bobs_contacts_do_not_make_a_value_shared(crm: Crm) -> None:
    crm.create(ADA)
    for _ in range(3):
        crm.bob_creates(ADA)
    assert done(crm.repository.candidates(keys(ADA))).shared_keys == frozenset()


def test_a_known_contact_comes_with_its_link_and_its_create_in_doubt(crm: Crm) -> None:
    (linked,) = imported(crm, person("s1"))
    pushed = crm.create(GRACE)
    done(crm.repository.send_creates([Draft(pushed, GRACE)], "token-1"))
    of_linked, of_pushed = done(crm.repository.contacts([linked, pushed]))
    assert of_linked.link == link_of(crm, linked)
    assert (of_linked.is_linked, of_linked.doubtful) == (True, None)
    assert of_pushed.link is None
    assert of_pushed.doubtful is not None
    assert (of_pushed.doubtful.card, of_pushed.doubtful.token) == (GRACE, "token-1")


def test_candidates_share_a_key_and_come_oldest_first(crm: Crm) -> None:
    by_email = crm.create(with_emails(GRACE, "ADA@example.org"))
    by_name = crm.create(renamed(with_emails(ADA, "other@example.org")))
    by_phone = crm.create(replace(ADA, name=Name(given="X"), emails=(), phones=GRACE.phones))
    crm.create(with_emails(renamed(ADA, given="Ida"), "ida@example.org"))
    wanted = keys(replace(ADA, phones=(Phone("+1 415 555 2671", "work", "+14155552671"),)))
    found = [known.contact for known in done(crm.repository.candidates(wanted)).known]
    assert contact_ids(found) == [by_email, by_name, by_phone]
    assert list(done(crm.repository.candidates(frozenset())).known) == []


def test_candidates_are_never_in_the_trash(crm: Crm) -> None:
    crm.trash(crm.create(ADA))
    assert list(done(crm.repository.candidates(keys(ADA))).known) == []


def test_a_candidate_is_found_by_what_it_was_edited_to_and_not_by_what_it_was(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    crm.edit(contact_id, GRACE)
    assert list(done(crm.repository.candidates(keys(ADA))).known) == []
    found = [known.contact for known in done(crm.repository.candidates(keys(GRACE))).known]
    assert contact_ids(found) == [contact_id]


def test_a_value_that_three_contacts_hold_is_shared_and_a_name_never_is(crm: Crm) -> None:
    for number in range(3):
        crm.create(with_emails(ADA, "office@example.org", f"{number}@example.org"))
    crm.trash(crm.create(with_emails(ADA, "0@example.org", "1@example.org")))
    shared = done(crm.repository.candidates(keys(with_emails(ADA, "office@example.org", "0@example.org")))).shared_keys
    assert shared == {"email:office@example.org"}


def test_numbers_of_two_countries_with_the_same_national_digits_are_not_one_shared_value(crm: Crm) -> None:
    american, german = Phone("+1 415 555 2671", "", "+14155552671"), Phone("+49 415 5552671", "", "+494155552671")
    for phone in (american, american, german, german):
        crm.create(replace(GRACE, phones=(phone,)))
    assert done(crm.repository.candidates(keys(GRACE))).shared_keys == frozenset()


@pytest.mark.parametrize(
    ("state", "is_known"),
    [
        (LinkState.LIVE, True),
        (LinkState.PAUSED, True),
        (LinkState.TOMBSTONE, True),
        (LinkState.SEVERED, False),
        (LinkState.GONE, False),
    ],
)
def test_known_persons_are_those_of_links_that_are_not_apart(crm: Crm, state: LinkState, is_known: bool) -> None:
    (contact_id,) = imported(crm, person("s1"))
    imported(crm, person("s2", GRACE))
    _bring_to(crm, contact_id, state)
    found = done(crm.repository.known_persons(keys(ADA)))
    assert source_ids(found) == (["s1"] if is_known else [])
    assert list(done(crm.repository.known_persons(frozenset()))) == []


def _bring_to(crm: Crm, contact_id: str, state: LinkState) -> None:
    match state:
        case LinkState.PAUSED:
            crm.pause(contact_id)
        case LinkState.SEVERED:
            crm.unlink(contact_id)
        case LinkState.TOMBSTONE:
            crm.trash(contact_id)
        case LinkState.GONE:
            done(crm.repository.apply([delete(crm, contact_id)]))


# changed_here


def test_links_with_something_to_carry_come_in_pages_each_once_in_the_order_of_their_ids(crm: Crm) -> None:
    persons = [person(f"s{number}", with_emails(ADA, f"{number}@example.org")) for number in range(5)]
    contacts = imported(crm, *persons)
    for contact_id in contacts:
        crm.edit(contact_id, renamed(existing(crm, contact_id).card, given="Augusta"))
    pages = []
    after = ""
    while page := done(crm.repository.changed_here(2, after)):
        pages.append(page)
        after = page[-1].link.id
    ids = [pair.link.id for page in pages for pair in page]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert ids == sorted(ids)
    assert len(set(ids)) == 5
    assert all(pair.contact and pair.contact.card.name.given == "Augusta" for page in pages for pair in page)


def test_nothing_was_changed_here_after_an_import(crm: Crm) -> None:
    imported(crm, person("s1"))
    assert list(done(crm.repository.changed_here(10))) == []


def test_a_link_with_a_write_in_flight_has_nothing_to_carry_until_it_is_settled(crm: Crm) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    crm.edit(contact_id, renamed(ADA, given="Byron"))
    assert list(done(crm.repository.changed_here(10))) == []
    done(crm.repository.settle([written(crm, sent)]))
    assert source_ids(done(crm.repository.changed_here(10))) == ["s1"]


def test_a_link_deferred_to_a_later_moment_has_nothing_to_carry_before(crm: Crm) -> None:
    edited(crm, person("s1"))
    edited(crm, person("s2", GRACE))
    later, now = waiting(link_to(crm, "s1"), crm.now() + timedelta(minutes=1)), waiting(link_to(crm, "s2"), crm.now())
    done(crm.repository.defer([later, now]))
    assert source_ids(done(crm.repository.changed_here(10))) == ["s2"]


@pytest.mark.parametrize("state", [LinkState.PAUSED, LinkState.SEVERED, LinkState.TOMBSTONE, LinkState.GONE])
def test_only_a_live_link_has_something_to_carry(crm: Crm, state: LinkState) -> None:
    contact_id, _ = edited(crm, person("s1"))
    _bring_to(crm, contact_id, state)
    assert list(done(crm.repository.changed_here(10))) == []


def test_an_edit_of_a_paused_contact_is_carried_once_it_is_resumed_only(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    crm.pause(contact_id)
    crm.edit(contact_id, GRACE)
    assert list(done(crm.repository.changed_here(10))) == []


# room, doubtful_creates


def test_an_account_has_room_for_25_000_persons_less_those_it_has(crm: Crm) -> None:
    assert done(crm.repository.room()) == 25_000
    contact_id, _, _ = imported(crm, person("s1"), person("s2", GRACE), person("s3", GRACE))
    assert done(crm.repository.room()) == 24_997
    done(crm.repository.apply([delete(crm, contact_id)]))
    assert done(crm.repository.room()) == 24_998


def test_what_was_read_is_what_was_stored(crm: Crm) -> None:
    card = replace(
        ADA,
        name=Name("Dr.", "Ada", "B.", "Lovelace", "Jr."),
        emails=(Email("ada@example.org", "home"), Email("A@example.org", "")),
        phones=(Phone("(415) 555-2671 x 9", "mobile", "+14155552671;ext=9"),),
    )
    (contact_id,) = imported(crm, person("s1", card))
    (pair,) = done(crm.repository.pairs(["s1"]))
    assert pair.contact is not None
    assert (pair.contact.id, pair.contact.card, pair.contact.card_revision) == (contact_id, card, 1)
    assert replace(pair.link, id="", contact_id=None) == Link(
        "", None, "s1", "people/s1", "e1", WRITTEN_AT, LinkState.LIVE, local_base=card, remote_base=card
    )
