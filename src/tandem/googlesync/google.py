"""The wires to Google of one account: the client built from the settings and from what its row stores."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import aiohttp
from django.conf import settings
from django.utils import timezone

from contactsync.faults import OperatorFault, Unavailable
from google_people import oauth
from google_people.budget import Budget
from google_people.client import PATIENCE
from google_people.oauth import Endpoints, OAuthClient, TokenAnswer
from google_people.provider import GooglePeople
from google_people.tokens import StoredTokens, StoredTokenSource
from tandem.googlesync.models import Account, Installation
from tandem.googlesync.threads import in_thread
from tandem.googlesync.vault import decrypt, encrypt

#: The longest that one request may take: the lease must outlast it.
REQUEST_SECONDS = PATIENCE.request_seconds

_endpoints: dict[str, Endpoints] = {}


async def endpoints(session: aiohttp.ClientSession) -> Endpoints:
    """The addresses of the discovery document, asked for once per process."""
    url = settings.GOOGLE_DISCOVERY_URL
    if url not in _endpoints:
        _endpoints[url] = await oauth.discover(session, url)
    return _endpoints[url]


def forget_endpoints() -> None:
    """Ask for the discovery document again, at an address that has changed."""
    _endpoints.clear()


def oauth_client() -> OAuthClient:
    """The operator's OAuth client. Raises `OperatorFault` where there is none."""
    if not settings.GOOGLE_CLIENT_ID or not settings.GOOGLE_CLIENT_SECRET:
        raise OperatorFault(
            "client_missing",
            "This installation has no Google client yet.",
            "The operator sets TANDEM_GOOGLE_CLIENT_ID and TANDEM_GOOGLE_CLIENT_SECRET (docs/google-setup.md).",
        )
    return OAuthClient(settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET, redirect_uri())


def redirect_uri() -> str:
    """The address that has to be registered with the OAuth client, to the letter."""
    return f"{settings.BASE_URL}/google/callback"


def provider_of(
    account: Account, session: aiohttp.ClientSession, budget: Budget, guard: Callable[[], Awaitable[None]]
) -> GooglePeople:
    """The account's provider. `guard` is awaited before each request."""
    return GooglePeople(
        session,
        settings.GOOGLE_PEOPLE_URL,
        token_source(account.id, session),
        budget,
        installation=installation_id(),
        region=account.region,
        guard=guard,
    )


def token_source(account_id: UUID, session: aiohttp.ClientSession) -> StoredTokenSource:
    """Access tokens from the account's row, renewed at Google when most of their life is over."""

    async def renew(refresh_token: str) -> TokenAnswer:
        return await oauth.refresh(session, await endpoints(session), oauth_client(), refresh_token)

    async def load() -> StoredTokens | None:
        return await in_thread(_load_tokens, account_id)

    async def save(tokens: StoredTokens) -> None:
        await in_thread(_save_tokens, account_id, tokens)

    return StoredTokenSource(load=load, save=save, renew=renew)


def installation_id() -> str:
    """This installation's name in the markers of the persons that we create."""
    installation, _ = Installation.objects.get_or_create(only=True)
    return str(installation.id)


async def revoke(refresh_token: str) -> bool:
    """End the grant at Google, as well as can be done now. Never raises, and takes at most ten seconds."""
    try:
        async with asyncio.timeout(10), aiohttp.ClientSession() as session:
            return await oauth.revoke(session, await endpoints(session), refresh_token)
    except (TimeoutError, Unavailable, OperatorFault):
        return False


def _load_tokens(account_id: UUID) -> StoredTokens | None:
    account = Account.objects.only("refresh_token", "access_token", "access_token_expires_at").get(id=account_id)
    if not account.refresh_token:
        return None
    return StoredTokens(
        refresh_token=decrypt(account.refresh_token),
        access_token=decrypt(account.access_token),
        renew_at=account.access_token_expires_at,
    )


def _save_tokens(account_id: UUID, tokens: StoredTokens) -> None:
    """Only while there is a grant: a disconnected account stays without tokens."""
    Account.objects.filter(id=account_id).exclude(refresh_token=b"").update(
        refresh_token=encrypt(tokens.refresh_token),
        access_token=encrypt(tokens.access_token),
        access_token_expires_at=tokens.renew_at or timezone.now(),
    )
