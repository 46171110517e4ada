"""The first start leads to the first user, and to connecting Google; a second first user there is not."""

import pytest
from django.test import Client

from tandem.users.models import User
from tests.factories import make_user

PASSWORD = "a long enough phrase"


@pytest.fixture
def visitor(db: None) -> Client:
    User.objects.all().delete()
    return Client()


def create(visitor: Client, **changes: str) -> int:
    form = {"email": "alice@office.example", "password": PASSWORD, "again": PASSWORD, **changes}
    return visitor.post("/accounts/first/", form).status_code


def test_sign_in_leads_to_the_first_user_while_there_is_none(visitor: Client) -> None:
    assert b"/accounts/first/" in visitor.get("/accounts/login/").content
    make_user("alice")
    assert b"/accounts/first/" not in visitor.get("/accounts/login/").content


def test_the_first_user_is_an_admin_is_signed_in_and_led_to_google(visitor: Client) -> None:
    answer = visitor.post(
        "/accounts/first/", {"email": "alice@office.example", "password": PASSWORD, "again": PASSWORD}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/google/settings")
    assert User.objects.get().is_admin
    assert visitor.get("/google/settings").status_code == 200


def test_there_is_no_second_first_user(visitor: Client) -> None:
    make_user("alice")
    assert create(visitor) == 302
    assert visitor.get("/accounts/first/")["Location"] == "/accounts/login/"
    assert User.objects.count() == 1


@pytest.mark.parametrize("changes", [{"email": "nobody"}, {"password": "short", "again": "short"}, {"again": "other"}])
def test_what_is_wrong_is_said_and_nobody_is_made(visitor: Client, changes: dict[str, str]) -> None:
    assert create(visitor, **changes) == 422
    assert not User.objects.exists()


def test_who_has_no_password_can_set_one(db: None) -> None:
    visitor = Client()
    user = make_user("alice")
    visitor.force_login(user)
    assert visitor.get("/accounts/password/change/", follow=True).status_code == 200
    visitor.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
