"""`TANDEM_EMAIL_URL`: what it may say, and that a wrong one is refused in a sentence without the password."""

import pytest

from tandem import mailing
from tandem.variables import BadSetting

SMTP = {"host": "mail.example", "username": "ada@example.org", "password": "s/p:", "timeout": 10}


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://ada%40example.org:s%2Fp%3A@mail.example/?tls=true", {"port": 587, "use_tls": True, "use_ssl": False}),
        ("smtp://ada%40example.org:s%2Fp%3A@mail.example", {"port": 25, "use_tls": False, "use_ssl": False}),
        ("smtps://ada%40example.org:s%2Fp%3A@mail.example:4465", {"port": 4465, "use_tls": False, "use_ssl": True}),
    ],
)
def test_mail_server(monkeypatch: pytest.MonkeyPatch, url: str, options: dict[str, object]) -> None:
    monkeypatch.setenv("TANDEM_EMAIL_URL", url)
    assert mailing.mailers()["default"]["OPTIONS"] == {**SMTP, **options}
    assert mailing.sender("crm.example") == "ada@example.org"


def test_no_mail_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TANDEM_EMAIL_URL", raising=False)
    assert mailing.mailers() == {}
    assert mailing.sender("crm.example") == "tandem@crm.example"


def test_folder_and_console_take_mail_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_EMAIL_URL", "file:///var/mail/tandem?from=crm@example.org")
    assert mailing.mailers()["default"]["OPTIONS"] == {"file_path": "/var/mail/tandem"}
    assert mailing.sender("crm.example") == "crm@example.org"
    monkeypatch.setenv("TANDEM_EMAIL_URL", "console://")
    assert mailing.mailers()["default"]["BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize(
    "url",
    [
        "mail.example", "smtp://", "smtp://u:hush@mail.example:no", "http://mail.example", "file://",
        "smtp://u:hush@mail.example/?tls=perhaps", "smtp://u:hush@mail.example/?ssl=true", "smtp://u:hush@[::/",
        "smtp://u:hush@mail.example/?tls",
    ],
)  # fmt: skip
def test_wrong_one_is_refused_by_name_and_without_its_password(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TANDEM_EMAIL_URL", url)
    with pytest.raises(BadSetting, match=r"^TANDEM_EMAIL_URL ") as refused:
        mailing.mailers()
    assert "hush" not in str(refused.value)
