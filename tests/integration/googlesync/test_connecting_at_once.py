"""Two windows, or two users, come back from Google's page at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection as database
from django.utils import timezone

from google_people.oauth import Grant
from google_sandbox.server import SandboxServer
from tandem.googlesync import connection
from tandem.googlesync.models import Account
from tandem.googlesync.services import SyncRefused
from tandem.identifiers import new_id
from tandem.users.models import User
from tests.integration.googlesync.world import World


def granted(sub: str) -> Grant:
    soon = timezone.now() + timedelta(hours=1)
    return Grant(sub, f"{sub}@sandbox.example", frozenset(), "refresh", "access", soon)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Connects users, all of whom look for the account's row before any of them makes it; what came of each."""

    def connect(*asked: tuple[User, Grant]) -> list[str]:
        together = Barrier(len(asked), timeout=0.5)
        refuse = connection._refuse_wrong_account

        def refuse_once_all_looked(user: User, account: Account | None, grant: Grant) -> None:
            refuse(user, account, grant)
            if account is None:
                with suppress(BrokenBarrierError):  # the other one waits for this one: that is as well
                    together.wait()

        monkeypatch.setattr(connection, "_refuse_wrong_account", refuse_once_all_looked)
        with ThreadPoolExecutor(len(asked)) as pool:
            return sorted(pool.map(_outcome, asked))

    return connect


def _outcome(asked: tuple[User, Grant]) -> str:
    try:
        return connection._store(*asked).sub
    except SyncRefused as refusal:
        return refusal.code
    finally:
        database.close()


def test_one_google_account_connected_twice_by_one_user_is_connected_once(
    world: World, at_once: Callable[..., list[str]]
) -> None:
    sub = new_id().hex
    assert at_once((world.user, granted(sub)), (world.user, granted(sub))) == [sub, sub]
    assert world.account.sub == sub


def test_one_google_account_connected_by_two_users_is_the_first_one_s(
    world: World, server: SandboxServer, at_once: Callable[..., list[str]]
) -> None:
    sub, bob = new_id().hex, World(server).user
    assert sorted(at_once((world.user, granted(sub)), (bob, granted(sub)))) == sorted([sub, "account_taken"])


def test_of_two_google_accounts_connected_by_one_user_one_is_connected(
    world: World, at_once: Callable[..., list[str]]
) -> None:
    first, second = new_id().hex, new_id().hex
    outcomes = at_once((world.user, granted(first)), (world.user, granted(second)))
    assert "other_account" in outcomes
    assert world.account.sub in outcomes
