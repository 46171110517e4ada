"""The conflicts on their page: contact by contact, narrowed by kind, suggested and answered one by one or together."""

from typing import Any
from uuid import UUID

from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from tandem.contacts.models import Contact
from tandem.googlesync.models import Account, Conflict
from tests.factories import make_contact
from tests.integration.web.conftest import Visitor, link

ADA, AUGUSTA = {"given": "Ada", "family": "Lovelace"}, {"given": "Augusta", "family": "King"}
FULLER = {"given": "Ada", "family": "Lovelace", "prefix": "Countess"}


def conflict(account: Account, contact: Contact, kind: str = "open", **columns: Any) -> Conflict:
    values = {"field": "name", "local": ADA, "remote": AUGUSTA} | columns
    return Conflict.objects.create(
        account=account, contact=contact, kind=kind, found_at=timezone.now(), run_id=None, **values
    )


def somebody(alice: Visitor, account: Account, given: str = "Ada") -> Contact:
    contact = make_contact(alice.user, name={"given": given, "family": "Lovelace"})
    link(account, contact, local_base={"name": ADA}, remote_base={"name": ADA})
    return contact


def decide(alice: Visitor, choose: str, contacts: list[Contact], shown: list[Conflict]) -> str:
    """What the page says after the answer."""
    form = {"choose": choose, "contact": [each.id for each in contacts], "shown": [each.id for each in shown]}
    response = alice.post(reverse("conflicts_decide"), form)
    assert response.status_code == 302
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def unanswered() -> set[UUID]:
    return set(Conflict.objects.filter(closed_at=None).values_list("id", flat=True))


def test_the_conflicts_of_a_contact_stand_in_one_card(alice: Visitor, account: Account) -> None:
    contact = somebody(alice, account)
    conflict(account, contact)
    conflict(account, contact, field="birthday", local={"month": 5, "day": 6}, remote={"month": 5, "day": 7})
    text = alice.text(reverse("conflicts"))
    assert text.count(f'id="of-{contact.id}"') == 1
    assert "Augusta King" in text
    assert "6 May" in text
    assert "7 May" in text


def test_conflicts_are_narrowed_by_kind_with_their_numbers(alice: Visitor, account: Account) -> None:
    asked, decided = somebody(alice, account, "Asked"), somebody(alice, account, "Decided")
    conflict(account, asked)
    conflict(account, decided, "settled", stands="google")
    text = alice.text(reverse("conflicts"), kind="settled")
    assert "Decided Lovelace" in text
    assert "Asked Lovelace" not in text
    assert 'All <span class="muted">2</span>' in text
    assert 'Your choice <span class="muted">1</span>' in text


def test_what_a_policy_decided_is_shown_as_a_change(alice: Visitor, account: Account) -> None:
    conflict(account, somebody(alice, account), "settled", stands="google")
    text = alice.text(reverse("conflicts"))
    assert "<del>Ada Lovelace</del>" in text
    assert "<ins>Augusta King</ins>" in text


def test_the_value_that_says_more_is_suggested_with_the_reason(alice: Visitor, account: Account) -> None:
    conflict(account, somebody(alice, account), remote=FULLER)
    text = alice.text(reverse("conflicts"))
    assert text.count("Suggested") == 1
    assert text.index("Google's for all") < text.index("Countess") < text.index("It says all that the other says")


def test_nothing_is_suggested_where_neither_says_more(alice: Visitor, account: Account) -> None:
    conflict(account, somebody(alice, account))
    text = alice.text(reverse("conflicts"))
    assert "Suggested" not in text
    assert "The suggested" not in text


def test_googles_values_are_taken_for_all_that_are_ticked(alice: Visitor, account: Account) -> None:
    contacts = [somebody(alice, account, given) for given in ("One", "Two", "Three")]
    conflicts = [conflict(account, contact) for contact in contacts]
    assert "2 answered." in decide(alice, "google", contacts[:2], conflicts)
    givens = {Contact.objects.get(id=contact.id).given for contact in contacts}
    assert givens == {"Augusta", "Three"}
    assert unanswered() == {conflicts[2].id}


def test_what_is_suggested_is_taken_and_the_rest_left(alice: Visitor, account: Account) -> None:
    contacts = [somebody(alice, account, given) for given in ("One", "Two")]
    conflicts = [conflict(account, contacts[0], remote=FULLER), conflict(account, contacts[1])]
    assert "1 answered." in decide(alice, "suggested", contacts, conflicts)
    assert Contact.objects.get(id=contacts[0].id).prefix == "Countess"
    assert unanswered() == {conflicts[1].id}


def test_seen_takes_off_the_list_what_asks_nothing_and_says_what_stays(alice: Visitor, account: Account) -> None:
    contacts = [somebody(alice, account, given) for given in ("One", "Two")]
    conflicts = [conflict(account, contacts[0], "settled", stands="google"), conflict(account, contacts[1])]
    told = decide(alice, "keep", contacts, conflicts)
    assert "1 answered. 1 takes another answer." in told
    assert unanswered() == {conflicts[1].id}
    told = decide(alice, "keep", contacts[1:], conflicts[1:])
    assert "Nothing was decided: what you ticked takes another answer." in told


def test_a_conflict_that_the_page_did_not_show_is_not_answered(alice: Visitor, account: Account) -> None:
    contact = somebody(alice, account)
    shown = conflict(account, contact)
    later = conflict(account, contact, field="birthday", local={"month": 5, "day": 6}, remote={"month": 5, "day": 7})
    decide(alice, "google", [contact], [shown])
    assert unanswered() == {later.id}


def test_without_a_tick_nothing_is_answered(alice: Visitor, account: Account) -> None:
    shown = conflict(account, somebody(alice, account))
    assert "tick the contacts first" in decide(alice, "google", [], [shown])
    assert unanswered() == {shown.id}


def test_a_deletion_offers_both_ways_back_in_one_click(alice: Visitor, account: Account) -> None:
    contact = somebody(alice, account)
    conflict(account, contact, "deleted", field="", local=None, remote=None)
    text = alice.text(reverse("conflicts"))
    assert text.count(f'formaction="{reverse("contact_restore", args=[contact.id])}"') == 2
    assert "Restore, here alone" in text
    assert "Restore, and put back in Google" in text


def test_nobody_answers_another_users_conflicts(alice: Visitor, charlie: Visitor, account: Account) -> None:
    contact = somebody(alice, account)
    mine = conflict(account, contact)
    decide(charlie, "google", [contact], [mine])
    assert unanswered() == {mine.id}
