"""The Repository port: creates are journalled before they go out; one without an answer is looked for later."""

from dataclasses import replace

import pytest

from contactsync.actions import Receipt, Result
from contactsync.records import LinkState, Reason
from contactsync.writes import Draft
from tests.contract.contactsync.crm import (
    ADA,
    GRACE,
    Crm,
    created,
    delete,
    done,
    existing,
    imported,
    link_of,
    link_to,
    person,
    renamed,
    states,
    waiting,
)


def pushed(crm: Crm, *contact_ids: str, token: str | None = "token-1") -> None:
    """Creates of these contacts have gone out."""
    drafts = [Draft(contact_id, existing(crm, contact_id).card) for contact_id in contact_ids]
    done(crm.repository.send_creates(drafts, token))


def test_a_create_is_kept_with_the_token_that_was_valid_when_it_went_out(crm: Crm) -> None:
    first, second = crm.create(ADA), crm.create(GRACE)
    pushed(crm, first)
    pushed(crm, second, token=None)
    crm.next_run()
    doubtful = done(crm.repository.doubtful_creates())
    assert [(item.contact_id, item.card, item.token) for item in doubtful] == [
        (first, ADA, "token-1"),
        (second, GRACE, None),
    ]
    assert all(item.sent_at <= crm.now() for item in doubtful)
    assert len({item.operation_id for item in doubtful}) == 2


