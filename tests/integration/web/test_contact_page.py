"""A contact's page: each field is read and changed in place, and says what Google has to do with it."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tandem.contacts import services
from tandem.contacts.models import Actor, Contact
from tandem.googlesync.models import Account, Conflict, ConflictKind
from tests.factories import make_contact
from tests.integration.web.conftest import Visitor, link

HTMX = {"HX-Request": "true"}


def address(contact: Contact) -> str:
    return reverse("contact", args=[contact.id])


def seen(visitor: Visitor, contact: Contact, field: str) -> str:
    """The mark of the value that the field's form begins with, as the page holds it."""
    text = visitor.text(address(contact), edit=field)
    return text.split('name="seen" value="')[1].split('"')[0]


def save(visitor: Visitor, contact: Contact, field: str, values: dict[str, Any], **more: Any) -> Any:
    posted = {"field": field, "seen": more.pop("seen", None) or seen(visitor, contact, field), **values}
    return visitor.post(address(contact), posted, **more)


CHANGES: list[tuple[str, dict[str, Any], str, Any]] = [
    ("name", {"name.given": "Augusta", "name.family": "King"}, "family", "King"),
    ("company", {"company": "Engines"}, "company", "Engines"),
    ("status", {"status": "client"}, "status", "client"),
    ("lead_types", {"lead_types": ["buyer", "agent"]}, "lead_types", ["buyer", "agent"]),
    ("hashtags", {"hashtags": "#garden pool"}, "hashtags", ["garden", "pool"]),
    ("emails", {"emails.0.value": "new@example.org"}, "emails", [{"value": "new@example.org", "label": ""}]),
    ("birthday", {"birthday.day": "3", "birthday.month": "5", "birthday.year": "1970"}, "birthday_year", 1970),
    ("notes", {"notes": "Two\r\nlines"}, "notes", "Two\nlines"),
]


@pytest.mark.parametrize(("field", "values", "column", "expected"), CHANGES)
def test_one_field_is_saved_alone_without_scripts(
    alice: Visitor, field: str, values: dict[str, Any], column: str, expected: Any
) -> None:
    contact = make_contact(alice.user)
    before = Contact.objects.values().get(id=contact.id)
    response = save(alice, contact, field, values, follow=True)
    assert "saved" in response.content.decode()
    after = Contact.objects.values().get(id=contact.id)
    assert after[column] == expected
    apart = {"revision", "card_revision", "updated_at", column, "given", "birthday_day", "birthday_month"}
    assert {name: after[name] for name in after if name not in apart} == {
        name: before[name] for name in before if name not in apart
    }


def test_htmx_gets_the_field_alone_and_then_what_it_changes_elsewhere(alice: Visitor) -> None:
    contact = make_contact(alice.user)
    form = alice.get(address(contact), {"edit": "name"}, headers=HTMX).content.decode()
    assert form.strip().startswith('<div class="fact"')
    assert "<h1>" not in form
    posted = {"name.given": "Augusta", "name.family": "King"}
    saved = save(alice, contact, "name", posted, headers=HTMX).content.decode()
    assert 'id="fact-name"' in saved
    assert "<h1>Augusta King</h1>" in saved
    assert "<del>Ada Lovelace</del>" in saved
    assert "<form" not in saved.split('id="head"')[0]


