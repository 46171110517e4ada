"""The plan as a function of what was read: each rule as data in, actions out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contactsync.actions import DeleteLocal, Detach, Fill, Import, Merge, Return, Settle, Wait
from contactsync.card import BLANK, Birthday, Card
from contactsync.plan import Reading, plan, plan_missing
from contactsync.records import (
    Contact,
    DoubtfulCreate,
    Known,
    Link,
    LinkState,
    Pair,
    Pending,
    Person,
    Policy,
    Reason,
)
from tests.unit.contactsync.people import ALICE, BOB, born, named, with_emails

NOW = datetime(2026, 1, 2, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=1)
POLICY = Policy(delay_seconds=600)
ALICIA = named(ALICE, given="Alicia")


def person(card: Card, **values) -> Person:
    return replace(Person("s1", "people/c1", "e2", NOW, card), **values)


def contact(card: Card, **values) -> Contact:
    return replace(Contact("k1", card, 3), **values)


def link(base: Card, **values) -> Link:
    return replace(
        Link("l1", "k1", "s1", "people/c1", "e1", EARLIER, LinkState.LIVE, local_base=base, remote_base=base), **values
    )


def planned(a_person: Person, a_link: Link | None = None, a_contact: Contact | None = None, **reading) -> list:
    pairs = {a_person.source_id: Pair(a_link, a_contact)} if a_link else {}
    return list(plan(Reading([a_person], pairs, reading.pop("marked", {}), **reading), POLICY, NOW))


def test_a_new_person_is_imported():
    assert planned(person(ALICE)) == [Import(person(ALICE))]


def test_an_edit_in_google_is_merged_into_the_contact():
    (action,) = planned(person(ALICIA), link(ALICE), contact(ALICE))
    assert isinstance(action, Merge)
    assert (action.card, action.link.local_base, action.link.remote_base) == (ALICIA, ALICIA, ALICIA)
    assert not action.link.changed_here


def test_what_is_left_to_carry_to_google_stays_a_difference_against_the_bases():
    newer = with_emails(ALICE, "alice@example.org", "new@example.org")
    (action,) = planned(person(newer), link(ALICE, changed_here=True), contact(ALICIA))
    assert action.card == with_emails(ALICIA, "alice@example.org", "new@example.org")
    assert (action.link.local_base, action.link.remote_base, action.link.changed_here) == (newer, newer, True)


def test_the_echo_of_our_own_write_moves_the_link_alone():
    (action,) = planned(person(ALICE), link(ALICE), contact(ALICE))
    assert isinstance(action, Settle)
    assert action.link.etag == "e2"


def test_nothing_new_is_no_action():
    assert planned(person(ALICE, etag="e1", updated_at=EARLIER), link(ALICE), contact(ALICE)) == []


def test_a_version_older_than_what_our_write_answered_is_passed_over():
    assert planned(person(BOB, updated_at=EARLIER - timedelta(seconds=1)), link(ALICE), contact(ALICE)) == []


def test_a_due_item_read_as_an_older_version_waits():
    old = person(BOB, updated_at=EARLIER - timedelta(seconds=1))
    (action,) = planned(old, link(ALICE), contact(ALICE), due=frozenset({"s1"}))
    assert isinstance(action, Wait)


@pytest.mark.parametrize("shown", [ALICE, BOB])
def test_a_person_deleted_here_is_ignored(shown):
    actions = planned(person(shown), link(ALICE, state=LinkState.TOMBSTONE), contact(ALICE, trashed=True))
    assert all(isinstance(action, Settle) for action in actions)


def test_a_person_seen_again_brings_its_contact_back():
    (action,) = planned(person(ALICIA), link(ALICE, state=LinkState.GONE), contact(ALICE, trashed=True))
    assert isinstance(action, Return)
    assert (action.card, action.link.state) == (ALICIA, LinkState.LIVE)


def test_a_dormant_link_meets_its_person_anew_and_replaces_nothing():
    dormant = link(ALICE, state=LinkState.DORMANT, local_base=None, remote_base=None)
    (action,) = planned(person(ALICIA), dormant, contact(ALICE))
    assert isinstance(action, Fill)
    assert (action.card, action.link.local_base, action.link.remote_base) == (ALICE, ALICE, ALICIA)
    assert not action.link.changed_here


def in_doubt(sent_at: datetime) -> Link:
    return link(ALICE, changed_here=True, pending=Pending(ALICE, ALICIA, ALICIA, sent_at))


def test_a_write_in_doubt_has_landed_when_its_person_shows_it():
    (action,) = planned(person(ALICIA), in_doubt(NOW), contact(ALICIA))
    assert (action.link.pending, action.link.changed_here) == (None, False)
    assert (action.link.local_base, action.link.remote_base) == (ALICIA, ALICIA)


def test_a_write_in_doubt_waits_for_google_s_delay():
    (action,) = planned(person(BOB), in_doubt(NOW), contact(ALICIA))
    assert isinstance(action, Wait)
    assert (action.deferred.reason, action.deferred.due_at) == (Reason.WAIT, NOW + timedelta(seconds=600))


def test_a_write_that_did_not_land_is_carried_again():
    (action,) = planned(person(ALICE, etag="e1", updated_at=EARLIER), in_doubt(EARLIER), contact(ALICIA))
    assert (action.link.pending, action.link.changed_here) == (None, True)


def known(card: Card, **values) -> dict[str, Known]:
    return {"k1": Known(contact(card), **values)}


def test_our_marker_links_whatever_the_cards_say():
    (action,) = planned(person(BOB, marker="k1"), marked=known(ALICE))
    assert isinstance(action, Fill)
    assert action.contact.id == "k1"


def test_a_marker_of_a_contact_that_is_linked_elsewhere_is_ignored():
    (action,) = planned(person(BOB, marker="k1"), marked=known(ALICE, link=link(ALICE, source_id="s2")))
    assert isinstance(action, Import)


def test_a_create_in_doubt_is_adopted_with_what_it_sent_as_base():
    doubtful = DoubtfulCreate("o1", "k1", ALICE, None, EARLIER)
    (action,) = planned(person(ALICE, marker="k1"), marked=known(ALICIA, doubtful=doubtful))
    assert (action.card, action.link.local_base, action.link.remote_base) == (ALICIA, ALICE, ALICE)
    assert action.link.changed_here


def test_a_contact_whose_create_is_in_doubt_is_matched_with_nobody_else():
    doubtful = DoubtfulCreate("o1", "k1", ALICE, None, EARLIER)
    (action,) = planned(person(ALICE), known=[Known(contact(ALICE), doubtful=doubtful)])
    assert isinstance(action, Import)


def test_a_birthday_that_is_a_text_is_no_difference_to_carry():
    there = born(ALICE, Birthday(text="in spring"))
    (action,) = planned(person(there), link(there), contact(born(ALICE, Birthday(1980, 5, 1))))
    assert not action.link.changed_here


def test_a_person_not_found_goes_to_the_trash_here():
    pair = Pair(link(ALICE), contact(ALICIA))
    assert list(plan_missing(pair, None, POLICY, NOW)) == [DeleteLocal(pair.contact, pair.link, is_edited=True)]


def test_a_person_that_we_wrote_within_the_delay_is_waited_for():
    pair = Pair(link(ALICE, written_at=NOW), contact(ALICE))
    (action,) = plan_missing(pair, None, POLICY, NOW)
    assert isinstance(action, Wait)


def test_a_person_that_is_still_there_is_hidden():
    pair = Pair(link(ALICE), contact(ALICE))
    assert list(plan_missing(pair, person(ALICE), POLICY, NOW)) == [Settle(link(ALICE, hidden=True))]


@pytest.mark.parametrize("state", [LinkState.TOMBSTONE, LinkState.DORMANT])
def test_a_person_deleted_in_google_ends_a_link_without_a_living_contact(state):
    pair = Pair(link(BLANK, state=state), contact(ALICE))
    assert list(plan_missing(pair, None, POLICY, NOW)) == [Detach(pair.link)]


def test_a_person_whose_link_is_gone_already_is_nothing():
    assert list(plan_missing(Pair(link(ALICE, state=LinkState.GONE), contact(ALICE)), None, POLICY, NOW)) == []


def test_a_name_that_google_knows_as_one_text_is_not_filled_over_at_a_first_meeting():
    """What is shown of it is a guess, and `names` goes to Google only when the name was edited here."""
    here = named(ALICE, prefix="Dr")
    known = Known(contact(here))
    (action,) = planned(person(ALICE, name_is_guess=True), known=[known])
    assert isinstance(action, Fill)
    assert action.card.name == here.name
    assert not action.link.changed_here
    (filled,) = planned(person(ALICE), known=[known])
    assert filled.link.changed_here
