"""`tandem doctor`: each fault is found and named with its mend; a sound installation is called so."""

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.utils import timezone

from tandem.googlesync.models import Account, AccountState
from tests.integration.googlesync.world import World
from tests.integration.processes import tandem


@pytest.fixture
def worker(world: World) -> None:
    """A sign of life of a worker, as the queue keeps it; what other tests' users left is gone."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    for account in Account.objects.exclude(user=world.user):
        account.delete()
    Authenticator.objects.all().delete()


def found(**environment: str) -> tuple[int, dict[str, dict[str, Any]]]:
    done = tandem("doctor", "--json", **environment)
    return done.returncode, {row["check"]: row for row in json.loads(done.stdout)}


def wrong(**environment: str) -> dict[str, str]:
    """The mends of what is wrong."""
    code, rows = found(**environment)
    mends = {name: row["mend"] for name, row in rows.items() if not row["ok"]}
    assert code == (1 if mends else 0)
    return mends


def test_sound_installation_is_called_so(worker: None, ada: World) -> None:
    code, rows = found()
    assert [name for name, row in rows.items() if not row["ok"]] == []
    assert code == 0
    assert set(rows) == {
        "database", "connections", "keys", "second factors", "workers", "mail", "google client", "people api",
        f"account {ada.email}",
    }  # fmt: skip
    shown = tandem("doctor")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert len(shown.stdout.splitlines()) == len(rows)


def test_settings_that_are_wrong_are_named(worker: None, ada: World) -> None:
    mends = wrong(
        TANDEM_GOOGLE_CLIENT_SECRET="mistyped",
        TANDEM_GOOGLE_PEOPLE_URL="http://127.0.0.1:1",
        TANDEM_EMAIL_URL="smtp://127.0.0.1:1",
        TANDEM_TOKEN_KEYS="another",
        TANDEM_DB_THREADS="400",
    )
    assert set(mends) == {"google client", "people api", "mail", "keys", "connections"}
    assert "TANDEM_GOOGLE_CLIENT_SECRET" in mends["google client"]
    assert "TANDEM_GOOGLE_PEOPLE_URL" in mends["people api"]
    assert "TANDEM_EMAIL_URL" in mends["mail"]
    assert "TANDEM_TOKEN_KEYS" in mends["keys"]
    assert "TANDEM_DB_THREADS" in mends["connections"]


def test_account_that_needs_its_user_and_missing_workers_are_named(worker: None, ada: World) -> None:
    account = Account.objects.filter(user=ada.user)
    account.update(last_success_at=timezone.now() - timedelta(days=1), connected_at=timezone.now() - timedelta(days=2))
    assert "tandem sync" in wrong()[f"account {ada.email}"]
    account.update(state=AccountState.RECONNECT_NEEDED, error_code="grant_revoked", error_mend="Connect Google again.")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    mends = wrong()
    assert mends[f"account {ada.email}"] == "Connect Google again."
    assert "tandem worker" in mends["workers"]


def test_database_that_does_not_answer_ends_the_checks(world: World) -> None:
    code, rows = found(TANDEM_DATABASE_URL="postgresql://tandem:hidden-word@127.0.0.1:1/tandem")
    assert code == 1
    assert list(rows) == ["installation"]
    assert "TANDEM_DATABASE_URL" in rows["installation"]["detail"]
    assert "hidden-word" not in str(rows)
