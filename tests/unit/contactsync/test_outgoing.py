"""What is written to a person, and what its answer moves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contactsync.actions import Result, Send, Settled
from contactsync.card import Birthday, Card, Field
from contactsync.faults import Unavailable
from contactsync.outgoing import Held, back_off, created_link, plan_write, settle_write
from contactsync.records import Contact, Link, LinkState, Pair, Person, Policy, Reason, Unreadable
from contactsync.writes import Doubtful, Draft, Missing, Refused, Stale, Unsent, Written
from tests.unit.contactsync.people import ALICE, BOB, born, named, with_emails

NOW = datetime(2026, 1, 2, tzinfo=UTC)
POLICY = Policy(delay_seconds=600)
DELAY = timedelta(seconds=600)
ALICIA = named(ALICE, given="Alicia")
NEWER = with_emails(ALICE, "alice@example.org", "new@example.org")


def person(card: Card, **values) -> Person:
    return replace(Person("s1", "people/c1", "e2", NOW, card), **values)


def pair(base: Card, card: Card) -> Pair:
    link = Link("l1", "k1", "s1", "people/c1", "e1", NOW, LinkState.LIVE, base, base, changed_here=True)
    return Pair(link, Contact("k1", card, 3))


def sent(base: Card, card: Card, newest: Card) -> Send:
    send = plan_write(pair(base, card), person(newest), POLICY, NOW)
    assert isinstance(send, Send)
    return send


def test_the_mask_names_only_what_changes():
    assert sent(ALICE, ALICIA, ALICE).update.fields == {Field.NAME}


def test_our_difference_is_laid_over_the_newest_person():
    assert sent(ALICE, ALICIA, NEWER).update.desired == replace(NEWER, name=ALICIA.name)


def test_what_is_sent_is_remembered_and_read_again_should_no_answer_come():
    send = sent(ALICE, ALICIA, ALICE)
    assert (send.pending.before, send.pending.after, send.pending.local_base) == (ALICE, ALICIA, ALICIA)
    assert (send.in_doubt.reason, send.in_doubt.due_at) == (Reason.WAIT, NOW + DELAY)


def test_what_is_left_to_the_next_run_stays_marked():
    both = replace(NEWER, name=ALICIA.name)
    send = sent(ALICE, both, named(ALICE, given="Ali"))
    assert send.update.fields == {Field.EMAILS}
    settled = settle_write(send, Written(person(send.update.desired, etag="e3")), POLICY, NOW)
    assert settled.link.changed_here


def test_what_google_has_already_is_not_written():
    settled = plan_write(pair(ALICE, ALICIA), person(ALICIA), POLICY, NOW)
    assert isinstance(settled, Settled)
    assert settled.receipt.result is Result.UNCHANGED
    assert (settled.link.local_base, settled.link.changed_here) == (ALICIA, False)


def test_a_birthday_that_google_holds_as_a_text_is_never_in_a_mask():
    there = born(ALICE, Birthday(text="in spring"))
    settled = plan_write(pair(there, born(ALICE, Birthday(1980, 5, 1))), person(there), POLICY, NOW)
    assert isinstance(settled, Settled)
    assert not settled.link.changed_here
    assert settled.deferred is None


def test_a_single_field_that_google_changed_too_is_left_and_the_rest_is_written():
    send = sent(ALICE, with_emails(ALICIA, "new@example.org"), named(ALICE, given="Ali"))
    assert send.update.fields == {Field.EMAILS}
    assert send.leftover
    assert send.pending.local_base.name == ALICE.name


def test_a_person_that_is_not_found_is_left_to_the_next_run():
    held = plan_write(pair(ALICE, ALICIA), None, POLICY, NOW)
    assert isinstance(held, Held)
    assert (held.deferred.reason, held.deferred.due_at) == (Reason.WAIT, NOW + DELAY), "it may have another name by now"


def test_a_person_that_cannot_be_read_is_not_written_to_and_tried_again():
    held = plan_write(pair(ALICE, ALICIA), Unreadable("people/c1"), POLICY, NOW)
    assert isinstance(held, Held)
    assert held.deferred.reason is Reason.REFUSED


def test_an_older_version_is_not_written_to():
    held = plan_write(pair(ALICE, ALICIA), person(ALICE, updated_at=NOW - DELAY), POLICY, NOW)
    assert isinstance(held, Held)


def test_a_link_without_bases_is_not_written_before_the_two_have_met():
    a_pair = pair(ALICE, ALICIA)
    held = plan_write(replace(a_pair, link=replace(a_pair.link, local_base=None)), person(ALICE), POLICY, NOW)
    assert isinstance(held, Held)


def test_an_answer_that_shows_what_was_sent_brings_both_bases_in_step():
    settled = settle_write(sent(ALICE, ALICIA, ALICE), Written(person(ALICIA, etag="e3")), POLICY, NOW)
    assert (settled.link.local_base, settled.link.remote_base, settled.link.etag) == (ALICIA, ALICIA, "e3")
    assert (settled.link.pending, settled.link.changed_here, settled.deferred) == (None, False, None)
    assert settled.link.written_at == NOW


def test_google_s_base_moves_only_by_what_we_wrote():
    answer = replace(NEWER, name=ALICIA.name)
    settled = settle_write(sent(ALICE, ALICIA, NEWER), Written(person(answer)), POLICY, NOW)
    assert settled.link.remote_base == ALICIA
    assert settled.deferred is not None
    assert (settled.deferred.reason, settled.deferred.due_at) == (Reason.STALE, NOW)


def test_a_lost_answer_leaves_the_write_pending_until_the_delay_has_passed():
    settled = settle_write(sent(ALICE, ALICIA, ALICE), Doubtful(), POLICY, NOW)
    assert settled.link.pending is not None
    assert settled.deferred is not None
    assert (settled.deferred.reason, settled.deferred.due_at) == (Reason.WAIT, NOW + DELAY)
    assert settled.receipt.result is Result.WAITING


@pytest.mark.parametrize(
    ("outcome", "reason", "result"),
    [
        (Stale(), Reason.STALE, Result.WAITING),
        (Missing(), Reason.WAIT, Result.FAILED),
        (Refused("Too long."), Reason.REFUSED, Result.FAILED),
    ],
)
def test_what_was_not_written_stays_marked_and_is_read_again(outcome, reason, result):
    settled = settle_write(sent(ALICE, ALICIA, ALICE), outcome, POLICY, NOW)
    assert (settled.link.pending, settled.link.changed_here) == (None, True)
    assert (settled.link.local_base, settled.link.remote_base) == (ALICE, ALICE)
    assert settled.deferred is not None
    assert (settled.deferred.reason, settled.receipt.result) == (reason, result)


def test_what_was_not_sent_stays_marked_and_waits_for_nothing():
    error = Unavailable("unavailable", "Google is busy.", "The next run tries again.")
    settled = settle_write(sent(ALICE, ALICIA, ALICE), Unsent(error), POLICY, NOW)
    assert (settled.link.changed_here, settled.link.pending, settled.deferred) == (True, None, None)


def test_a_refused_write_waits_five_minutes_doubling_to_six_hours():
    minutes = [back_off(tries).total_seconds() / 60 for tries in range(9)]
    assert minutes == [5, 10, 20, 40, 80, 160, 320, 360, 360]
    assert back_off(10_000) == timedelta(hours=6)


def test_a_created_person_s_link_takes_the_place_of_one_that_is_gone():
    old = replace(pair(BOB, BOB).link, id="l7", state=LinkState.GONE, source_id="s0")
    link = created_link(Draft("k1", ALICE), person(ALICE), NOW, old)
    assert (link.id, link.source_id, link.state, link.written_at) == ("l7", "s1", LinkState.LIVE, NOW)
    assert (link.local_base, link.remote_base) == (ALICE, ALICE)
