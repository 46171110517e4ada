"""'More Actions': what is done with several contacts says how many, is a run with receipts, and can be undone."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from tandem.contacts import services
from tandem.contacts.models import Actor, Contact, Status
from tandem.googlesync.bulk_jobs import begin, do_part
from tandem.googlesync.bulk_runs import AT_ONCE, run_bulk
from tandem.googlesync.deeds import Deed, DeedName
from tandem.googlesync.models import Run, RunKind, RunState, Trigger
from tests.factories import make_contact, make_many
from tests.integration.web.conftest import Visitor


@pytest.fixture
def two(alice: Visitor) -> list[Contact]:
    return [make_contact(alice.user, name={"given": given}, hashtags=["vip"]) for given in ("Ada", "Grace")]


def act(visitor: Visitor, action: str, contacts: list[Contact], **form: str) -> Run:
    """Do it to the ticked contacts; its run."""
    ticked = {"contact": [str(contact.id) for contact in contacts]}
    answer = visitor.post(reverse("contacts_act"), {"action": action, **ticked, **form})
    assert answer.status_code == 302
    return visitor.user.runs.latest("id")


def undo(visitor: Visitor, run_id: UUID) -> str:
    """Press 'Undo'; what the list says then."""
    answer = visitor.post(reverse("contacts_undo", args=[run_id]), follow=True)
    return answer.content.decode()


def values(contacts: list[Contact]) -> list[tuple[str, list[str], bool]]:
    fresh = Contact.objects.in_bulk([contact.id for contact in contacts])
    return [(fresh[each.id].status, fresh[each.id].hashtags, fresh[each.id].trashed_at is None) for each in contacts]


@pytest.mark.parametrize(
    ("action", "form", "after", "words"),
    [
        ("status:client", {}, ("client", ["vip"], True), "2 contacts are now Client."),
        (
            "hashtag",
            {"new_hashtag": "#openhouse"},
            ("sphere", ["vip", "openhouse"], True),
            "2 contacts got #openhouse.",
        ),
        (
            "hashtag",
            {"new_hashtag": "open house"},
            ("sphere", ["vip", "open", "house"], True),
            "2 contacts got #open #house.",
        ),
        ("remove_hashtag", {"new_hashtag": "vip"}, ("sphere", [], True), "2 contacts lost #vip."),
        ("trash", {}, ("sphere", ["vip"], False), "2 contacts are in the trash."),
    ],
)
def test_bulk_action_says_how_many_keeps_receipts_and_can_be_undone(
    alice: Visitor,
    two: list[Contact],
    action: str,
    form: dict[str, str],
    after: tuple[str, list[str], bool],
    words: str,
) -> None:
    before = values(two)
    run = act(alice, action, two, **form)
    assert values(two) == [after, after]
    assert (run.kind, run.state, run.account, len(run.scope or [])) == (RunKind.BULK, RunState.DONE, None, 2)
    assert words in alice.text("/")
    assert words not in alice.text("/"), "the toast is offered once"
    receipts = alice.text(reverse("run", args=[run.id]))
    assert "Ada" in receipts
    assert "Grace" in receipts
    assert "2 contacts are as they were." in undo(alice, run.id)
    assert values(two) == before
    assert run.undone_by.get().state == RunState.DONE


def test_what_was_changed_since_stays_and_is_counted(alice: Visitor, two: list[Contact]) -> None:
    run = act(alice, "status:client", two)
    services.set_status(owner_id=alice.user.pk, contact_ids=[two[0].id], status=Status.CLOSED, actor=Actor.PERSON)
    assert "1 contact is as it was. 1 was changed since and stays as it is." in undo(alice, run.id)
    assert [each[0] for each in values(two)] == ["closed", "sphere"]


def test_contact_restored_and_deleted_again_stays_in_the_trash(alice: Visitor, two: list[Contact]) -> None:
    run = act(alice, "trash", two)
    owner_id, ids = alice.user.pk, [two[0].id]
    services.restore_contacts(owner_id=owner_id, contact_ids=ids, actor=Actor.PERSON)
    services.trash_contacts(owner_id=owner_id, contact_ids=ids, actor=Actor.PERSON)
    undo(alice, run.id)
    assert [each[2] for each in values(two)] == [False, True]


def test_undo_is_done_once_and_can_itself_be_undone(alice: Visitor, two: list[Contact]) -> None:
    run = act(alice, "status:client", two)
    undo(alice, run.id)
    assert "undone already" in undo(alice, run.id)
    undo(alice, run.undone_by.get().id)
    assert [each[0] for each in values(two)] == ["client", "client"]


def test_bulk_action_of_a_worker_can_be_stopped_on_its_page(alice: Visitor) -> None:
    chosen = make_many(alice.user, AT_ONCE + 1)
    run = run_bulk(user=alice.user, contact_ids=chosen, deed=Deed(DeedName.TRASH), trigger=Trigger.PERSON)
    assert reverse("run_stop", args=[run.id]) in alice.text(reverse("run", args=[run.id]))
    page = alice.post(reverse("run_stop", args=[run.id]), follow=True).content.decode()
    assert "You stopped it." in page
    assert "Stopped</span>" in page
    assert reverse("run_stop", args=[run.id]) not in page


def test_undo_of_the_runs_page_takes_a_bulk_action_back(alice: Visitor, two: list[Contact]) -> None:
    run = act(alice, "status:client", two)
    alice.post(reverse("run_undo", args=[run.id]))
    assert [each[0] for each in values(two)] == ["sphere", "sphere"]


def test_run_of_another_user_cannot_be_undone(alice: Visitor, charlie: Visitor, two: list[Contact]) -> None:
    run = act(alice, "trash", two)
    assert charlie.post(reverse("contacts_undo", args=[run.id])).status_code == 404


def test_old_run_is_refused_with_a_reason(alice: Visitor, two: list[Contact]) -> None:
    run = act(alice, "trash", two)
    Run.objects.filter(id=run.id).update(created_at=timezone.now() - timedelta(days=91))
    assert "older than 90 days" in undo(alice, run.id)


def test_all_that_match_are_those_of_the_filters(alice: Visitor, two: list[Contact]) -> None:
    services.set_status(owner_id=alice.user.pk, contact_ids=[two[0].id], status=Status.CLOSED, actor=Actor.PERSON)
    act(alice, "status:client", [], everything="1", status="closed")
    assert [each[0] for each in values(two)] == ["client", "sphere"]


def test_restoring_several_from_the_trash_of_the_list(alice: Visitor, two: list[Contact]) -> None:
    act(alice, "trash", two)
    run = act(alice, "restore", two, where="trash")
    assert [each[2] for each in values(two)] == [True, True]
    undo(alice, run.id)
    assert [each[2] for each in values(two)] == [False, False]


def test_export_holds_the_ticked_contacts_alone(alice: Visitor, two: list[Contact]) -> None:
    answer = alice.post(reverse("contacts_act"), {"action": "export:vcard", "contact": str(two[0].id)})
    text = b"".join(answer.streaming_content).decode()
    assert "Ada" in text
    assert "Grace" not in text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"action": "trash"}, "Tick the contacts first"),
        ({"action": "nonsense", "everything": "1"}, "Choose what to do"),
        ({"action": "status:nonsense", "everything": "1"}, "Choose a status."),
        ({"action": "hashtag", "everything": "1", "new_hashtag": " # "}, "Type a hashtag."),
    ],
)
def test_unclear_form_does_nothing_and_says_why(
    alice: Visitor, two: list[Contact], form: dict[str, str], words: str
) -> None:
    before = values(two)
    answer = alice.post(reverse("contacts_act"), form, follow=True)
    assert words in answer.content.decode()
    assert values(two) == before
    assert not alice.user.runs.exists()


def test_action_that_changes_nobody_says_so(alice: Visitor, two: list[Contact]) -> None:
    act(alice, "status:client", two)
    act(alice, "status:client", two)
    text = alice.text("/")
    assert "Nothing was changed: all of them were so already." in text
    assert "Undo" not in text


def test_more_than_five_hundred_are_a_run_with_progress_that_ends_with_receipts_and_undo(alice: Visitor) -> None:
    make_many(alice.user, AT_ONCE + 1)
    answer = alice.post(reverse("contacts_act"), {"action": "status:client", "everything": "1"})
    run = alice.user.runs.get()
    place = reverse("run", args=[run.id])
    assert answer["Location"] == place
    assert run.state == RunState.QUEUED
    waiting = alice.text(place)
    assert "0 of 501 contacts" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    contact_ids = begin(run.id)
    do_part(run.id, contact_ids)
    assert "500 of 501 contacts" in alice.get(place, headers={"hx-request": "true"}).content.decode()
    do_part(run.id, contact_ids)
    ended = alice.text(place)
    assert "Here: 501 updated." in ended
    assert "status: Client" in ended
    assert 'hx-trigger="every 1s"' not in ended
    assert reverse("run_undo", args=[run.id]) in ended


def test_undo_of_many_leads_to_its_progress(alice: Visitor) -> None:
    make_many(alice.user, AT_ONCE + 1)
    alice.post(reverse("contacts_act"), {"action": "trash", "everything": "1"})
    run = alice.user.runs.get()
    contact_ids = begin(run.id)
    while do_part(run.id, contact_ids):
        pass
    answer = alice.post(reverse("contacts_undo", args=[run.id]))
    undone = run.undone_by.get()
    assert answer["Location"] == reverse("run", args=[undone.id])
    assert "0 of 501 contacts" in alice.text(answer["Location"])


def test_who_left_the_page_is_told_when_a_run_of_many_ends(alice: Visitor) -> None:
    make_many(alice.user, AT_ONCE + 1)
    alice.post(reverse("contacts_act"), {"action": "trash", "everything": "1"})
    run = alice.user.runs.get()
    contact_ids = begin(run.id)
    while do_part(run.id, contact_ids):
        pass
    assert "Bulk change: done. Here: 501 moved to trash." in alice.text("/")


def test_refused_hashtag_for_many_begins_nothing(alice: Visitor) -> None:
    make_many(alice.user, AT_ONCE + 1)
    form = {"action": "hashtag", "new_hashtag": "x" * 500, "everything": "1"}
    assert "Undo" not in alice.post(reverse("contacts_act"), form, follow=True).content.decode()
    assert not alice.user.runs.exists()