def test_wrong_value_comes_back_with_its_error_beside_it_and_is_not_saved(alice: Visitor) -> None:
    contact = make_contact(alice.user)
    answer = save(alice, contact, "birthday", {"birthday.day": "45"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'id="error-birthday.day">The day is a number from 1 to 31.' in text
    assert 'id="error-birthday.month">Choose the month.' in text
    assert 'value="45"' in text
    contact.refresh_from_db()
    assert contact.birthday_day == 10


def test_field_changed_meanwhile_is_shown_with_what_was_typed_and_can_be_saved_over(alice: Visitor) -> None:
    contact = make_contact(alice.user)
    mark = seen(alice, contact, "company")
    services.change_contact(
        owner_id=alice.user.pk, contact_id=contact.id, patch={"company": "Theirs"}, actor=Actor.SYNC
    )
    answer = save(alice, contact, "company", {"company": "Mine"}, seen=mark)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "It was changed meanwhile" in text
    assert "<li>Theirs" in " ".join(text.split())
    assert 'value="Mine"' in text
    contact.refresh_from_db()
    assert contact.company == "Theirs"
    again = text.split('name="seen" value="')[1].split('"')[0]
    save(alice, contact, "company", {"company": "Mine"}, seen=again)
    contact.refresh_from_db()
    assert contact.company == "Mine"


def test_another_field_changed_meanwhile_does_not_hinder(alice: Visitor) -> None:
    contact = make_contact(alice.user)
    mark = seen(alice, contact, "company")
    services.change_contact(owner_id=alice.user.pk, contact_id=contact.id, patch={"notes": "New."}, actor=Actor.SYNC)
    save(alice, contact, "company", {"company": "Mine"}, seen=mark)
    contact.refresh_from_db()
    assert (contact.company, contact.notes) == ("Mine", "New.")


def test_field_of_another_users_contact_does_not_exist(alice: Visitor, charlie: Visitor) -> None:
    contact = make_contact(alice.user)
    assert charlie.post(address(contact), {"field": "company", "company": "Mine"}).status_code == 404
    assert alice.post(address(contact), {"field": "owner", "owner": "2"}).status_code == 400


def test_contact_in_the_trash_is_read_only(alice: Visitor) -> None:
    contact = make_contact(alice.user)
    mark = seen(alice, contact, "company")
    services.trash_contacts(owner_id=alice.user.pk, contact_ids=[contact.id], actor=Actor.PERSON)
    assert "<form class=" not in alice.text(address(contact), edit="company").split('id="facts"')[1]
    answer = alice.post(address(contact), {"field": "company", "company": "Mine", "seen": mark}, follow=True)
    assert "went to the trash meanwhile" in answer.content.decode()
    in_page = alice.post(address(contact), {"field": "company", "company": "Mine", "seen": mark}, headers=HTMX)
    assert in_page["HX-Redirect"] == address(contact)


def test_values_can_be_mailed_called_and_copied_as_typed(alice: Visitor) -> None:
    text = alice.text(address(make_contact(alice.user)))
    assert 'href="mailto:ada@example.org"' in text
    assert 'href="tel:+14155552671"' in text
    assert 'data-copy="(415) 555-2671"' in text


def test_number_without_digits_is_kept_and_not_called(alice: Visitor) -> None:
    text = alice.text(address(make_contact(alice.user, phones=[{"value": "ask Bob"}])))
    assert "ask Bob" in text
    assert "tel:" not in text


def test_lines_of_a_street_are_kept(alice: Visitor) -> None:
    street = {"street": "12 St James's Sq\nFlat 3", "city": "London", "postal_code": "SW1Y 4JH"}
    text = alice.text(address(make_contact(alice.user, addresses=[street])))
    assert "12 St James&#x27;s Sq<br>Flat 3<br>London SW1Y 4JH" in text


WHY = {
    "live": ("In step", "(same e-mail): every run carries changes both ways"),
    "paused": ("Paused", "You paused it"),
    "severed": ("Unlinked", "It is unlinked"),
}


@pytest.mark.parametrize("state", WHY)
def test_why_says_in_a_sentence_how_it_stands(alice: Visitor, account: Account, state: str) -> None:
    contact = make_contact(alice.user)
    link(account, contact, state=state)
    badge, sentence = WHY[state]
    google = alice.text(address(contact)).split('id="google"')[1]
    assert badge in google
    assert sentence in google


def test_contact_never_pushed_says_so_and_offers_it(alice: Visitor, account: Account) -> None:
    google = alice.text(address(make_contact(alice.user))).split('id="google"')[1]
    assert "goes there only when you push it" in google
    assert "Push to Google" in google


def test_conflict_is_decided_on_the_contacts_own_page(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    link(account, contact, local_base={}, remote_base={})
    conflict = Conflict.objects.create(
        account=account, contact=contact, field="name", kind=ConflictKind.OPEN, local={"given": "Ada"},
        remote={"given": "Augusta"}, found_at=timezone.now(),
    )  # fmt: skip
    google = alice.text(address(contact)).split('id="google"')[1]
    assert "each keeps its own value until you choose" in google
    assert "Augusta" in google
    posted = {"conflict": str(conflict.id), "choose": "google"}
    alice.post(reverse("contact_link", args=[contact.id]), posted)
    contact.refresh_from_db()
    assert contact.given == "Augusta"
    again = alice.post(reverse("contact_link", args=[contact.id]), posted, follow=True)
    assert "decided meanwhile" in again.content.decode()


def test_exact_time_is_reached_by_the_keyboard(alice: Visitor) -> None:
    assert 'tabindex="0">just now</time>' in alice.text(address(make_contact(alice.user)))


def test_a_label_of_google_s_own_is_read_as_words_and_kept_as_it_is(alice: Visitor) -> None:
    contact = make_contact(alice.user, phones=[{"value": "030 12345", "label": "workFax"}])
    assert ">work fax</span>" in alice.text(address(contact))
    assert 'value="workFax"' in alice.text(address(contact), edit="phones")
