"""Access tokens of one account: kept until most of their life is over, renewed by one caller for all."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from contactsync.faults import ReconnectNeeded
from google_people.oauth import TokenAnswer

USED_SHARE_OF_LIFE = 0.85


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """What is stored of a grant. The access token is used until `renew_at`."""

    refresh_token: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    renew_at: datetime | None = None


def renewal_time(now: datetime, expires_at: datetime) -> datetime:
    """When a token received now is to be renewed: after 85 % of its life."""
    return now + (expires_at - now) * USED_SHARE_OF_LIFE


class StoredTokenSource:
    """The `TokenSource` of an account whose tokens are stored elsewhere: `load` and `save` are the store.

    `renew` is `oauth.refresh` with its first three arguments bound.
    """

    def __init__(
        self,
        *,
        load: Callable[[], Awaitable[StoredTokens | None]],
        save: Callable[[StoredTokens], Awaitable[None]],
        renew: Callable[[str], Awaitable[TokenAnswer]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._load = load
        self._save = save
        self._renew = renew
        self._clock = clock
        self._lock = asyncio.Lock()
        self._tokens: StoredTokens | None = None

    async def access_token(self, refused: str | None = None) -> str:
        """See `client.TokenSource`. Callers that come meanwhile wait for the one renewal and share it."""
        async with self._lock:
            if self._tokens is None:
                self._tokens = await self._stored()
            if not self._is_usable(self._tokens, refused):
                self._tokens = await self._renewed(self._tokens)
            return self._tokens.access_token

    def _is_usable(self, tokens: StoredTokens, refused: str | None) -> bool:
        is_young = tokens.renew_at is not None and self._clock() < tokens.renew_at
        return bool(tokens.access_token) and is_young and tokens.access_token != refused

    async def _renewed(self, tokens: StoredTokens) -> StoredTokens:
        """Renew and store. After `invalid_grant` the store is read again: somebody may have reconnected."""
        try:
            answer = await self._renew(tokens.refresh_token)
        except ReconnectNeeded:
            stored = await self._stored()
            if stored.refresh_token == tokens.refresh_token:
                raise
            tokens, answer = stored, await self._renew(stored.refresh_token)
        now = self._clock()
        renewed = StoredTokens(
            refresh_token=answer.refresh_token or tokens.refresh_token,
            access_token=answer.access_token,
            renew_at=renewal_time(now, now + timedelta(seconds=answer.expires_in)),
        )
        await self._save(renewed)
        return renewed

    async def _stored(self) -> StoredTokens:
        stored = await self._load()
        if stored is None:
            raise ReconnectNeeded("not_connected", "Google is not connected.", "Connect Google.")
        return stored
