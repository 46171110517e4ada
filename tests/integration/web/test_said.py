"""The pages in another language: what is stored in English is said in it, and programs still get the English."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from contactsync.records import LinkState
from tandem.contacts.models import Actor, Contact, Status
from tandem.contacts.services import trash_contacts
from tandem.googlesync.bulk_runs import run_bulk
from tandem.googlesync.deeds import Deed, DeedName
from tandem.googlesync.models import (
    Account,
    Link,
    Operation,
    OperationState,
    PossibleDuplicate,
    Run,
    RunKind,
    RunState,
    Side,
    Trigger,
)
from tests.catalogues import write_catalogue
from tests.factories import make_contact
from tests.integration.web.conftest import Visitor

GERMAN = {
    "same e-mail": "gleiche E-Mail",
    "already in Google as %(name)s": "schon als %(name)s in Google",
    "added %(hashtags)s": "%(hashtags)s ergänzt",
    "Deleted here": "Hier gelöscht",
    "Google can't be reached.": "Google ist nicht zu erreichen.",
    "Try again later; runs try again by themselves.": "Später geht es von selbst weiter.",
    "Contact sync is switched off.": "Der Abgleich ist ausgeschaltet.",
    "Nothing was sent.": "Nichts wurde gesandt.",
    "Switch it on in the Google settings.": "Schalte ihn in den Einstellungen ein.",
    "Give one word, without blanks and commas.": "Ein Wort ohne Leerzeichen und Kommas.",
    "Give an e-mail address: something, one @, something.": "Eine Adresse mit einem @ darin.",
    "Linked on %(day)s (%(how)s): every run carries changes both ways.": "Verbunden am %(day)s (%(how)s).",
    "Prospect": "Aussicht",
    "never": "nie",
    "May": "Mai",
}


@pytest.fixture(autouse=True)
def german(tmp_path: Path, settings: Settings) -> None:
    write_catalogue(tmp_path, "de", GERMAN)
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGE_CODE = "de"


def run_of(account: Account, **columns: object) -> Run:
    known = {"owner": account.user, "account": account, "kind": RunKind.PUSH, "trigger": Trigger.PERSON}
    moments = {"created_at": timezone.now(), "finished_at": timezone.now()}
    return Run.objects.create(**known | moments | columns)


def link_of(account: Account, contact: Contact) -> Link:
    names = {"source_id": "a", "resource_name": "people/a", "why": "linked: same e-mail"}
    moments = dict.fromkeys(("person_updated_at", "linked_at", "synced_at"), timezone.now())
    return Link.objects.create(account=account, contact=contact, state=LinkState.LIVE.value, **names, **moments)


def test_reason_of_a_receipt(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    run = run_of(account, state=RunState.DONE)
    row = Operation.objects.create(
        run=run, account=account, contact_id=contact.id, side=Side.GOOGLE, action="create", state=OperationState.DONE,
        outcome="skipped", reason="already in Google as Ada <King>", at=timezone.now(),
    )  # fmt: skip
    assert "schon als Ada &lt;King&gt; in Google" in alice.text(reverse("run", args=[run.id]))
    assert "Schon als Ada &lt;King&gt; in Google" in alice.text(reverse("contact", args=[contact.id]))
    row.refresh_from_db()
    assert row.reason == "already in Google as Ada <King>"
    stored = alice.get(f"/api/v1/runs/{run.id}/operations").json()
    assert stored["items"][0]["reason"] == "already in Google as Ada <King>"


def test_what_stopped_a_run(alice: Visitor, account: Account) -> None:
    error = {"error_detail": "Google can't be reached.", "error_mend": "Try again later; runs try again by themselves."}
    run = run_of(account, state=RunState.FAILED, error_code="unreachable", **error)
    text = alice.text(reverse("run", args=[run.id]))
    assert "Google ist nicht zu erreichen." in text
    assert "Später geht es von selbst weiter." in text
    assert "Google ist nicht zu erreichen." in alice.text(reverse("runs"))
    Account.objects.filter(id=account.id).update(error_code="unreachable", **error)
    assert "Google ist nicht zu erreichen." in alice.text(reverse("google"))


def test_why_a_contact_is_in_the_trash(alice: Visitor) -> None:
    contact = make_contact(alice.user)
    trash_contacts(owner_id=alice.user.pk, contact_ids=[contact.id], actor=Actor.PERSON)
    contact.refresh_from_db()
    assert contact.trashed_because == "Deleted here"
    assert "Hier gelöscht" in alice.text(reverse("trash"))
    assert alice.text(reverse("contact", args=[contact.id])).count("Hier gelöscht") == 2  # above it, and its timeline


def test_how_a_contact_was_linked(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    link_of(account, contact)
    assert "(gleiche E-Mail)." in alice.text(reverse("contact", args=[contact.id]))
    state = alice.get(f"/api/v1/contacts/{contact.id}").json()["google"][0]
    assert "(same e-mail): every run carries changes both ways." in state["why"]


def test_bulk_deed_is_stored_in_english(alice: Visitor) -> None:
    contact = make_contact(alice.user)
    deed = Deed(DeedName.ADD_HASHTAGS, ("vip",))
    run = run_bulk(user=alice.user, contact_ids=[contact.id], deed=deed, trigger=Trigger.PERSON)
    assert run.operations.get().reason == "added #vip"
    assert "#vip ergänzt" in alice.text(reverse("run", args=[run.id]))
    run = run_bulk(
        user=alice.user, contact_ids=[contact.id], deed=Deed(DeedName.STATUS, ("prospect",)), trigger="person"
    )
    assert run.operations.get().reason == "status: Prospect"
    assert "status: Aussicht" in alice.text(reverse("run", args=[run.id]))


def test_why_two_may_be_one(alice: Visitor) -> None:
    first, second = make_contact(alice.user), make_contact(alice.user)
    PossibleDuplicate.objects.create(
        owner=alice.user, first=first, second=second, evidence="same e-mail", found_at=timezone.now()
    )
    assert "Gleiche E-Mail" in alice.text(reverse("duplicates"))


def test_why_nothing_was_begun(alice: Visitor, account: Account) -> None:
    Account.objects.filter(id=account.id).update(contact_sync=False)
    contact = make_contact(alice.user)
    answer = alice.post(reverse("contact_sync", args=[contact.id]), follow=True).content.decode()
    assert "Der Abgleich ist ausgeschaltet. Nichts wurde gesandt. Schalte ihn in den Einstellungen ein." in answer


def test_what_is_wrong_with_an_input(alice: Visitor) -> None:
    filled = {"name.given": "Ada", "status": "sphere", "emails.0.value": "nobody", "hashtags": "x" * 3}
    answer = alice.post(reverse("contact_new"), filled)
    assert answer.status_code == 422
    assert "Eine Adresse mit einem @ darin." in answer.content.decode()


def test_statuses_months_and_what_never_was(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    values = {"status": Status.PROSPECT, "birthday_month": 5, "birthday_day": 3}
    Contact.objects.filter(id=contact.id).update(**values)
    Account.objects.filter(id=account.id).update(last_success_at=None)
    text = alice.text(reverse("contact", args=[contact.id]))
    assert ">Aussicht<" in text
    assert "3 Mai" in text
    assert ">Aussicht<" in alice.text(reverse("contacts"))
