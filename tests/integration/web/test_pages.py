"""Every page answers its owner, sends strangers to the sign-in page, and shows nobody another's things."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tandem.googlesync.models import Account, Run, RunKind, RunState, Trigger
from tandem.users.models import User
from tests.factories import make_contact, make_user
from tests.integration.web.conftest import Visitor, link

PAGES = ["contacts", "contact_new", "duplicates", "runs", "trash", "google", "tokens", "account_change_password"]


@pytest.mark.parametrize("name", PAGES)
def test_page_answers_a_user_without_anything(alice: Visitor, name: str) -> None:
    assert "<h1>" in alice.text(reverse(name))


@pytest.mark.parametrize("name", PAGES)
def test_page_sends_a_stranger_to_sign_in(db: None, name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_page_allows_no_script_or_style_of_its_own(alice: Visitor) -> None:
    response = alice.get("/")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert b"<style" not in response.content
    assert b" style=" not in response.content
    assert b"onclick" not in response.content


def test_sign_in_page_of_an_empty_installation_leads_to_the_first_user(db: None) -> None:
    User.objects.all().delete()
    assert b"Create the first user" in Client().get(reverse("account_login")).content


def test_sign_in_page_is_silent_about_it_when_there_are_users(db: None) -> None:
    make_user()
    assert b"Create the first user" not in Client().get(reverse("account_login")).content


def test_signing_in_leads_to_the_list(db: None) -> None:
    user = make_user(password="a long enough phrase")
    client = Client()
    response = client.post(
        reverse("account_login"), {"login": user.email.upper(), "password": "a long enough phrase"}, follow=True
    )
    assert response.request["PATH_INFO"] == "/"
    assert b"Smart CRM" in response.content


def test_mail_icon_leads_to_google_settings_in_two_clicks(alice: Visitor) -> None:
    for name in PAGES:
        text = alice.text(reverse(name))
        assert "Google settings" in text
        assert f'href="{reverse("google")}"' in text


def test_mail_menu_is_headed_by_the_account_and_its_pulse(alice: Visitor, account: Account) -> None:
    text = alice.text("/")
    assert account.email in text
    assert "In step" in text


@pytest.mark.parametrize("name", ["contact", "contact_edit"])
def test_contact_of_another_user_does_not_exist(alice: Visitor, charlie: Visitor, name: str) -> None:
    contact = make_contact(alice.user)
    assert charlie.get(reverse(name, args=[contact.id])).status_code == 404


@pytest.mark.parametrize("name", ["contact_sync", "contact_trash", "contact_restore"])
def test_nothing_can_be_done_with_another_users_contact(alice: Visitor, charlie: Visitor, name: str) -> None:
    contact = make_contact(alice.user)
    assert charlie.post(reverse(name, args=[contact.id])).status_code == 404
    contact.refresh_from_db()
    assert contact.trashed_at is None


def test_run_of_another_user_does_not_exist(alice: Visitor, charlie: Visitor, account: Account) -> None:
    run = Run.objects.create(
        owner=alice.user,
        account=account,
        kind=RunKind.SYNC,
        trigger=Trigger.SCHEDULE,
        state=RunState.DONE,
        created_at=timezone.now(),
    )
    assert alice.get(reverse("run", args=[run.id])).status_code == 200
    assert charlie.get(reverse("run", args=[run.id])).status_code == 404
    assert charlie.post(reverse("run_retry", args=[run.id])).status_code == 404


def test_exports_hold_the_users_own_contacts(alice: Visitor, charlie: Visitor) -> None:
    make_contact(alice.user)
    for form in ("vcard", "vcard3", "json"):
        assert b"Lovelace" in b"".join(alice.get(reverse("contacts_export", args=[form])))
        assert b"Lovelace" not in b"".join(charlie.get(reverse("contacts_export", args=[form])))
    assert alice.get(reverse("contacts_export", args=["xls"])).status_code == 404


def test_export_holds_what_the_list_shows(alice: Visitor) -> None:
    make_contact(alice.user, name={"given": "Ada"}, status="client")
    make_contact(alice.user, name={"given": "Grace"})
    answer = alice.get(reverse("contacts_export", args=["vcard"]), {"status": "client", "q": "ad"})
    text = b"".join(answer).decode()
    assert "Ada" in text
    assert "Grace" not in text


def test_a_linked_contact_is_paused_unlinked_and_says_so(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    link(account, contact)
    page = reverse("contact", args=[contact.id])
    assert "Pause syncing" in alice.text(page)
    assert (
        "runs skip Ada Lovelace"
        in alice.post(reverse("contact_link", args=[contact.id]), {"action": "pause"}, follow=True).content.decode()
    )
    assert "Resume syncing" in alice.text(page)
    alice.post(reverse("contact_link", args=[contact.id]), {"action": "unlink"})
    assert "Link again" in alice.text(page)


def test_what_the_link_does_not_allow_is_refused_with_its_mend(alice: Visitor, account: Account) -> None:
    contact = make_contact(alice.user)
    link(account, contact)
    answer = alice.post(reverse("contact_link", args=[contact.id]), {"action": "resume"}, follow=True)
    assert "Nothing was changed" in answer.content.decode()


def test_contact_without_anything_to_be_called_by_is_not_created(alice: Visitor) -> None:
    answer = alice.post(reverse("contact_new"), {"notes": "Met at the open house.", "status": "sphere"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'id="error-name.given">Type a name;' in text
    assert "Met at the open house." in text


def test_restoring_without_a_tick_says_that_nothing_was_done(alice: Visitor) -> None:
    answer = alice.post(reverse("trash_restore"), follow=True)
    assert "Nothing was restored: tick the contacts first" in answer.content.decode()


def test_one_is_told_as_one(alice: Visitor, account: Account) -> None:
    link(account, make_contact(alice.user))
    assert "1 link sleeps" in alice.text(reverse("google_disconnect"))
    settings_page = " ".join(alice.text(reverse("google")).split())
    assert "1 contact </dd>" in settings_page


def test_demo_leads_from_every_page_to_the_sandbox_and_to_where_its_change_arrives(
    alice: Visitor, account: Account, settings: Settings
) -> None:
    settings.DEMO, settings.GOOGLE_PEOPLE_URL = True, "http://sandbox.example"
    text = alice.text(reverse("contacts"))
    assert f"http://sandbox.example/contacts?account={account.email}" in text.replace("%40", "@")
    assert "in real life: once an hour" in text
    assert "?sort=-updated" in text


def test_real_life_has_no_word_about_the_demo(alice: Visitor, account: Account) -> None:
    assert "A sandbox plays Google" not in alice.text(reverse("contacts"))


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_page_of_an_error_says_what_is_safe_or_what_to_do_next(db: None, name: str) -> None:
    text = render_to_string(name)
    assert text.count("<h1>") == 1
    assert "To the Smart CRM" in text


def test_reload_after_a_new_token_makes_no_other(alice: Visitor) -> None:
    form = {"name": "integration", "newest": "0"}
    assert "tandem_" in alice.post(reverse("tokens"), form).content.decode()
    assert "No other token was made" in alice.post(reverse("tokens"), form, follow=True).content.decode()
    assert alice.user.api_tokens.count() == 1
