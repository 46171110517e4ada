"""The Repository port: updates are journalled before they go out, and settled in the transaction of their outcome."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from contactsync.actions import Hold, Receipt, Result, Settled, Wake
from contactsync.brake import held_item
from contactsync.plan import deferral
from contactsync.records import LinkState, Reason
from tests.contract.contactsync.crm import (
    ADA,
    GRACE,
    Crm,
    delete,
    done,
    edited,
    existing,
    link_to,
    person,
    refused,
    renamed,
    send,
    states,
    unanswered,
    waiting,
    written,
)

AUGUSTA = renamed(ADA, given="Augusta")
BYRON = renamed(ADA, given="Byron")

type Act = Callable[[Crm, str], None]
MEANWHILE: dict[str, Act] = {
    "edited": lambda crm, contact_id: crm.edit(contact_id, BYRON),
    "trashed": lambda crm, contact_id: crm.trash(contact_id),
    "purged": lambda crm, contact_id: (crm.trash(contact_id), crm.purge(contact_id))[0],
    "paused": lambda crm, contact_id: crm.pause(contact_id),
    "unlinked": lambda crm, contact_id: crm.unlink(contact_id),
    "answered": lambda crm, contact_id: crm.use_ours(contact_id, BYRON),
}


# send


def test_what_goes_out_is_pending_on_its_link_first(crm: Crm) -> None:
    ada = person("s1")
    _, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    assert done(crm.repository.send([sent])) == {pair.link.id}
    link = link_to(crm, "s1")
    assert link.pending == sent.pending
    assert (link.changed_here, link.local_base, link.remote_base) == (True, ADA, ADA)
    assert done(crm.repository.send([])) == frozenset()


def test_a_write_whose_run_died_is_read_again(crm: Crm) -> None:
    ada = person("s1")
    _, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    crm.next_run()
    assert crm.deferred() == {"s1": sent.in_doubt}
    assert list(done(crm.repository.due(sent.in_doubt.due_at))) == [sent.in_doubt]


@pytest.mark.parametrize("happens", MEANWHILE.values(), ids=MEANWHILE)
def test_what_moved_on_since_the_plan_does_not_go_out(crm: Crm, happens: Act) -> None:
    ada, grace = person("s1"), person("s2", GRACE)
    contact_id, pair = edited(crm, ada)
    _, other = edited(crm, grace)
    sends = [send(crm, pair, ada), send(crm, other, grace)]
    happens(crm, contact_id)
    assert done(crm.repository.send(sends)) == {other.link.id}
    assert link_to(crm, "s1").pending is None
    assert list(crm.deferred()) == ["s2"]


def test_a_second_write_does_not_go_out_while_the_first_is_in_doubt(crm: Crm) -> None:
    ada = person("s1")
    _, pair = edited(crm, ada)
    first = send(crm, pair, ada)
    done(crm.repository.send([first]))
    second = replace(first, pending=replace(first.pending, after=BYRON))
    assert done(crm.repository.send([second])) == frozenset()
    assert link_to(crm, "s1").pending == first.pending


def test_what_went_to_the_trash_and_came_back_is_as_it_was_planned(crm: Crm) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    crm.trash(contact_id)
    crm.restore(contact_id)
    assert done(crm.repository.send([sent])) == {pair.link.id}


# settle


def test_an_answered_write_leaves_the_link_in_step(crm: Crm) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    done(crm.repository.settle([written(crm, sent)]))
    link = link_to(crm, "s1")
    assert (link.etag, link.local_base, link.remote_base) == ("e2", AUGUSTA, AUGUSTA)
    assert (link.pending, link.changed_here) == (None, False)
    assert link.written_at is not None
    assert crm.deferred() == {}
    assert crm.receipts()[contact_id][0] == "updated"
    assert existing(crm, contact_id).card_revision == pair.contact.card_revision if pair.contact else False


def test_the_mark_stays_where_the_contact_moved_on_since_the_plan(crm: Crm) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    crm.edit(contact_id, BYRON)
    done(crm.repository.settle([written(crm, sent)]))
    link = link_to(crm, "s1")
    assert (link.changed_here, link.pending, link.local_base) == (True, None, AUGUSTA)


def test_the_mark_stays_where_something_is_left_to_carry(crm: Crm) -> None:
    ada = person("s1")
    _, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    answer = written(crm, sent)
    left = waiting(sent.link, crm.now(), Reason.STALE)
    done(crm.repository.settle([replace(answer, link=replace(answer.link, changed_here=True), deferred=left)]))
    assert link_to(crm, "s1").changed_here
    assert crm.deferred() == {"s1": left}


def test_a_write_without_an_answer_stays_pending_and_is_read_when_due(crm: Crm) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    open_item = unanswered(crm, sent)
    done(crm.repository.settle([open_item]))
    link = link_to(crm, "s1")
    assert (link.pending, link.local_base, link.etag) == (sent.pending, ADA, "e1")
    assert crm.deferred() == {"s1": open_item.deferred}
    assert contact_id not in crm.receipts() or crm.receipts()[contact_id][0] == "waiting"


def test_a_refused_write_is_tried_again_later_and_says_why(crm: Crm) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    no = refused(crm, sent)
    done(crm.repository.settle([no]))
    link = link_to(crm, "s1")
    assert (link.pending, link.changed_here, link.remote_base) == (None, True, ADA)
    assert crm.deferred() == {"s1": no.deferred}
    assert crm.receipts()[contact_id] == ("failed", "Too long.")


def test_what_was_never_sent_can_be_settled_too(crm: Crm) -> None:
    """Google has it all already: no write, but the link moves."""
    ada = person("s1")
    _, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    same = replace(written(crm, sent), receipt=Receipt(sent.contact.id, Result.UNCHANGED))
    done(crm.repository.settle([same]))
    link = link_to(crm, "s1")
    assert (link.etag, link.changed_here, link.local_base) == ("e2", False, AUGUSTA)


@pytest.mark.parametrize(
    ("happens", "state"), [("trashed", LinkState.TOMBSTONE), ("paused", LinkState.PAUSED)], ids=["trashed", "paused"]
)
def test_an_answer_moves_the_bases_and_never_the_state(crm: Crm, happens: str, state: LinkState) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    MEANWHILE[happens](crm, contact_id)
    done(crm.repository.settle([written(crm, sent)]))
    link = link_to(crm, "s1")
    assert (link.state, link.etag, link.pending) == (state, "e2", None)
    assert (link.local_base, link.remote_base, link.changed_here) == (AUGUSTA, AUGUSTA, False)


def test_only_a_live_link_is_marked_by_an_edit_during_the_write(crm: Crm) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    crm.edit(contact_id, BYRON)
    crm.trash(contact_id)
    done(crm.repository.settle([written(crm, sent)]))
    assert not link_to(crm, "s1").changed_here


@pytest.mark.parametrize("answer", [written, refused, unanswered])
def test_a_pair_unlinked_meanwhile_keeps_no_values(crm: Crm, answer: Callable[..., object]) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    crm.unlink(contact_id)
    done(crm.repository.settle([answer(crm, sent)]))
    link = link_to(crm, "s1")
    assert link.state is LinkState.SEVERED
    assert (link.local_base, link.remote_base, link.pending, link.changed_here) == (None, None, None, False)


@pytest.mark.parametrize("answer", [written, refused, unanswered])
def test_a_tombstone_whose_contact_was_purged_meanwhile_keeps_no_values(
    crm: Crm, answer: Callable[..., object]
) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    crm.trash(contact_id)
    crm.purge(contact_id)
    done(crm.repository.settle([answer(crm, sent)]))
    link = link_to(crm, "s1")
    assert (link.state, link.contact_id) == (LinkState.TOMBSTONE, None)
    assert (link.local_base, link.remote_base, link.pending, link.changed_here) == (None, None, None, False)


@pytest.mark.parametrize(
    ("answer", "is_pending"), [(written, True), (refused, False), (unanswered, True)], ids=["yes", "no", "none"]
)
def test_what_a_person_answered_during_the_write_stands(
    crm: Crm, answer: Callable[..., Settled], *, is_pending: bool
) -> None:
    """The person is read again; a write that landed, or may have, is known for our echo then."""
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    crm.use_ours(contact_id, BYRON)
    done(crm.repository.settle([answer(crm, sent)]))
    link = link_to(crm, "s1")
    assert (link.local_base, link.remote_base, link.changed_here, link.etag) == (BYRON, BYRON, True, "e1")
    assert (link.pending is not None) == is_pending
    assert link.pending is None or (link.pending.local_base, link.pending.after) == (BYRON, AUGUSTA)
    assert crm.deferred()["s1"].reason is (Reason.WAIT if answer is unanswered else Reason.STALE)


def test_what_was_planned_before_a_link_was_woken_anew_moves_nothing(crm: Crm) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    crm.unlink(contact_id)
    done(crm.repository.apply([Wake(link_to(crm, "s1"))]))
    done(crm.repository.settle([written(crm, sent)]))
    link = link_to(crm, "s1")
    assert (link.state, link.local_base, link.remote_base) == (LinkState.LIVE, None, None)
    assert link.changed_here
    assert crm.deferred()["s1"].reason is Reason.STALE


def test_several_writes_are_settled_at_once_each_with_its_own_outcome(crm: Crm) -> None:
    ada, grace = person("s1"), person("s2", GRACE)
    sends = [send(crm, edited(crm, found)[1], found) for found in (ada, grace)]
    done(crm.repository.send(sends))
    done(crm.repository.settle([written(crm, sends[0]), refused(crm, sends[1])]))
    assert (link_to(crm, "s1").etag, link_to(crm, "s2").etag) == ("e2", "e1")
    assert list(crm.deferred()) == ["s2"]


def test_how_often_a_write_was_refused_is_known_while_the_next_one_is_in_doubt(crm: Crm) -> None:
    ada = person("s1")
    _, pair = edited(crm, ada)
    before = replace(waiting(pair.link, crm.now(), Reason.REFUSED, 2), detail="Too long.")
    done(crm.repository.defer([before]))
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    assert crm.deferred() == {"s1": replace(before, due_at=sent.in_doubt.due_at)}
    lost = unanswered(crm, sent)
    done(crm.repository.settle([lost]))
    assert lost.deferred is not None
    assert crm.deferred() == {"s1": replace(before, due_at=lost.deferred.due_at)}


@pytest.mark.parametrize("reason", [Reason.REFUSED, Reason.APPROVED])
def test_what_is_known_of_an_item_outlives_a_write_that_was_not_sent(crm: Crm, reason: Reason) -> None:
    ada = person("s1")
    _, pair = edited(crm, ada)
    done(crm.repository.defer([waiting(pair.link, crm.now(), reason, 1)]))
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    done(crm.repository.settle([replace(refused(crm, sent), deferred=None)]))
    item = crm.deferred()["s1"]
    assert (item.reason, item.tries) == (reason, 1)
    assert item.due_at <= crm.now()


def test_a_write_that_was_not_sent_leaves_nothing_open(crm: Crm) -> None:
    ada = person("s1")
    _, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    done(crm.repository.settle([replace(refused(crm, sent), deferred=None)]))
    assert crm.deferred() == {}


def test_a_settled_write_closes_what_was_open_of_its_person(crm: Crm) -> None:
    ada = person("s1")
    _, pair = edited(crm, ada)
    done(crm.repository.defer([waiting(pair.link, crm.now() - timedelta(minutes=1), Reason.REFUSED, 2)]))
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    done(crm.repository.settle([written(crm, sent)]))
    assert crm.deferred() == {}


def test_a_link_that_ended_meanwhile_is_not_made_again_by_an_answer(crm: Crm) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    done(crm.repository.apply([delete(crm, contact_id)]))
    crm.purge(contact_id)
    done(crm.repository.settle([written(crm, sent)]))
    assert states(crm) == {}


@pytest.mark.parametrize("answer", [written, refused, unanswered])
def test_what_waits_for_a_person_s_answer_waits_on_whatever_comes_of_a_write(
    crm: Crm, answer: Callable[..., object]
) -> None:
    ada = person("s1")
    _, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    done(crm.repository.send([sent]))
    done(crm.repository.defer([held_item(Hold(sent))]))
    done(crm.repository.settle([answer(crm, sent)]))
    assert crm.deferred()["s1"].reason is Reason.HELD
    done(crm.repository.defer([deferral(pair.link, Reason.STALE, crm.now())]))
    assert crm.deferred()["s1"].reason is Reason.HELD
