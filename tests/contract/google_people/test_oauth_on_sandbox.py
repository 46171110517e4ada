"""Connecting an account, from the authorization address to the revoked grant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import msgspec
import pytest

from contactsync.faults import Malformed, OperatorFault, ReconnectNeeded, Unavailable
from google_people import oauth
from google_people.oauth import Attempt, CallbackMismatch, ConsentDenied, Endpoints, ScopeMissing
from google_sandbox.server import SandboxServer
from tests.contract.google_people.conftest import CLIENT, connect, consent


def fault(sandbox: SandboxServer, name: str) -> None:
    sandbox.control("POST", "faults", {"method": "oauth.token", "fault": name})


def test_the_address_asks_for_offline_access_with_state_nonce_and_pkce() -> None:
    endpoints = Endpoints("https://i", "https://i/auth?hd=x", "https://i/t", "https://i/r", "https://i/k")
    attempt = Attempt()
    url = oauth.authorization_url(endpoints, CLIENT, attempt, login_hint="alice@example.org")
    query = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
    challenge = query.pop("code_challenge")
    assert query == {
        "hd": "x",
        "response_type": "code",
        "client_id": CLIENT.client_id,
        "redirect_uri": CLIENT.redirect_uri,
        "scope": "openid email https://www.googleapis.com/auth/contacts",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
        "login_hint": "alice@example.org",
    }
    assert attempt.verifier not in url
    assert len(challenge) == 43


async def test_a_connection_knows_who_was_connected(session: aiohttp.ClientSession, endpoints: Endpoints) -> None:
    grant = await connect(session, endpoints, account="alice@sandbox.example")
    again = await connect(session, endpoints, account="alice@sandbox.example")
    other = await connect(session, endpoints, account="bob@sandbox.example")
    assert grant.email == "alice@sandbox.example"
    assert grant.sub == again.sub != other.sub
    assert oauth.CONTACTS_SCOPE in grant.scopes
    assert grant.refresh_token
    assert grant.expires_at > datetime.now(UTC) + timedelta(minutes=30)
    assert grant.refresh_token not in repr(grant)


async def test_a_grant_is_refreshed_until_it_is_revoked(session: aiohttp.ClientSession, endpoints: Endpoints) -> None:
    grant = await connect(session, endpoints)
    answer = await oauth.refresh(session, endpoints, CLIENT, grant.refresh_token)
    assert answer.access_token not in ("", grant.access_token)
    assert await oauth.revoke(session, endpoints, grant.refresh_token)
    assert await oauth.revoke(session, endpoints, grant.refresh_token)
    with pytest.raises(ReconnectNeeded):
        await oauth.refresh(session, endpoints, CLIENT, grant.refresh_token)


async def test_denied_consent_is_no_fault(session: aiohttp.ClientSession, endpoints: Endpoints) -> None:
    with pytest.raises(ConsentDenied):
        await connect(session, endpoints, decision="deny")


async def test_an_unticked_box_keeps_nothing(
    session: aiohttp.ClientSession, endpoints: Endpoints, sandbox: SandboxServer
) -> None:
    with pytest.raises(ScopeMissing):
        await connect(session, endpoints, granted="")
    assert sandbox.control("POST", "revoke", {}) == {"revoked": 0}


async def test_an_unticked_box_ends_no_connection_of_the_same_user(
    session: aiohttp.ClientSession, endpoints: Endpoints
) -> None:
    grant = await connect(session, endpoints)
    with pytest.raises(ScopeMissing):
        await connect(session, endpoints, granted="", connected={grant.sub})
    assert (await oauth.refresh(session, endpoints, CLIENT, grant.refresh_token)).access_token
    with pytest.raises(ScopeMissing):
        await connect(session, endpoints, granted="", connected={"somebody else"})
    with pytest.raises(ReconnectNeeded):
        await oauth.refresh(session, endpoints, CLIENT, grant.refresh_token)


async def test_a_callback_of_another_browser_is_turned_away(
    session: aiohttp.ClientSession, endpoints: Endpoints
) -> None:
    attempt = Attempt()
    query = await consent(session, oauth.authorization_url(endpoints, CLIENT, attempt))
    for stranger in (Attempt(), None):
        with pytest.raises(CallbackMismatch):
            oauth.read_callback(query, stranger)


async def test_a_code_is_bound_to_its_verifier_and_used_once(
    session: aiohttp.ClientSession, endpoints: Endpoints
) -> None:
    attempt = Attempt()
    query = await consent(session, oauth.authorization_url(endpoints, CLIENT, attempt))
    now = datetime.now(UTC)
    other = replace(attempt, verifier=Attempt().verifier)
    with pytest.raises(ReconnectNeeded):
        await oauth.exchange(session, endpoints, CLIENT, other, query["code"], now=now)
    await oauth.exchange(session, endpoints, CLIENT, attempt, query["code"], now=now)
    with pytest.raises(ReconnectNeeded):
        await oauth.exchange(session, endpoints, CLIENT, attempt, query["code"], now=now)


@pytest.mark.parametrize(
    ("issuer", "nonce", "hours"), [("https://other", None, 0), (None, "other", 0), (None, None, 30)]
)
async def test_an_id_token_has_to_hold(
    session: aiohttp.ClientSession,
    endpoints: Endpoints,
    sandbox: SandboxServer,
    issuer: str | None,
    nonce: str | None,
    hours: int,
) -> None:
    attempt = Attempt()
    query = await consent(session, oauth.authorization_url(endpoints, CLIENT, attempt))
    if issuer:
        endpoints = msgspec.structs.replace(endpoints, issuer=issuer)
    if nonce:
        attempt = replace(attempt, nonce=nonce)
    now = datetime.now(UTC) + timedelta(hours=hours)
    with pytest.raises(Malformed) as caught:
        await oauth.exchange(session, endpoints, CLIENT, attempt, query["code"], now=now)
    assert caught.value.code == "id_token_invalid"
    assert sandbox.control("POST", "revoke", {}) == {"revoked": 0}


async def test_a_grant_of_nobody_knows_whom_is_given_back_only_where_nobody_is_connected(
    session: aiohttp.ClientSession, endpoints: Endpoints, sandbox: SandboxServer
) -> None:
    elsewhere = msgspec.structs.replace(endpoints, issuer="https://other")
    with pytest.raises(Malformed):
        await connect(session, elsewhere, connected={"somebody"})
    assert sandbox.control("POST", "revoke", {}) == {"revoked": 1}


async def test_a_wrong_secret_is_the_operators_fault(session: aiohttp.ClientSession, endpoints: Endpoints) -> None:
    grant = await connect(session, endpoints)
    with pytest.raises(OperatorFault) as caught:
        await oauth.refresh(session, endpoints, replace(CLIENT, client_secret="wrong"), grant.refresh_token)
    assert caught.value.code == "invalid_client"


@pytest.mark.parametrize("name", ["503", "500", "reset-before", "truncated"])
async def test_a_passing_fault_ends_no_connection(
    session: aiohttp.ClientSession, endpoints: Endpoints, sandbox: SandboxServer, name: str
) -> None:
    grant = await connect(session, endpoints)
    fault(sandbox, name)
    with pytest.raises(Unavailable):
        await oauth.refresh(session, endpoints, CLIENT, grant.refresh_token)
    assert (await oauth.refresh(session, endpoints, CLIENT, grant.refresh_token)).access_token


async def test_an_address_without_discovery_is_the_operators_fault(
    session: aiohttp.ClientSession, sandbox: SandboxServer
) -> None:
    with pytest.raises(OperatorFault) as caught:
        await oauth.discover(session, f"{sandbox.url}/nothing")
    assert caught.value.code == "discovery_invalid"
