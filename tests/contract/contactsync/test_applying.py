"""The Repository port: what a plan's actions do here, and what they must not do any more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from contactsync.actions import Action, Close, Detach, Fill, Hold, Import, Return, Settle, Wait, Wake
from contactsync.card import Birthday, Card, Email, Name
from contactsync.records import Deferred, LinkState, Reason
from contactsync.writes import Draft
from tests.contract.contactsync.crm import (
    ADA,
    GRACE,
    Crm,
    Past,
    changed,
    delete,
    done,
    existing,
    fill,
    imported,
    link_of,
    link_to,
    merge,
    person,
    renamed,
    states,
    waiting,
    with_emails,
)

LONG = "x" * 3000
KING = renamed(ADA, family="King")


def apply(crm: Crm, *actions: Action) -> frozenset[str]:
    return done(crm.repository.apply(actions))


# Import


def test_an_import_makes_a_contact_and_a_live_link_in_step(crm: Crm) -> None:
    assert apply(crm, Import(person("s1")), Import(person("s2", GRACE))) == frozenset()
    assert [contact.card for contact in crm.contacts()] == [ADA, GRACE]
    link = link_to(crm, "s1")
    assert (link.state, link.local_base, link.remote_base, link.changed_here) == (LinkState.LIVE, ADA, ADA, False)
    assert link.contact_id is not None
    assert crm.past(link.contact_id) == [Past("created", "sync", is_of_run=True)]


@pytest.mark.parametrize(
    "card",
    [
        Card(),
        Card(name=Name(given=LONG, family="\\ \t\r\n\\N \\."), emails=(Email(f"{LONG}@{LONG}.example", LONG),)),
        Card(name=Name(given="李 👩‍👩‍👧 \u200f"), emails=(Email("a\nb", ""),), birthday=Birthday(None, 2, 29)),
        Card(birthday=Birthday(text="about 1815")),
        Card(emails=tuple(Email(f"{number}@example.org", "home") for number in range(600))),
    ],
    ids=["blank", "longer than Google's limit", "other scripts", "a birthday as text", "many values"],
)
def test_any_card_that_is_clean_is_stored_as_it_is(crm: Crm, card: Card) -> None:
    apply(crm, Import(person("s1", card)))
    assert [contact.card for contact in crm.contacts()] == [card]
    assert (link_to(crm, "s1").local_base, link_to(crm, "s1").remote_base) == (card, card)


@pytest.mark.parametrize("given", ["A\0da", "A\ud800da"], ids=["NUL", "half a character"])
@pytest.mark.parametrize("at", [0, 3, 6])
def test_a_person_that_the_database_refuses_stands_alone_and_is_tried_later(crm: Crm, given: str, at: int) -> None:
    persons = [person(f"s{number}", renamed(ADA, given=f"Ada{number}")) for number in range(7)]
    persons[at] = replace(persons[at], card=renamed(ADA, given=given))
    assert apply(crm, *map(Import, persons)) == frozenset()
    assert sorted(states(crm)) == [f"s{number}" for number in range(7) if number != at]
    assert len(crm.contacts()) == 6
    (open_item,) = crm.deferred().values()
    assert (open_item.source_id, open_item.reason) == (f"s{at}", Reason.REFUSED)
    assert open_item.due_at > crm.now()


@pytest.mark.parametrize("given", ["A\0da", "A\ud800da"], ids=["NUL", "half a character"])
def test_a_merge_that_the_database_refuses_stands_alone(crm: Crm, given: str) -> None:
    first, second = imported(crm, person("s1"), person("s2"))
    refused, good = changed(person("s1"), renamed(ADA, given=given)), changed(person("s2"), KING)
    apply(crm, merge(crm, first, refused, refused.card), merge(crm, second, good, KING))
    assert (existing(crm, first).card, existing(crm, second).card) == (ADA, KING)
    assert (link_to(crm, "s1").etag, link_to(crm, "s2").etag) == ("e1", "e2")
    assert crm.deferred()["s1"].reason is Reason.REFUSED


def test_a_person_is_linked_once(crm: Crm) -> None:
    imported(crm, person("s1"))
    other = crm.create(GRACE)
    apply(crm, Import(person("s1", GRACE)), fill(existing(crm, other), person("s1")), Import(person("s2")))
    assert states(crm) == {"s1": LinkState.LIVE, "s2": LinkState.LIVE}
    assert len(crm.contacts()) == 3
    assert crm.deferred()["s1"].reason is Reason.REFUSED


def test_a_contact_is_linked_once(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    apply(crm, fill(existing(crm, contact_id), person("s2", GRACE), GRACE), Import(person("s3")))
    assert states(crm) == {"s1": LinkState.LIVE, "s3": LinkState.LIVE}
    assert existing(crm, contact_id).card == ADA
    assert crm.deferred()["s2"].reason is Reason.REFUSED


def test_possible_duplicates_are_listed_once_a_pair(crm: Crm) -> None:
    other = crm.create(ADA)
    apply(crm, Import(person("s1"), ((other, "same e-mail"),)))
    made = link_to(crm, "s1").contact_id
    assert made is not None
    again = fill(existing(crm, other), person("s2"))
    apply(crm, replace(again, duplicates=((made, "same phone"), (other, "itself"))))
    assert crm.duplicates() == {frozenset((made, other)): "same e-mail"}


def test_a_duplicate_that_was_purged_meanwhile_is_not_listed_and_hinders_nobody(crm: Crm) -> None:
    purged, bobs = crm.create(ADA), crm.bob_creates(ADA)
    crm.trash(purged)
    crm.purge(purged)
    apply(crm, Import(person("s1"), ((purged, "same e-mail"), (bobs, "same e-mail"))))
    assert states(crm) == {"s1": LinkState.LIVE}
    assert (crm.duplicates(), crm.deferred()) == ({}, {})


# Fill, Merge, Return


def test_a_first_meeting_writes_the_contact_and_makes_the_link(crm: Crm) -> None:
    contact_id = crm.create(Card(name=ADA.name))
    found = person("s1")
    joined = fill(existing(crm, contact_id), found, ADA, local_base=ADA, changed_here=True)
    assert apply(crm, joined) == frozenset()
    contact, link = existing(crm, contact_id), link_to(crm, "s1")
    assert (contact.card, contact.card_revision) == (ADA, 2)
    assert (link.contact_id, link.state, link.changed_here) == (contact_id, LinkState.LIVE, True)
    assert (link.local_base, link.remote_base) == (ADA, ADA)
    assert crm.past(contact_id)[-1] == Past("changed", "sync", is_of_run=True)


def test_a_contact_that_gains_nothing_is_not_written(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    apply(crm, fill(existing(crm, contact_id), person("s1")))
    assert existing(crm, contact_id).card_revision == 1
    assert [line.event for line in crm.past(contact_id)] == ["created"]


def test_a_merge_moves_contact_and_link_and_marks_nothing(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    apply(crm, merge(crm, contact_id, changed(person("s1"), KING), KING))
    contact, link = existing(crm, contact_id), link_to(crm, "s1")
    assert (contact.card, contact.card_revision) == (KING, 2)
    assert (link.etag, link.local_base, link.remote_base, link.changed_here) == ("e2", KING, KING, False)
    assert crm.past(contact_id) == [Past("created", "sync", is_of_run=True), Past("changed", "sync", is_of_run=True)]


type Act = Callable[[Crm, str], None]
MEANWHILE: dict[str, Act] = {
    "edited": lambda crm, contact_id: crm.edit(contact_id, renamed(ADA, given="Augusta")),
    "trashed": lambda crm, contact_id: crm.trash(contact_id),
    "purged": lambda crm, contact_id: (crm.trash(contact_id), crm.purge(contact_id))[0],
    "paused": lambda crm, contact_id: crm.pause(contact_id),
    "unlinked": lambda crm, contact_id: crm.unlink(contact_id),
    "answered": lambda crm, contact_id: crm.use_ours(contact_id, renamed(ADA, given="Augusta")),
}


@pytest.mark.parametrize("happens", MEANWHILE.values(), ids=MEANWHILE)
def test_a_contact_that_moved_on_since_the_plan_is_left_and_the_others_are_done(crm: Crm, happens: Act) -> None:
    first, second = imported(crm, person("s1"), person("s2"))
    planned = [merge(crm, each, changed(person(key), KING), KING) for each, key in ((first, "s1"), (second, "s2"))]
    happens(crm, first)
    before = (crm.contact(first), link_to(crm, "s1"))
    assert apply(crm, *planned) == {"s1"}
    assert (crm.contact(first), link_to(crm, "s1")) == before
    assert existing(crm, second).card == KING


def test_a_listing_that_shows_a_hidden_person_again_counts_though_the_contact_moved_on(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    apply(crm, Settle(replace(link_to(crm, "s1"), hidden=True)))
    planned = merge(crm, contact_id, changed(person("s1"), KING), KING)
    crm.edit(contact_id, renamed(ADA, given="Augusta"))
    assert apply(crm, planned) == {"s1"}
    assert not link_to(crm, "s1").hidden
    assert crm.deferred()["s1"].reason is Reason.STALE


@pytest.mark.parametrize("happens", [MEANWHILE[each] for each in ("edited", "trashed", "purged")])
def test_an_unlinked_contact_that_moved_on_is_not_linked(crm: Crm, happens: Act) -> None:
    contact_id = crm.create(ADA)
    planned = fill(existing(crm, contact_id), person("s1"))
    happens(crm, contact_id)
    before = crm.contact(contact_id)
    assert apply(crm, planned) == {"s1"}
    assert crm.links() == []
    assert crm.contact(contact_id) == before


def test_a_contact_that_was_restored_since_the_plan_moved_on(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    apply(crm, delete(crm, contact_id))
    contact, link = existing(crm, contact_id), link_to(crm, "s1")
    planned = Return(contact, person("s1"), KING, replace(link, state=LinkState.LIVE), "seen again in Google")
    crm.restore(contact_id)
    assert apply(crm, planned) == {"s1"}
    assert existing(crm, contact_id).card == ADA
    assert states(crm) == {"s1": LinkState.GONE}


def test_a_person_seen_again_takes_its_contact_out_of_the_trash(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    apply(crm, delete(crm, contact_id))
    contact, link = existing(crm, contact_id), link_to(crm, "s1")
    back = replace(link, state=LinkState.LIVE, local_base=KING, remote_base=KING)
    assert apply(crm, Return(contact, person("s1", KING), KING, back, "seen again in Google")) == frozenset()
    assert (existing(crm, contact_id).card, existing(crm, contact_id).trashed) == (KING, False)
    assert states(crm) == {"s1": LinkState.LIVE}
    assert [(line.event, line.is_of_run) for line in crm.past(contact_id)[-2:]] == [
        ("restored", True),
        ("changed", True),
    ]


def test_a_new_link_takes_the_place_of_one_that_is_gone(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    apply(crm, delete(crm, contact_id))
    crm.restore(contact_id)
    assert apply(crm, fill(existing(crm, contact_id), person("s2"))) == frozenset()
    assert states(crm) == {"s2": LinkState.LIVE}


def test_a_tombstone_passes_to_another_contact(crm: Crm) -> None:
    (old,) = imported(crm, person("s1"))
    crm.trash(old)
    new = crm.create(ADA)
    passed = replace(link_to(crm, "s1"), contact_id=new, state=LinkState.LIVE)
    assert apply(crm, Fill(existing(crm, new), person("s1"), ADA, passed, "already in Google")) == frozenset()
    link = link_of(crm, new)
    assert link is not None
    assert (link.source_id, link.state) == ("s1", LinkState.LIVE)
    assert link_of(crm, old) is None


def test_a_tombstone_whose_contact_was_restored_meanwhile_passes_to_nobody(crm: Crm) -> None:
    (old,) = imported(crm, person("s1"))
    crm.trash(old)
    new = crm.create(ADA)
    passed = replace(link_to(crm, "s1"), contact_id=new, state=LinkState.LIVE)
    crm.restore(old)
    assert apply(crm, Fill(existing(crm, new), person("s1"), ADA, passed, "already in Google")) == {"s1"}
    assert link_of(crm, new) is None
    assert link_of(crm, old) is not None


def test_a_link_that_ended_meanwhile_is_not_made_again(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    planned = merge(crm, contact_id, changed(person("s1"), KING), KING)
    apply(crm, Detach(link_to(crm, "s1")))
    assert apply(crm, planned) == {"s1"}
    assert crm.links() == []
    assert existing(crm, contact_id).card == ADA


def test_a_linked_contact_has_no_create_in_doubt_any_more(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    done(crm.repository.send_creates([Draft(contact_id, ADA)], "token-1"))
    apply(crm, fill(existing(crm, contact_id), person("s1")))
    assert list(done(crm.repository.doubtful_creates())) == []


# DeleteLocal, Settle, Wake, Detach


def test_a_person_deleted_in_google_takes_its_contact_to_the_trash(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    apply(crm, delete(crm, contact_id))
    assert existing(crm, contact_id).trashed
    link = link_to(crm, "s1")
    assert (link.state, link.pending, link.changed_here) == (LinkState.GONE, None, False)
    assert crm.past(contact_id)[-1] == Past("trashed", "sync", is_of_run=True)


def test_a_deletion_stands_though_the_contact_was_edited_meanwhile(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    planned = delete(crm, contact_id)
    crm.edit(contact_id, KING)
    apply(crm, planned)
    assert (existing(crm, contact_id).card, existing(crm, contact_id).trashed) == (KING, True)
    assert states(crm) == {"s1": LinkState.GONE}


def test_a_contact_deleted_on_both_sides_keeps_no_link_by_which_it_could_come_back(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    planned = delete(crm, contact_id)
    crm.trash(contact_id)
    apply(crm, planned)
    assert existing(crm, contact_id).trashed
    assert [(line.event, line.by) for line in crm.past(contact_id)[1:]] == [("trashed", "person")]
    assert crm.links() == []


def test_a_contact_purged_meanwhile_is_not_deleted_again(crm: Crm) -> None:
    first, second = imported(crm, person("s1"), person("s2"))
    planned = [delete(crm, first), delete(crm, second)]
    crm.trash(first)
    crm.purge(first)
    apply(crm, *planned)
    assert existing(crm, second).trashed
    assert states(crm) == {"s2": LinkState.GONE}


def test_a_deletion_planned_before_a_person_answered_is_planned_anew(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    planned = delete(crm, contact_id)
    crm.use_ours(contact_id, renamed(ADA, given="Augusta"))
    apply(crm, planned)
    assert not existing(crm, contact_id).trashed
    assert states(crm) == {"s1": LinkState.LIVE}
    assert crm.deferred()["s1"].reason is Reason.STALE


@pytest.mark.parametrize("state", [LinkState.PAUSED, LinkState.SEVERED])
def test_a_contact_paused_or_unlinked_meanwhile_stays(crm: Crm, state: LinkState) -> None:
    (contact_id,) = imported(crm, person("s1"))
    planned = delete(crm, contact_id)
    (crm.pause if state is LinkState.PAUSED else crm.unlink)(contact_id)
    apply(crm, planned)
    assert not existing(crm, contact_id).trashed
    assert states(crm) == {"s1": state}


def test_a_settled_link_alone_moves(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    crm.edit(contact_id, KING)
    link = link_to(crm, "s1")
    moved = replace(
        link,
        resource_name="people/renamed", etag="e7", updated_at=link.updated_at + timedelta(seconds=1), hidden=True,
        local_base=None, remote_base=None, changed_here=False, state=LinkState.GONE,
    )  # fmt: skip
    apply(crm, Settle(moved))
    found = link_to(crm, "s1")
    assert (found.resource_name, found.etag, found.updated_at) == ("people/renamed", "e7", moved.updated_at)
    assert found.hidden
    assert (found.state, found.local_base, found.changed_here) == (LinkState.LIVE, ADA, True)
    assert existing(crm, contact_id).card == KING


def test_settling_a_link_that_ended_meanwhile_does_nothing(crm: Crm) -> None:
    imported(crm, person("s1"))
    link = link_to(crm, "s1")
    apply(crm, Detach(link))
    assert apply(crm, Settle(replace(link, etag="e2")), Wake(link)) == frozenset()
    assert crm.links() == []


def test_a_settled_link_that_would_be_another_persons_stands_alone(crm: Crm) -> None:
    imported(crm, person("s1"), person("s2"))
    renumbered = replace(link_to(crm, "s1"), source_id="s2")
    apply(crm, Settle(renumbered), Settle(replace(link_to(crm, "s2"), etag="e2")))
    assert sorted((link.source_id, link.etag) for link in crm.links()) == [("s1", "e1"), ("s2", "e2")]


@pytest.mark.parametrize("is_severed", [False, True])
def test_a_link_that_wakes_has_something_to_carry_and_is_read_again(crm: Crm, *, is_severed: bool) -> None:
    (contact_id,) = imported(crm, person("s1"))
    (crm.unlink if is_severed else crm.pause)(contact_id)
    apply(crm, Wake(link_to(crm, "s1")))
    link = link_to(crm, "s1")
    base = None if is_severed else ADA
    assert (link.state, link.changed_here) == (LinkState.LIVE, True)
    assert (link.local_base, link.remote_base) == (base, base)
    assert crm.deferred()["s1"].reason is Reason.STALE


def test_what_does_not_sleep_does_not_wake(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    crm.pause(contact_id)
    planned = Wake(link_to(crm, "s1"))
    crm.trash(contact_id)
    apply(crm, planned)
    assert states(crm) == {"s1": LinkState.TOMBSTONE}
    assert crm.deferred() == {}


def test_a_link_that_ends_leaves_its_contact_and_takes_its_open_item_along(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    done(crm.repository.defer([waiting(link_to(crm, "s1"), crm.now())]))
    apply(crm, Detach(link_to(crm, "s1")))
    assert (crm.links(), crm.deferred()) == ([], {})
    assert existing(crm, contact_id).card == ADA


def test_a_link_does_not_end_once_its_contact_was_restored(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    crm.trash(contact_id)
    planned = Detach(link_to(crm, "s1"))
    crm.restore(contact_id)
    apply(crm, planned)
    assert states(crm) == {"s1": LinkState.LIVE}
    assert "s1" in crm.deferred()


# Wait, Close


def test_an_item_that_was_read_is_closed_unless_it_waits_again(crm: Crm) -> None:
    now = crm.now()
    first, second = (Deferred(key, f"people/{key}", Reason.STALE, now) for key in ("s1", "s2"))
    done(crm.repository.defer([first, second]))
    later = replace(second, due_at=now + timedelta(minutes=1), tries=1)
    apply(crm, Close(first), Close(second), Wait(later))
    assert crm.deferred() == {"s2": later}


def test_a_read_item_closes_none_that_was_opened_since(crm: Crm) -> None:
    now = crm.now()
    read = Deferred("s1", "people/s1", Reason.STALE, now)
    since = replace(read, reason=Reason.WAIT, due_at=now + timedelta(seconds=1))
    done(crm.repository.defer([read]))
    done(crm.repository.defer([since]))
    apply(crm, Close(read))
    assert crm.deferred() == {"s1": since}


# all together


def test_a_whole_plan_is_applied_at_once(crm: Crm) -> None:
    merged, deleted = imported(crm, person("s1"), person("s2"))
    filled = crm.create(GRACE)
    apply(
        crm,
        Import(person("s3", with_emails(ADA, "x@example.org"))),
        merge(crm, merged, changed(person("s1"), KING), KING),
        fill(existing(crm, filled), person("s4", GRACE)),
        Wait(Deferred("s5", "people/s5", Reason.WAIT, crm.now())),
        delete(crm, deleted),
    )
    assert states(crm) == {"s1": LinkState.LIVE, "s2": LinkState.GONE, "s3": LinkState.LIVE, "s4": LinkState.LIVE}
    assert [existing(crm, each).trashed for each in (merged, deleted, filled)] == [False, True, False]
    assert list(crm.deferred()) == ["s5"]


def test_nothing_at_all_is_no_harm(crm: Crm) -> None:
    before = crm.snapshot()
    assert apply(crm) == frozenset()
    assert crm.snapshot() == before


def test_what_a_plan_shows_is_not_done(crm: Crm) -> None:
    merged, deleted = imported(crm, person("s1"), person("s2"))
    before = (crm.contacts(), crm.links(), crm.deferred())
    actions = [
        Import(person("s3")),
        merge(crm, merged, changed(person("s1"), KING), KING),
        delete(crm, deleted),
        Wait(Deferred("s5", "people/s5", Reason.WAIT, crm.now())),
    ]
    done(crm.repository.show(actions, [], "token-1"))
    assert (crm.contacts(), crm.links(), crm.deferred()) == before


# What the brake holds back


def test_what_is_held_back_stays_so_whatever_else_is_met_of_it(crm: Crm) -> None:
    """A person answers, not a later run: neither one that can't read the person, nor one that finds it changed."""
    (contact_id,) = imported(crm, person("s1"))
    link = link_to(crm, "s1")
    apply(crm, Hold(delete(crm, contact_id)))
    apply(crm, Wait(waiting(link, crm.now(), Reason.REFUSED)))
    done(crm.repository.defer([waiting(link, crm.now(), Reason.STALE)]))
    assert crm.deferred()["s1"].reason is Reason.HELD
    assert done(crm.repository.held(["s1"])) == {"s1"}
