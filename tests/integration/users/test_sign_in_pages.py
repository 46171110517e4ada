"""Signing in: the pages there are, and those that there are not without mail."""

import pytest
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
