"""Access tokens: kept for most of their life, renewed once for all callers."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from contactsync.faults import ReconnectNeeded
from google_people.oauth import TokenAnswer
from google_people.tokens import StoredTokens, StoredTokenSource, renewal_time

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Store:
    """Tokens at rest, and Google's token endpoint."""

    def __init__(self, tokens: StoredTokens | None) -> None:
        self.tokens = tokens
        self.renewed_with: list[str] = []
        self.dead: set[str] = set()
        self.rotates = False
        self.now = NOW

    async def load(self) -> StoredTokens | None:
        return self.tokens

    async def save(self, tokens: StoredTokens) -> None:
        self.tokens = tokens

    async def renew(self, refresh_token: str) -> TokenAnswer:
        self.renewed_with.append(refresh_token)
        await asyncio.sleep(0)
        if refresh_token in self.dead:
            raise ReconnectNeeded("grant_revoked", "Ended.", "Connect again.")
        number = len(self.renewed_with)
        return TokenAnswer(f"access-{number}", 1000, f"refresh-{number}" if self.rotates else "")

    def source(self) -> StoredTokenSource:
        return StoredTokenSource(load=self.load, save=self.save, renew=self.renew, clock=lambda: self.now)


def fresh() -> Store:
    return Store(StoredTokens("refresh-0", "access-0", NOW + timedelta(minutes=5)))


async def test_a_young_token_is_used_as_it_is() -> None:
    store = fresh()
    assert await store.source().access_token() == "access-0"
    assert store.renewed_with == []


async def test_a_token_is_renewed_after_most_of_its_life_and_stored() -> None:
    store = fresh()
    source = store.source()
    store.now += timedelta(minutes=6)
    assert await source.access_token() == "access-1"
    assert store.tokens == StoredTokens("refresh-0", "access-1", store.now + timedelta(seconds=850))
    store.now += timedelta(seconds=851)
    assert await source.access_token() == "access-2"


async def test_callers_share_one_renewal() -> None:
    store = Store(StoredTokens("refresh-0"))
    source = store.source()
    assert set(await asyncio.gather(*(source.access_token() for _ in range(9)))) == {"access-1"}
    assert store.renewed_with == ["refresh-0"]


async def test_only_the_token_that_was_refused_is_renewed() -> None:
    store = fresh()
    source = store.source()
    assert await source.access_token(refused="access-0") == "access-1"
    assert await source.access_token(refused="access-0") == "access-1"
    assert store.renewed_with == ["refresh-0"]


async def test_a_changed_refresh_token_replaces_the_old_one() -> None:
    store = Store(StoredTokens("refresh-0"))
    store.rotates = True
    await store.source().access_token()
    assert store.tokens is not None
    assert store.tokens.refresh_token == "refresh-1"


async def test_somebody_may_have_reconnected_meanwhile() -> None:
    store = fresh()
    source = store.source()
    await source.access_token()
    store.dead.add("refresh-0")
    store.tokens = StoredTokens("refresh-new")
    assert await source.access_token(refused="access-0") == "access-2"
    assert store.renewed_with == ["refresh-0", "refresh-new"]


async def test_a_dead_grant_needs_the_user() -> None:
    store = fresh()
    store.dead.add("refresh-0")
    with pytest.raises(ReconnectNeeded) as caught:
        await store.source().access_token(refused="access-0")
    assert caught.value.code == "grant_revoked"
    assert store.renewed_with == ["refresh-0"]


async def test_without_tokens_google_is_not_connected() -> None:
    with pytest.raises(ReconnectNeeded) as caught:
        await Store(None).source().access_token()
    assert caught.value.code == "not_connected"


def test_tokens_do_not_show_in_their_repr() -> None:
    assert "secret" not in repr(StoredTokens("secret", "secret")) + repr(TokenAnswer("secret", 1, "secret"))


def test_renewal_is_due_after_85_percent() -> None:
    assert renewal_time(NOW, NOW + timedelta(seconds=100)) == NOW + timedelta(seconds=85)
