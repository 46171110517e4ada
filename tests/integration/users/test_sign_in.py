"""Sign-in by e-mail address and password, and how the operator makes users."""

import pytest
from django.test import Client

from tandem.users.models import ApiToken, User
from tandem.users.services import UserError, create_user, issue_token, set_password

pytestmark = pytest.mark.django_db

PASSWORD = "twelve drummers drumming"


def sign_in(email: str, password: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": password})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/api/v1/contacts").status_code == 200


def test_user_signs_in_with_address_in_any_case_and_password() -> None:
    create_user(email="Alice@example.test", password=PASSWORD)
    assert is_signed_in(sign_in("alice@EXAMPLE.test", PASSWORD))


def test_wrong_password_or_unknown_address_signs_nobody_in() -> None:
    create_user(email="alice@example.test", password=PASSWORD)
    assert not is_signed_in(sign_in("alice@example.test", "another password"))
    assert not is_signed_in(sign_in("charlie@example.test", PASSWORD))


def test_inactive_user_does_not_sign_in() -> None:
    create_user(email="alice@example.test", password=PASSWORD)
    User.objects.update(is_active=False)
    assert not is_signed_in(sign_in("alice@example.test", PASSWORD))


def test_new_password_ends_the_sessions_of_the_old_one() -> None:
    create_user(email="alice@example.test", password=PASSWORD)
    client = sign_in("alice@example.test", PASSWORD)
    set_password(email="ALICE@example.test", password="eleven pipers piping")
    assert not is_signed_in(client)
    assert is_signed_in(sign_in("alice@example.test", "eleven pipers piping"))


def test_nobody_signs_up_by_themselves() -> None:
    values = {"email": "charlie@example.test", "password1": PASSWORD}
    Client().post("/accounts/signup/", values)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("email", "password"),
    [("alice", PASSWORD), ("", PASSWORD), ("alice@example.test", "short"), ("alice@example.test", "password123")],
)
def test_bad_address_or_weak_password_makes_no_user(email: str, password: str) -> None:
    with pytest.raises(UserError):
        create_user(email=email, password=password)
    assert not User.objects.exists()


def test_address_is_taken_once_in_any_case() -> None:
    create_user(email="alice@example.test", password=PASSWORD)
    with pytest.raises(UserError, match="There is a user"):
        create_user(email="ALICE@example.test", password=PASSWORD)


def test_token_acts_for_its_user_and_only_its_hash_is_kept() -> None:
    alice = create_user(email="alice@example.test", password=PASSWORD)
    text = issue_token(email="alice@example.test")
    assert ApiToken.objects.user_of(text) == alice
    assert text not in ApiToken.objects.get().digest
    with pytest.raises(UserError):
        issue_token(email="charlie@example.test")
