"""Mail: offered where it is set up and nowhere else; the link leads to this installation and nowhere else."""

import re
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from pytest_django import Settings

from tandem.users.services import create_user

pytestmark = pytest.mark.django_db

EMAIL, PASSWORD, OTHER = "alice@example.test", "twelve drummers drumming", "eleven pipers piping"
MEMORY = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


@pytest.fixture
def sends_mail(settings: Settings) -> Iterator[None]:
    cache.clear()
    settings.MAILERS = MEMORY
    settings.BASE_URL = "https://crm.example"
    mail.outbox.clear()
    yield
    mail.outbox.clear()


def link_in_the_mail() -> str:
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    (link,) = re.findall(r"https?://\S+", str(message.body))
    assert link.startswith("https://crm.example/accounts/password/reset/key/")
    return link.removeprefix("https://crm.example")


def test_nothing_is_offered_where_no_mail_is_sent() -> None:
    assert "/password/reset/" not in Client().get("/accounts/login/").content.decode()
    assert Client().get("/accounts/password/reset/").status_code == 404
    assert Client().get("/accounts/password/reset/key/1-abc-def/").status_code == 404


def test_forgotten_password_is_set_anew_by_a_link_that_works_once(sends_mail: None, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    create_user(email=EMAIL, password=PASSWORD)
    visitor = Client()
    assert "/accounts/password/reset/" in visitor.get("/accounts/login/").content.decode()
    visitor.post("/accounts/password/reset/", {"email": EMAIL.upper()}, headers={"host": "evil.example"})
    link = link_in_the_mail()
    form = visitor.get(link)["Location"]
    answer = visitor.post(form, {"password1": OTHER, "password2": OTHER})
    assert answer["Location"] == "/accounts/password/reset/key/done/"
    assert visitor.get(answer["Location"]).status_code == 200
    assert Client().post("/accounts/login/", {"login": EMAIL, "password": OTHER})["Location"] == "/"
    assert "This link is used up" in Client().get(link, follow=True).content.decode()


def test_password_that_was_reset_hinders_no_second_factor(sends_mail: None) -> None:
    user = create_user(email=EMAIL, password=PASSWORD)
    Client().post("/accounts/password/reset/", {"email": EMAIL})
    Client().get(link_in_the_mail(), follow=True)
    assert EmailAddress.objects.filter(user=user, verified=False).exists()
    browser = Client()
    browser.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    asked = browser.get("/accounts/2fa/totp/activate/")["Location"]
    assert asked.startswith("/accounts/reauthenticate/")


def test_page_does_not_tell_whether_there_is_such_a_user(sends_mail: None) -> None:
    answer = Client().post("/accounts/password/reset/", {"email": "charlie@example.test"})
    assert answer["Location"] == "/accounts/password/reset/done/"
    assert Client().get(answer["Location"]).status_code == 200
    assert mail.outbox == []


def test_server_that_takes_no_mail_is_no_fault_of_the_page(
    sends_mail: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*args: object) -> int:
        raise ConnectionRefusedError("alice@example.test")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    create_user(email=EMAIL, password=PASSWORD)
    assert Client().post("/accounts/password/reset/", {"email": EMAIL}).status_code == 302
    told = "".join(capsys.readouterr())
    assert "mail_not_sent" in told
    assert EMAIL not in told
