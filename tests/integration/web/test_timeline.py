"""The timeline of a contact: which run, which side, old and new, and why; no value twice."""

from django.urls import reverse
from django.utils import timezone

from tandem.contacts import services
from tandem.contacts.models import Actor, Contact, Status
from tandem.googlesync import links
from tandem.googlesync.bulk_runs import run_bulk
from tandem.googlesync.deeds import Deed, DeedName
from tandem.googlesync.merging import merge_contacts
from tandem.googlesync.models import Account, Conflict, ConflictKind, Operation, Run, RunKind, RunState, Trigger
from tandem.googlesync.undo import undo
from tests.factories import make_contact
from tests.integration.web.conftest import Visitor, link


def timeline(visitor: Visitor, contact: Contact) -> str:
    text = visitor.text(reverse("contact", args=[contact.id]))
    return " ".join(text.split('id="timeline"')[1].split())


def make_run(account: Account, kind: RunKind) -> Run:
    return Run.objects.create(
        owner=account.user, account=account, kind=kind, trigger=Trigger.SCHEDULE, state=RunState.DONE,
        created_at=timezone.now(),
    )  # fmt: skip


def note(run: Run, contact: Contact, **columns: object) -> Operation:
    usual: dict[str, object] = {"side": "google", "action": "update", "state": "done", "outcome": "updated"}
    return Operation.objects.create(
        run=run, account=run.account, contact_id=contact.id, at=timezone.now(), **{**usual, **columns}
    )


def test_what_a_sync_did_here_is_one_entry_with_its_run_and_why(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    run = make_run(account, RunKind.SYNC)
    services.change_contact(
        owner_id=alice.user.pk, contact_id=contact.id, patch={"name": {"given": "Augusta"}}, actor=Actor.SYNC,
        cause=run.id,
    )  # fmt: skip
    note(run, contact, side="tandem", reason="changed in Google")
    text = timeline(alice, contact)
    assert text.count("<ins>Augusta Lovelace</ins>") == 1
    assert text.count("Changed in Google") == 1
    assert text.count(reverse("run", args=[run.id])) == 1
    assert "Sync, by the clock" in text


def test_what_was_written_to_google_stands_with_old_and_new(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    run = make_run(account, RunKind.PUSH)
    old, new = [{"value": "1", "label": ""}], [{"value": "2", "label": ""}]
    note(run, contact, reason="changed here", changes=[{"field": "phones", "before": old, "after": new}])
    text = timeline(alice, contact)
    assert "<strong>Changed in Google</strong>" in text
    assert "<del>1</del>" in text
    assert "<ins>2</ins>" in text
    assert "Push to Google, by the clock" in text


def test_refusal_is_told_and_what_was_only_planned_is_not(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    note(make_run(account, RunKind.PUSH), contact, state="failed", outcome="failed", reason="Google says no")
    note(make_run(account, RunKind.PLAN), contact, state="planned", reason="only planned")
    text = timeline(alice, contact)
    assert "Google refused it" in text
    assert "Google says no" in text
    assert "only planned" not in text.lower()


def test_bulk_change_and_its_undo_lead_to_their_runs(alice: Visitor) -> None:
    contact = make_contact(alice.user)
    deed = Deed(DeedName.STATUS, (Status.CLIENT.value,))
    run = run_bulk(user=alice.user, contact_ids=[contact.id], deed=deed, trigger=Trigger.PERSON)
    back = undo(user=alice.user, run=run, trigger=Trigger.PERSON)
    text = timeline(alice, contact)
    assert "Bulk change, you asked for it" in text
    assert "Undo, you asked for it" in text
    assert reverse("run", args=[run.id]) in text
    assert reverse("run", args=[back.id]) in text
    assert "Status: Client" in text


def test_merge_says_so_on_both(alice: Visitor) -> None:
    ada = make_contact(alice.user)
    other = make_contact(alice.user, name={"given": "Augusta"}, notes="Second.")
    run = merge_contacts(owner=alice.user, primary=ada.id, others=[other.id], values={}, actor=Actor.PERSON)
    for contact in (ada, other):
        assert reverse("run", args=[run.id]) in timeline(alice, contact)
    assert "Merged into Ada Lovelace" in timeline(alice, other)
    assert "Merged here" in timeline(alice, ada)


def test_pause_and_unlink_stand_there_with_who_did_it(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    link(account, contact)
    links.pause(user=alice.user, contact_id=contact.id)
    links.unlink(user=alice.user, contact_id=contact.id, actor=Actor.API)
    text = timeline(alice, contact)
    assert "<strong>Syncing paused</strong> by you" in text
    assert "<strong>Unlinked from Google</strong> by the API" in text


def test_conflict_shows_both_values_while_it_is_open(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    conflict = Conflict.objects.create(
        account=account, contact=contact, field="name", kind=ConflictKind.OPEN, local={"given": "Here"},
        remote={"given": "There"}, found_at=timezone.now(),
    )  # fmt: skip
    text = timeline(alice, contact)
    assert "Conflict: Name" in text
    assert "Here" in text
    assert "There" in text
    Conflict.objects.filter(id=conflict.id).update(closed_at=timezone.now())
    assert "It is decided." in timeline(alice, contact)


def test_runs_of_another_user_stay_unseen(alice: Visitor, charlie: Visitor, account: Account) -> None:
    contact = make_contact(charlie.user)
    note(make_run(account, RunKind.PUSH), contact, reason="of another")
    assert "of another" not in timeline(charlie, contact).lower()
