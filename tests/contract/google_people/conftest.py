"""A sandbox Google, a connected account, and the provider on it."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from google_people import oauth
from google_people.budget import Budget, Limits
from google_people.client import Patience
from google_people.oauth import Attempt, Endpoints, Grant, OAuthClient
from google_people.provider import GooglePeople
from google_people.tokens import StoredTokens, StoredTokenSource, renewal_time
from google_sandbox.server import SandboxServer
from google_sandbox.state import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET

CLIENT = OAuthClient(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, "http://127.0.0.1:1/google/callback")
INSTALLATION = "test-installation"


async def no_sleep(_seconds: float) -> None:
    """Pauses cost a test nothing."""


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def endpoints(session: aiohttp.ClientSession, sandbox: SandboxServer) -> Endpoints:
    return await oauth.discover(session, f"{sandbox.url}/.well-known/openid-configuration")


async def consent(session: aiohttp.ClientSession, url: str, **choice: str) -> dict[str, str]:
    """Play the user on Google's page; the parameters of the redirect back."""
    form = {"granted": oauth.CONTACTS_SCOPE, "decision": "allow", **choice}
    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc}{parts.path}"
    data = {**dict(parse_qsl(parts.query)), **form}
    async with session.post(address, data=data, allow_redirects=False) as response:
        assert response.status == 302, await response.text()
        return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


async def connect(
    session: aiohttp.ClientSession, endpoints: Endpoints, *, connected: Collection[str] = (), **choice: str
) -> Grant:
    attempt = Attempt()
    query = await consent(session, oauth.authorization_url(endpoints, CLIENT, attempt), **choice)
    code = oauth.read_callback(query, attempt)
    now = datetime.now(UTC)
    return await oauth.exchange(session, endpoints, CLIENT, attempt, code, connected=connected, now=now)


class Vault:
    """A store of one account's tokens."""

    def __init__(self, tokens: StoredTokens | None) -> None:
        self.tokens = tokens

    async def load(self) -> StoredTokens | None:
        return self.tokens

    async def save(self, tokens: StoredTokens) -> None:
        self.tokens = tokens


@pytest.fixture
async def vault(session: aiohttp.ClientSession, endpoints: Endpoints) -> Vault:
    grant = await connect(session, endpoints)
    renew_at = renewal_time(datetime.now(UTC), grant.expires_at)
    return Vault(StoredTokens(grant.refresh_token, grant.access_token, renew_at))


@pytest.fixture
def tokens(session: aiohttp.ClientSession, endpoints: Endpoints, vault: Vault) -> StoredTokenSource:
    async def renew(refresh_token: str) -> oauth.TokenAnswer:
        return await oauth.refresh(session, endpoints, CLIENT, refresh_token)

    return StoredTokenSource(load=vault.load, save=vault.save, renew=renew)


type MakeProvider = Callable[..., GooglePeople]


@pytest.fixture
def make_provider(session: aiohttp.ClientSession, sandbox: SandboxServer, tokens: StoredTokenSource) -> MakeProvider:
    def make(*, limits: Limits | None = None, request_seconds: float = 20.0) -> GooglePeople:
        return GooglePeople(
            session,
            sandbox.url,
            tokens,
            Budget(limits or Limits(0, 0, 0), sleep=no_sleep),
            installation=INSTALLATION,
            region="US",
            patience=Patience(request_seconds=request_seconds),
            sleep=no_sleep,
        )

    return make


@pytest.fixture
def provider(make_provider: MakeProvider) -> GooglePeople:
    return make_provider()
