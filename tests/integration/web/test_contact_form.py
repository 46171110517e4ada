"""The form of a contact: what is wrong is said in its own words, and what is known is said as it is typed."""

import pytest
from django.urls import reverse

from tests.factories import make_contact
from tests.integration.web.conftest import Visitor


def test_errors_are_listed_with_links_and_the_first_is_in_hand(alice: Visitor) -> None:
    posted = {"name.given": "Ada", "status": "sphere", "emails.0.value": "nope", "birthday.day": "45"}
    answer = alice.post(reverse("contact_new"), posted)
    assert answer.status_code == 422
    text = " ".join(answer.content.decode().split())
    assert '<a href="#id-emails.0.value">Email 1</a>: Give an e-mail address' in text
    assert '<a href="#id-birthday.month">Month of the birthday</a>: Choose the month.' in text
    assert "null" not in text
    assert text.split('class="contact-form"')[1].split("</form>")[0].count("autofocus") == 1
    assert "autofocus" in text.split('id="id-emails.0.value"')[1].split(">")[0]


def test_day_that_the_month_lacks_is_named(alice: Visitor) -> None:
    posted = {"name.given": "Ada", "status": "sphere", "birthday.day": "31", "birthday.month": "6"}
    text = alice.post(reverse("contact_new"), posted).content.decode()
    assert 'id="error-birthday.day">That month ends with day 30.' in text


@pytest.mark.parametrize(
    "typed",
    [
        {"emails.0.value": "ADA@example.org "},
        {"phones.0.value": "+1 415 555 2671"},
        {"phones.5000.value": "415.555.2671"},
        {"phones.0.value": "555 2671"},
    ],
)
def test_known_value_names_who_has_it(alice: Visitor, typed: dict[str, str]) -> None:
    contact = make_contact(alice.user)
    text = alice.text(reverse("contact_known"), **typed)
    assert f'href="{reverse("contact", args=[contact.id])}"' in text
    assert "Ada Lovelace" in text


@pytest.mark.parametrize(
    "typed",
    [
        {"emails.0.value": "ada"},
        {"emails.0.value": "ada@example.or"},
        {"phones.0.value": "+44 415 555 2671"},
        {"phones.0.value": "2671"},
    ],
)
def test_other_or_unfinished_value_is_nobodys(alice: Visitor, typed: dict[str, str]) -> None:
    make_contact(alice.user)
    assert alice.text(reverse("contact_known"), **typed).strip() == ""


def test_contact_is_no_duplicate_of_itself_nor_of_another_users(alice: Visitor, charlie: Visitor) -> None:
    contact = make_contact(alice.user)
    typed = {"emails.0.value": "ada@example.org", "phones.0.value": "(415) 555-2671"}
    assert alice.text(reverse("contact_known"), **{"except": contact.id}, **typed).strip() == ""
    assert charlie.text(reverse("contact_known"), **typed).strip() == ""


def test_number_that_cannot_be_called_is_told_and_kept(alice: Visitor) -> None:
    assert "no phone number" in alice.text(reverse("contact_known"), **{"phones.0.value": "abc"})
    posted = {"name.given": "Ada", "status": "sphere", "phones.0.value": "abc"}
    assert b"abc" in alice.post(reverse("contact_new"), posted, follow=True).content
