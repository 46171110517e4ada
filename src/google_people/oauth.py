"""Connecting a Google account: OAuth 2.0 with PKCE, OpenID Connect for who it is. No address is fixed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import msgspec
import structlog
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7009 import prepare_revoke_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from contactsync.faults import Malformed, OperatorFault, ReconnectNeeded, SyncError, Unavailable
from google_people.errors import google_fault, unreachable

logger = structlog.get_logger(__name__)

CONTACTS_SCOPE = "https://www.googleapis.com/auth/contacts"
SCOPES = ("openid", "email", CONTACTS_SCOPE)
TIMEOUT = aiohttp.ClientTimeout(total=20.0)
CLOCK_LEEWAY_SECONDS = 120
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class ConsentDenied(SyncError):
    """The user said no on Google's page, or went back."""


class ScopeMissing(SyncError):
    """The user left the box for contacts unticked: no connection comes of what was granted."""


class CallbackMismatch(SyncError):
    """Google's redirect does not belong to an attempt of this browser: forged, repeated, or too old."""


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The operator's OAuth client, and the redirect address registered for it."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


class Endpoints(msgspec.Struct, frozen=True):
    """The discovery document, as far as we use it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    jwks_uri: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to connect. It stays in the user's session until Google redirects back; used once."""

    state: str = field(default_factory=lambda: generate_token(32), repr=False)
    nonce: str = field(default_factory=lambda: generate_token(32), repr=False)
    verifier: str = field(default_factory=lambda: generate_token(64), repr=False)


class TokenAnswer(msgspec.Struct, frozen=True):
    """What the token endpoint answers."""

    access_token: str
    expires_in: int = 3600
    refresh_token: str = ""
    scope: str = ""
    id_token: str = ""

    def __repr__(self) -> str:
        return "TokenAnswer(...)"


@dataclass(frozen=True, slots=True)
class Grant:
    """What the user granted, and who that is: `sub` is the identity, `email` may change."""

    sub: str
    email: str
    scopes: frozenset[str]
    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    expires_at: datetime


class _TokenError(msgspec.Struct, frozen=True):
    error: str = ""


async def discover(session: aiohttp.ClientSession, url: str) -> Endpoints:
    """The OpenID discovery document. Keep it: it changes rarely. Raises `Unavailable`, `OperatorFault`."""
    status, body = await _fetch(session, "GET", url)
    if status >= 500:
        raise google_fault()
    try:
        return msgspec.json.decode(body, type=Endpoints)
    except ValueError as error:
        raise OperatorFault(
            "discovery_invalid",
            "There is no OpenID discovery document at the configured address.",
            "The operator removes or corrects TANDEM_GOOGLE_DISCOVERY_URL (docs/google-setup.md).",
        ) from error


def authorization_url(
    endpoints: Endpoints, client: OAuthClient, attempt: Attempt, *, login_hint: str | None = None
) -> str:
    """Where to send the user's browser. `login_hint` is an e-mail or a `sub`, when one is known."""
    return str(
        prepare_grant_uri(
            endpoints.authorization_endpoint,
            client.client_id,
            "code",
            redirect_uri=client.redirect_uri,
            scope=list(SCOPES),
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
            access_type="offline",
            prompt="consent",  # without it Google gives a refresh token at the first consent only
            login_hint=login_hint,
        )
    )


def read_callback(query: Mapping[str, str], attempt: Attempt | None) -> str:
    """The code in Google's redirect. Raises `CallbackMismatch`, `ConsentDenied`, `OperatorFault`."""
    if attempt is None or not attempt.state or query.get("state") != attempt.state:
        raise CallbackMismatch(
            "state_mismatch",
            "This answer of Google does not belong to a connection that was begun here.",
            "Start again with 'Connect'.",
        )
    if "error" in query:
        raise _denial(query["error"])
    if not query.get("code"):
        raise CallbackMismatch("code_missing", "Google's answer holds no code.", "Start again with 'Connect'.")
    return query["code"]


def _denial(error: str) -> SyncError:
    if error == "access_denied":
        return ConsentDenied(
            "consent_denied",
            "Google was not connected, because the permission was not given.",
            "Connect again and allow access when Google asks.",
        )
    return _refusal(error)


async def exchange(
    session: aiohttp.ClientSession,
    endpoints: Endpoints,
    client: OAuthClient,
    attempt: Attempt,
    code: str,
    *,
    connected: Collection[str] = (),
    now: datetime,
) -> Grant:
    """Turn the code into a grant, and check whose it is and that it covers the contacts.

    A grant of which no connection comes is given back. Google ends all grants of the user to this client with it, so
    that this is left undone where the user is, or may be, one of the subs that are `connected`.
    Raises `ScopeMissing`, `ReconnectNeeded`, `OperatorFault`, `Malformed` for an id_token that does not hold,
    `Unavailable`.
    """
    answer = await _token(
        session,
        endpoints,
        client,
        "authorization_code",
        code=code,
        redirect_uri=client.redirect_uri,
        code_verifier=attempt.verifier,
    )
    claims: dict[str, Any] = {}
    try:
        claims = await _claims(session, endpoints, client, attempt, answer.id_token, now)
        return _grant(answer, claims, now)
    except SyncError:
        if not (claims["sub"] in connected if claims else connected):
            await revoke(session, endpoints, answer.refresh_token or answer.access_token)
        raise


