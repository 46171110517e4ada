"""Two-factor sign-in: set up on a page, asked for at sign-in, reset by the operator."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tandem.cipher import cipher
from tandem.users.models import User
from tandem.users.services import UserError, create_user, reset_second_factor

pytestmark = pytest.mark.django_db

EMAIL, PASSWORD = "alice@example.test", "twelve drummers drumming"


def code_of(secret: str, *, periods_ago: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 - periods_ago))


def password_given(client: Client) -> str:
    """Where the sign-in page leads after the right password."""
    answer = client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    return str(answer["Location"])


def is_signed_in(client: Client) -> bool:
    return client.get("/api/v1/contacts").status_code == 200


@pytest.fixture
def alice() -> Client:
    """Signed in a moment ago, and asked for the password once more."""
    cache.clear()
    create_user(email=EMAIL, password=PASSWORD)
    client = Client()
    password_given(client)
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})
    return client


def activated(client: Client) -> str:
    """The secret that the page shows, once its code was typed."""
    page = client.get("/accounts/2fa/totp/activate/")
    secret = str(page.context["form"].secret)
    assert secret in page.content.decode()
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


def test_code_is_asked_for_after_the_password(alice: Client) -> None:
    secret = activated(alice)
    browser = Client()
    assert password_given(browser) == "/accounts/2fa/authenticate/"
    assert not is_signed_in(browser)
    assert browser.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_signed_in(browser)
    browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert is_signed_in(browser)


def test_code_of_a_clock_that_is_slow_counts_and_counts_once(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = activated(alice)
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)  # however slow the machine is
    late = code_of(secret, periods_ago=1)
    browser, thief = Client(), Client()
    password_given(browser)
    password_given(thief)
    browser.post("/accounts/2fa/authenticate/", {"code": late})
    assert is_signed_in(browser)
    cache.delete(f"allauth.mfa.totp.used?user={User.objects.get().pk}&code={late}")  # what 30 seconds would do
    thief.post("/accounts/2fa/authenticate/", {"code": late})
    assert not is_signed_in(thief)


def test_recovery_codes_are_downloaded_and_each_signs_in_once(alice: Client) -> None:
    activated(alice)
    listed = alice.get("/accounts/2fa/recovery-codes/download/")
    codes = listed.content.decode().split()
    assert listed["Content-Disposition"].startswith("attachment")
    assert len(codes) == 10
    for is_taken in (True, False):
        browser = Client()
        password_given(browser)
        browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert is_signed_in(browser) is is_taken
    assert "9 codes are left" in alice.get("/accounts/2fa/").content.decode()


def test_new_recovery_codes_end_the_old_ones(alice: Client) -> None:
    activated(alice)
    old = alice.get("/accounts/2fa/recovery-codes/download/").content
    assert "10 codes that are left stop working" in alice.get("/accounts/2fa/recovery-codes/generate/").content.decode()
    alice.post("/accounts/2fa/recovery-codes/generate/")
    assert alice.get("/accounts/2fa/recovery-codes/download/").content != old


def test_switched_off_the_password_is_enough_again(alice: Client) -> None:
    activated(alice)
    assert alice.get("/accounts/2fa/totp/deactivate/").status_code == 200
    alice.post("/accounts/2fa/totp/deactivate/")
    assert password_given(Client()) == "/"
    assert not Authenticator.objects.exists()


def test_operator_resets_a_lost_second_factor(alice: Client) -> None:
    activated(alice)
    assert reset_second_factor(email=EMAIL.upper())
    assert not reset_second_factor(email=EMAIL)
    assert password_given(Client()) == "/"
    with pytest.raises(UserError):
        reset_second_factor(email="charlie@example.test")


def test_secrets_are_encrypted_and_unreadable_ones_let_nobody_in(alice: Client, settings: Settings) -> None:
    secret = activated(alice)
    stored = [
        Authenticator.objects.get(type="totp").data["secret"],
        Authenticator.objects.get(type="recovery_codes").data["seed"],
    ]
    assert cipher().decrypt(stored[0].encode()).decode() == secret
    assert all(secret not in each and each.startswith("gAAAA") for each in stored)
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    browser = Client()
    password_given(browser)
    answer = browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert answer.status_code == 200
    assert not is_signed_in(browser)


def test_second_factor_stays_as_it_is_without_the_password(alice: Client) -> None:
    activated(alice)
    passer_by = Client()
    passer_by.force_login(User.objects.get())
    for page in ("totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "recovery-codes/download/"):
        assert "/reauthenticate/" in passer_by.get(f"/accounts/2fa/{page}")["Location"]
    passer_by.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.count() == 2
