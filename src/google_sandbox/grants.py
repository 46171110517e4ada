"""What users have granted to clients: consents, codes, refresh and access tokens. Times are in seconds."""

from typing import assert_never

import msgspec

from google_sandbox import records
from google_sandbox.records import AccessToken, Code, RefreshToken

ACCESS_TOKEN_SECONDS = 3599
CODE_SECONDS = 600
IDLE_SECONDS = 182 * 24 * 3600
"""A refresh token that is not used for six months dies."""
TESTING_SECONDS = 7 * 24 * 3600
LIVE_REFRESH_TOKENS = 100
"""Per account and client; one more silently ends the oldest."""

type GrantRecord = (
    Code
    | records.CodeUsed
    | RefreshToken
    | records.RefreshTokenDropped
    | AccessToken
    | records.Consented
    | records.GrantRevoked
    | records.AccessTokensExpired
)


class Grants:
    """Everything that OAuth remembers."""

    def __init__(self) -> None:
        self.codes: dict[str, Code] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.consents: dict[tuple[str, str], frozenset[str]] = {}
        self.revoked: set[str] = set()
        """Tokens whose grant is over, and which still work for a while."""

    def apply(self, change: GrantRecord) -> None:
        match change:
            case Code():
                self.codes[change.value] = change
            case records.CodeUsed():
                self.codes.pop(change.value, None)
            case RefreshToken():
                self.refresh_tokens[change.value] = change
            case records.RefreshTokenDropped():
                self.refresh_tokens.pop(change.value, None)
            case AccessToken():
                self.access_tokens[change.value] = change
            case records.Consented():
                key = (change.sub, change.client_id)
                self.consents[key] = frozenset(change.scopes)
            case records.GrantRevoked():
                self._revoke(change)
            case records.AccessTokensExpired():
                self._expire(change)
            case _:
                assert_never(change)

    def _revoke(self, change: records.GrantRevoked) -> None:
        key = (change.sub, change.client_id)
        self.consents.pop(key, None)
        self.codes = {name: code for name, code in self.codes.items() if (code.sub, code.client_id) != key}
        for name, token in self.refresh_tokens.items():
            if (token.sub, token.client_id) == key:
                until = change.at if token.until is None else min(token.until, change.at)
                self.refresh_tokens[name] = msgspec.structs.replace(token, until=until)
                self.revoked.add(name)
        for name, access in self.access_tokens.items():
            if (access.sub, access.client_id) == key:
                expires_at = min(access.expires_at, change.at)
                self.access_tokens[name] = msgspec.structs.replace(access, expires_at=expires_at)
                self.revoked.add(name)

    def _expire(self, change: records.AccessTokensExpired) -> None:
        for name, token in self.access_tokens.items():
            if token.sub == change.sub and token.expires_at > change.at:
                self.access_tokens[name] = msgspec.structs.replace(token, expires_at=change.at)

    def access(self, value: str, now: float) -> AccessToken | None:
        """The access token, None when it is unknown, revoked or expired."""
        token = self.access_tokens.get(value)
        return token if token is not None and token.expires_at > now else None

    def refresh(self, value: str, now: float) -> RefreshToken | None:
        """The refresh token, None when it is unknown, revoked, unused for too long or past its lifetime."""
        token = self.refresh_tokens.get(value)
        if token is None or token.used_at + IDLE_SECONDS <= now:
            return None
        return None if token.until is not None and token.until <= now else token

    def surplus(self, sub: str, client_id: str) -> list[RefreshToken]:
        """The oldest live refresh tokens that must go before one more is given."""
        given = [one for one in self.refresh_tokens.values() if (one.sub, one.client_id) == (sub, client_id)]
        live = [one for one in given if one.value not in self.revoked]
        return live[: max(0, len(live) - LIVE_REFRESH_TOKENS + 1)]

    def clients_of(self, sub: str) -> list[str]:
        """Ids of the clients that hold a grant of this account."""
        return [client_id for owner, client_id in self.consents if owner == sub]
