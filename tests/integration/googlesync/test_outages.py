"""A day without a successful run is told by mail: once, to the owner, and only where mail is sent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from pytest_django import Settings

from tandem.googlesync.models import Account, AccountState, Run, RunKind, RunState, Trigger
from tandem.googlesync.outages import tell_owners
from tests.factories import make_contact, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def outbox(settings: Settings) -> Iterator[None]:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.BASE_URL = "https://crm.example"
    mail.outbox.clear()
    yield
    mail.outbox.clear()


@pytest.fixture
def account() -> Account:
    """In step until 30 hours ago; every run since failed, the first 29 hours ago."""
    found = Account.objects.create(
        user=make_user("alice"),
        sub="sub-alice",
        email="alice@gmail.example",
        connected_at=NOW() - 100 * HOUR,
        contact_sync=True,
        last_success_at=NOW() - 30 * HOUR,
        error_detail="Google's permission has ended or was withdrawn.",
        error_mend="Connect Google again.",
        state=AccountState.RECONNECT_NEEDED,
    )
    run(found, 29)
    return found


def run(account: Account, hours_ago: float, state: str = RunState.FAILED, **columns: Any) -> Run:
    return Run.objects.create(
        owner=account.user,
        account=account,
        kind=RunKind.SYNC,
        trigger=Trigger.SCHEDULE,
        state=state,
        created_at=NOW() - hours_ago * HOUR,
        **columns,
    )


def test_owner_is_told_once_what_happened_and_what_to_do(account: Account) -> None:
    make_contact(account.user)
    assert tell_owners() == 1
    assert tell_owners() == 0
    (message,) = mail.outbox
    assert message.to == [account.user.email]
    words = str(message.body)
    assert "Google's permission has ended or was withdrawn." in words
    assert "Nothing was lost" in words
    assert "Connect Google again." in words
    assert "https://crm.example/google/settings" in words
    assert [name for name in ("Lovelace", "ada@example.org", "alice@gmail.example") if name in words] == []


def test_next_outage_is_told_anew(account: Account) -> None:
    tell_owners()
    Account.objects.update(last_success_at=NOW() + HOUR, outage_told_at=NOW())
    assert tell_owners() == 0
    Account.objects.update(last_success_at=NOW() - 28 * HOUR, outage_told_at=NOW() - 29 * HOUR)
    run(account, 27)
    assert tell_owners() == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"contact_sync": False},
        {"state": AccountState.DISCONNECTED},
        {"last_success_at": NOW()},
        {"connected_at": NOW()},
    ],
)
def test_account_that_is_not_to_be_in_step_or_is_is_left_alone(account: Account, columns: dict[str, Any]) -> None:
    Account.objects.update(**columns)
    assert tell_owners() == 0


def test_failure_of_less_than_a_day_and_a_long_first_download_are_no_outage(account: Account) -> None:
    Run.objects.all().delete()
    run(account, 23)
    run(account, 29, RunState.RUNNING)
    assert tell_owners() == 0


def test_mail_that_the_server_did_not_take_is_tried_again(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refuse)
        assert tell_owners() == 0
    assert tell_owners() == 1


def test_nobody_is_told_where_no_mail_is_sent(account: Account, settings: Settings) -> None:
    settings.MAILERS = {}
    assert tell_owners() == 0
    assert Account.objects.get().outage_told_at is None