def test_an_answered_create_makes_a_link_in_step(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    pushed(crm, contact_id)
    done(crm.repository.settle_creates([created(crm, existing(crm, contact_id), person("s1"))], [], []))
    link = link_to(crm, "s1")
    assert (link.contact_id, link.state, link.changed_here) == (contact_id, LinkState.LIVE, False)
    assert (link.local_base, link.remote_base, link.etag) == (ADA, ADA, "e1")
    assert link.written_at is not None
    assert list(done(crm.repository.doubtful_creates())) == []
    assert crm.receipts()[contact_id][0] == "created"
    assert existing(crm, contact_id).card_revision == 1


def test_a_contact_edited_meanwhile_has_something_to_carry(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    pushed(crm, contact_id)
    joined = created(crm, existing(crm, contact_id), person("s1"))
    crm.edit(contact_id, renamed(ADA, given="Augusta"))
    done(crm.repository.settle_creates([joined], [], []))
    link = link_to(crm, "s1")
    assert (link.changed_here, link.local_base) == (True, ADA)


def test_a_contact_deleted_here_meanwhile_has_a_tombstone_for_its_person(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    pushed(crm, contact_id)
    joined = created(crm, existing(crm, contact_id), person("s1"))
    crm.trash(contact_id)
    done(crm.repository.settle_creates([joined], [], []))
    link = link_to(crm, "s1")
    assert (link.contact_id, link.state, link.changed_here) == (contact_id, LinkState.TOMBSTONE, False)
    assert existing(crm, contact_id).trashed


def test_a_contact_purged_meanwhile_leaves_a_tombstone_without_values(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    pushed(crm, contact_id)
    joined = created(crm, existing(crm, contact_id), person("s1"))
    crm.trash(contact_id)
    crm.purge(contact_id)
    done(crm.repository.settle_creates([joined], [], []))
    link = link_to(crm, "s1")
    assert (link.contact_id, link.state) == (None, LinkState.TOMBSTONE)
    assert (link.local_base, link.remote_base, link.changed_here) == (None, None, False)


def test_a_created_person_takes_the_place_of_one_that_is_gone(crm: Crm) -> None:
    (contact_id,) = imported(crm, person("s1"))
    done(crm.repository.apply([delete(crm, contact_id)]))
    crm.restore(contact_id)
    pushed(crm, contact_id)
    old = link_of(crm, contact_id)
    assert old is not None
    joined = created(crm, existing(crm, contact_id), person("s2"))
    done(crm.repository.settle_creates([replace(joined, link=replace(joined.link, id=old.id))], [], []))
    assert states(crm) == {"s2": LinkState.LIVE}


def test_a_person_that_holds_more_than_was_sent_is_read_again(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    pushed(crm, contact_id)
    joined = created(crm, existing(crm, contact_id), person("s1"))
    again = waiting(joined.link, crm.now(), Reason.STALE)
    done(crm.repository.settle_creates([joined], [], [again]))
    assert crm.deferred() == {"s1": again}


def test_a_create_without_an_answer_stays_in_doubt(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    pushed(crm, contact_id)
    done(crm.repository.settle_creates([], [Receipt(contact_id, Result.WAITING, "no answer came")], []))
    (doubtful,) = done(crm.repository.doubtful_creates())
    assert doubtful.contact_id == contact_id


def test_a_refused_create_is_over_and_says_why(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    pushed(crm, contact_id)
    done(crm.repository.settle_creates([], [Receipt(contact_id, Result.FAILED, "Too long.")], []))
    assert list(done(crm.repository.doubtful_creates())) == []
    assert crm.receipts()[contact_id] == ("failed", "Too long.")
    assert crm.links() == []


def test_a_create_that_was_not_done_can_be_sent_again(crm: Crm) -> None:
    first, second = crm.create(ADA), crm.create(GRACE)
    pushed(crm, first, second)
    of_first, of_second = done(crm.repository.doubtful_creates())
    done(crm.repository.drop_creates([of_first.operation_id], "nothing came of it"))
    assert list(done(crm.repository.doubtful_creates())) == [of_second]
    done(crm.repository.drop_creates([], "nothing came of it"))
    pushed(crm, first)
    assert {item.contact_id for item in done(crm.repository.doubtful_creates())} == {first, second}


def test_the_outcome_of_one_create_says_nothing_of_another(crm: Crm) -> None:
    made, failed, lost = (crm.create(renamed(ADA, given=given)) for given in ("Ada", "Ida", "Eda"))
    pushed(crm, made, failed, lost)
    done(
        crm.repository.settle_creates(
            [created(crm, existing(crm, made), person("s1"))],
            [Receipt(failed, Result.FAILED, "Too long."), Receipt(lost, Result.WAITING, "no answer came")],
            [],
        )
    )
    assert [item.contact_id for item in done(crm.repository.doubtful_creates())] == [lost]
    assert states(crm) == {"s1": LinkState.LIVE}


def test_creates_whose_person_is_linked_already_are_settled_all_or_not_at_all(crm: Crm) -> None:
    imported(crm, person("s1"))
    first, second = crm.create(ADA), crm.create(GRACE)
    pushed(crm, first, second)
    before = crm.snapshot()
    joins = [created(crm, existing(crm, first), person("s2")), created(crm, existing(crm, second), person("s1"))]
    with pytest.raises(Exception, match=r"linked twice|link_person_once"):
        done(crm.repository.settle_creates(joins, [], []))
    assert crm.snapshot() == before


# record


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (Result.SKIPPED, "nothing to send"),
        (Result.FAILED, "in the trash: restore it first"),
        (Result.UNCHANGED, ""),
        (Result.LINKED, "same e-mail"),
    ],
)
def test_a_contact_for_which_nothing_is_sent_has_a_receipt(crm: Crm, result: Result, reason: str) -> None:
    contact_id = crm.create(ADA)
    done(crm.repository.record([Receipt(contact_id, result, reason)]))
    assert crm.receipts()[contact_id] == (result.value, reason)


def test_possible_duplicates_of_a_push_are_listed_once_a_pair_and_only_the_owners(crm: Crm) -> None:
    first, second, bobs = crm.create(ADA), crm.create(ADA), crm.bob_creates(ADA)
    done(crm.repository.record([], [(first, second, "same e-mail"), (first, bobs, "same e-mail")]))
    done(crm.repository.record([], [(second, first, "same phone"), (first, "nobody", "same phone")]))
    done(crm.repository.record([]))
    assert crm.duplicates() == {frozenset((first, second)): "same e-mail"}


def test_what_creates_have_sent_is_known_as_long_as_the_journal_holds_it(crm: Crm) -> None:
    ada, grace = crm.create(ADA), crm.create(GRACE)
    pushed(crm, ada)
    pushed(crm, ada)
    assert dict(done(crm.repository.sent_cards([ada, grace]))) in ({ada: (ADA, ADA)}, {ada: (ADA, ADA), grace: ()})


def test_a_create_that_is_sent_again_takes_the_place_of_the_one_in_doubt(crm: Crm) -> None:
    contact_id = crm.create(ADA)
    pushed(crm, contact_id)
    pushed(crm, contact_id, token="token-2")
    assert [item.token for item in done(crm.repository.doubtful_creates())] == ["token-2"]