def _grant(answer: TokenAnswer, claims: Mapping[str, Any], now: datetime) -> Grant:
    """What was granted, if it will do."""
    scopes = frozenset(answer.scope.split() or SCOPES)  # none named: as asked for (RFC 6749, 5.1)
    if CONTACTS_SCOPE not in scopes:
        raise ScopeMissing(
            "scope_missing",
            "Google was connected without permission for the contacts, so nothing was kept.",
            "Connect again and tick the box for contacts.",
        )
    if not answer.refresh_token:
        raise ReconnectNeeded("refresh_token_missing", "Google gave no lasting permission.", "Connect Google again.")
    return Grant(
        sub=claims["sub"],
        email=claims.get("email", ""),
        scopes=scopes,
        refresh_token=answer.refresh_token,
        access_token=answer.access_token,
        expires_at=now + timedelta(seconds=answer.expires_in),
    )


async def refresh(
    session: aiohttp.ClientSession, endpoints: Endpoints, client: OAuthClient, refresh_token: str
) -> TokenAnswer:
    """A new access token; `refresh_token` is empty unless Google changed it.

    Raises `ReconnectNeeded` (only for invalid_grant), `OperatorFault`, `Unavailable`.
    """
    return await _token(session, endpoints, client, "refresh_token", refresh_token=refresh_token)


async def revoke(session: aiohttp.ClientSession, endpoints: Endpoints, token: str) -> bool:
    """End the grant that an access or refresh token belongs to, as well as can be done now.

    True when Google confirms it or knows the token no more. Never raises: disconnecting must not fail by it.
    """
    body, _ = prepare_revoke_token_request(token, None, "", {})
    try:
        status, answer = await _fetch(session, "POST", endpoints.revocation_endpoint, body)
    except Unavailable as error:
        logger.warning("google_grant_not_revoked", error=error.code)
        return False
    return status == 200 or _error_code(answer) == "invalid_token"


async def _token(
    session: aiohttp.ClientSession,
    endpoints: Endpoints,
    client: OAuthClient,
    grant_type: str,
    **parameters: str,
) -> TokenAnswer:
    body = prepare_token_request(
        grant_type, client_id=client.client_id, client_secret=client.client_secret, **parameters
    )
    status, answer = await _fetch(session, "POST", endpoints.token_endpoint, body)
    if status >= 500 or status == 429:
        raise google_fault()
    if status != 200:
        raise _refusal(_error_code(answer))
    try:
        return msgspec.json.decode(answer, type=TokenAnswer)
    except ValueError as error:
        raise google_fault() from error


def _error_code(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_TokenError).error
    except ValueError:
        return ""


def _refusal(error: str) -> SyncError:
    """What a named OAuth error means, and for whom. Only `invalid_grant` ends a connection."""
    match error:
        case "invalid_grant":
            return ReconnectNeeded(
                "grant_revoked", "Google's permission has ended or was withdrawn.", "Connect Google again."
            )
        case "invalid_client" | "unauthorized_client" | "deleted_client":
            return OperatorFault(
                "invalid_client",
                "Google does not know this installation's client id and secret.",
                "The operator corrects TANDEM_GOOGLE_CLIENT_ID and TANDEM_GOOGLE_CLIENT_SECRET (docs/google-setup.md).",
            )
        case "redirect_uri_mismatch":
            return OperatorFault(
                "redirect_uri_mismatch",
                "The redirect address of this installation is not registered at Google.",
                "The operator adds it to the OAuth client in the Google Cloud console.",
            )
        case "admin_policy_enforced" | "org_internal":
            return OperatorFault(
                "access_denied",
                "The administrator of this Google Workspace does not allow this application.",
                "Ask the administrator of the Google Workspace to allow it.",
            )
        case _:
            return Malformed(
                "oauth_refused",
                "Google refused the sign-in for a reason that is not known here.",
                "Try again; if it lasts, please report it as a bug.",
            )


async def _claims(
    session: aiohttp.ClientSession,
    endpoints: Endpoints,
    client: OAuthClient,
    attempt: Attempt,
    id_token: str,
    now: datetime,
) -> dict[str, Any]:
    """The claims of an id_token whose signature, issuer, audience, expiry and nonce hold."""
    status, body = await _fetch(session, "GET", endpoints.jwks_uri)
    if status != 200:
        raise google_fault()
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=CLOCK_LEEWAY_SECONDS,
        iss={"essential": True, "values": [endpoints.issuer, endpoints.issuer.removeprefix("https://")]},
        aud={"essential": True, "value": client.client_id},
        exp={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": attempt.nonce},
    )
    try:
        keys = KeySet.import_key_set(msgspec.json.decode(body))
        claims = jwt.decode(id_token, keys, algorithms=["RS256"]).claims
        registry.validate(claims)
    except (JoseError, ValueError, KeyError) as error:
        raise Malformed(
            "id_token_invalid",
            "Google's statement about who signed in does not hold.",
            "Check the clock of the server, then connect again.",
        ) from error
    return claims


async def _fetch(session: aiohttp.ClientSession, verb: str, url: str, form: str | None = None) -> tuple[int, bytes]:
    headers = FORM if form is not None else None
    try:
        async with session.request(
            verb, url, data=form, headers=headers, timeout=TIMEOUT, allow_redirects=form is None
        ) as response:
            body = await response.read()
            logger.info("google_oauth_request", path=response.url.path, status=response.status)
            return response.status, body
    except (aiohttp.ClientError, TimeoutError) as error:
        raise unreachable() from error
