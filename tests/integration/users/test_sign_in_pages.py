"""Signing in: the pages there are, and those that there are not without mail."""

import pytest
from django.core.cache import cache
from django.test import Client

from tandem.users.models import User

pytestmark = pytest.mark.django_db


def test_a_user_signs_in_by_e_mail_and_password() -> None:
    User.objects.create_user("alice@office.example", "a long password")
    client = Client()

    page = client.get("/accounts/login/")
    answer = client.post("/accounts/login/", {"login": "Alice@Office.example", "password": "a long password"})

    assert page.status_code == 200
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("page", ["signup", "password/reset", "email"])
def test_nothing_is_offered_by_mail_and_nobody_signs_up(page: str) -> None:
    assert Client().get(f"/accounts/{page}/").status_code == 404


@pytest.mark.parametrize("page", ["login", "logout", "inactive", "reauthenticate", "password/change", "2fa"])
def test_every_page_of_the_sign_in_is_in_our_frame_with_a_way_out(page: str) -> None:
    client = Client()
    user = User.objects.create_user("alice@office.example", "a long password")
    if page not in {"login", "inactive"}:
        client.force_login(user)
    shown = client.get(f"/accounts/{page}/").content.decode()
    assert "entrance__card" in shown or 'class="frame"' in shown
    assert '<a class="' in shown or page == "login"


def test_who_was_switched_off_is_told_so_with_a_way_back() -> None:
    user = User.objects.create_user("alice@office.example", "a long password")
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = Client()
    answer = client.post("/accounts/login/", {"login": user.email, "password": "a long password"}, follow=True)
    shown = answer.content.decode()
    assert "Your account is switched off" in shown
    assert 'href="/accounts/login/"' in shown


def test_too_many_tries_are_answered_in_our_frame() -> None:
    cache.clear()
    client = Client()
    user = User.objects.create_user("alice@office.example", "a long password")
    client.force_login(user)
    answers = [client.post("/accounts/reauthenticate/", {"password": "no"}) for _ in range(12)]
    assert answers[-1].status_code == 429
    assert "Too many tries" in answers[-1].content.decode()
    cache.clear()
