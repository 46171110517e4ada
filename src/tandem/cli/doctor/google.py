"""Google's side: the operator's client, the People API, and each connected account."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus

import aiohttp
from django.conf import settings

from contactsync.faults import ReconnectNeeded, SyncError
from google_people import oauth
from google_people.oauth import TIMEOUT
from tandem.cli.doctor.finding import Finding
from tandem.cli.lookup import connected_accounts
from tandem.googlesync import google
from tandem.googlesync.figures import behind
from tandem.googlesync.models import Account, AccountState, Run, RunState

#: A refresh token that Google never gave: refused as such, it shows that our client is known.
NO_TOKEN = "tandem-doctor"  # noqa: S105 - no secret


def findings(now: datetime) -> Iterator[Finding]:
    """The client and the API, then each account."""
    yield asyncio.run(_client())
    yield asyncio.run(_people_api())
    stale = set(behind(now).values_list("id", flat=True))
    for account in connected_accounts():
        yield _account(account, is_behind=account.id in stale)


async def _client() -> Finding:
    try:
        client = google.oauth_client()
        async with aiohttp.ClientSession() as session:
            endpoints = await google.endpoints(session)
            await oauth.refresh(session, endpoints, client, NO_TOKEN)
    except ReconnectNeeded:
        return Finding("google client", f"Google knows the client. Its redirect address is {google.redirect_uri()}.")
    except SyncError as fault:
        return Finding("google client", fault.detail, fault.mend)
    return Finding("google client", "Google's token endpoint answers what it should refuse.", "Check the addresses.")


async def _people_api() -> Finding:
    """Asked without a token, the People API refuses as such."""
    address = f"{settings.GOOGLE_PEOPLE_URL}/v1/people/me?personFields=metadata"
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.get(address) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError):
        return Finding(
            "people api", "The People API can't be reached.", "Check the network, and TANDEM_GOOGLE_PEOPLE_URL."
        )
    if status != HTTPStatus.UNAUTHORIZED:
        words = f"What answers at TANDEM_GOOGLE_PEOPLE_URL is not the People API ({status})."
        return Finding("people api", words, "Remove or correct TANDEM_GOOGLE_PEOPLE_URL.")
    return Finding("people api", "The People API answers.")


def _account(account: Account, *, is_behind: bool) -> Finding:
    """The first thing that is wrong with it."""
    name = f"account {account.email}"
    if account.state == AccountState.RECONNECT_NEEDED or account.error_code:
        mend = account.error_mend or "Connect Google again."
        return Finding(name, account.error_detail or "Google's permission has ended.", mend)
    if not account.contact_sync:
        return Finding(name, "Connected; contact sync is off.")
    if is_behind:
        return Finding(name, "No run has succeeded for two intervals.", f"Run 'tandem sync {account.id}'.")
    if Run.objects.filter(account=account, state=RunState.HELD).exists():
        return Finding(name, "A run is held back.", "Its user applies or rejects it on the run's page.")
    return Finding(name, "In step.")
