"""Figures for the operator: right numbers, nobody's data, and closed where a token is set."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from tandem.api import health
from tandem.googlesync.models import Account, AccountState, Run, RunKind, RunState, Trigger
from tandem.users.models import User
from tests.factories import make_contact, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def figures() -> dict[str, float]:
    """Each sample by its name and labels."""
    shown = Client().get("/metrics").content.decode()
    samples = [sample for family in text_string_to_metric_families(shown) for sample in family.samples]
    return {f"{each.name}{sorted(each.labels.values())}": each.value for each in samples}


def account(user: User, **columns: object) -> Account:
    now = timezone.now()
    values = {"connected_at": now - 9 * HOUR, "contact_sync": True, "last_success_at": now, **columns}
    return Account.objects.create(user=user, sub=f"sub-{user.pk}", email="alice@gmail.example", **values)


def run(owner: Account, state: RunState, *, seconds: float | None = None, kind: RunKind = RunKind.SYNC) -> Run:
    begun = timezone.now() - HOUR
    ended = begun + timedelta(seconds=seconds) if seconds is not None else None
    return Run.objects.create(
        owner=owner.user, account=owner, kind=kind, trigger=Trigger.SCHEDULE, state=state,
        created_at=begun, started_at=begun if ended else None, finished_at=ended,
    )  # fmt: skip


def test_accounts_and_runs_are_counted_by_state() -> None:
    syncing = account(make_user())
    account(make_user(), state=AccountState.RECONNECT_NEEDED, last_success_at=timezone.now() - 3 * HOUR)
    run(syncing, RunState.DONE, seconds=2)
    run(syncing, RunState.DONE, seconds=4)
    run(syncing, RunState.QUEUED, kind=RunKind.PUSH)
    found = figures()
    assert found["tandem_accounts['connected']"] == 1
    assert found["tandem_accounts['reconnect_needed']"] == 1
    assert found["tandem_accounts['disconnected']"] == 0
    assert found["tandem_accounts_syncing[]"] == 1
    assert found["tandem_accounts_behind[]"] == 1
    assert found["tandem_runs['done', 'sync']"] == 2
    assert found["tandem_runs['push', 'queued']"] == 1
    assert found["tandem_run_mean_seconds['sync']"] == 3
    assert found["tandem_run_longest_seconds['sync']"] == 4
    assert found["tandem_run_oldest_queued_seconds[]"] == pytest.approx(3600, abs=30)


def test_nobodys_data_is_in_them() -> None:
    alice = make_user("alice")
    make_contact(alice)
    account(alice)
    shown = Client().get("/metrics").content.decode()
    assert re.findall(r"@|Lovelace|alice|[0-9a-f]{8}-[0-9a-f]{4}", shown) == []


def test_token_that_is_set_is_asked_for(settings: Settings) -> None:
    settings.METRICS_TOKEN = "only for Prometheus"
    for headers, status in (({}, 401), ({"Authorization": "Bearer wrong"}, 401)):
        answer = Client().get("/metrics", headers=headers)
        assert (answer.status_code, b"tandem_accounts" in answer.content) == (status, False)
    assert Client().get("/metrics", headers={"Authorization": "Bearer only for Prometheus"}).status_code == 200


def test_database_that_is_behind_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    health._require_current.cache_clear()
    with monkeypatch.context() as old:
        old.setattr(health.migrating, "is_behind", lambda: True)
        answer = Client().get("/readyz")
        assert (answer.status_code, answer.content) == (
            503,
            b"the database is behind this version: run tandem migrate\n",
        )
    assert Client().get("/readyz").status_code == 200
