"""The token, revocation, userinfo, key and discovery endpoints."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from urllib.parse import unquote

from aiohttp import web
from msgspec.structs import replace

from google_sandbox.authorization import KNOWN_SCOPES
from google_sandbox.errors import REALM, Json
from google_sandbox.grants import ACCESS_TOKEN_SECONDS, TESTING_SECONDS
from google_sandbox.id_tokens import claims_of, id_token, public_keys
from google_sandbox.records import (
    AccessToken,
    Code,
    CodeUsed,
    GrantRevoked,
    Record,
    RefreshToken,
    RefreshTokenDropped,
)
from google_sandbox.settings import Publishing
from google_sandbox.state import Sandbox
from google_sandbox.store import Store


class OAuthError(Exception):
    """An answer of the token or revocation endpoint other than success."""

    def __init__(self, error: str, description: str = "", http_status: int = 400) -> None:
        super().__init__(error)
        self.http_status = http_status
        self.body = {"error": error, "error_description": description} if description else {"error": error}


def base_address(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def token(sandbox: Sandbox, form: Mapping[str, str], basic: str, issuer: str) -> Json:
    """The token endpoint. `basic` is the Authorization header, which may carry the client's secret."""
    _check_client(sandbox, form, basic)
    match form.get("grant_type"):
        case "authorization_code":
            return _exchange(sandbox, form, issuer)
        case "refresh_token":
            return _refresh(sandbox, form, issuer)
        case None:
            raise OAuthError("invalid_request", "Required parameter is missing: grant_type")
        case other:
            raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {other}")


def _check_client(sandbox: Sandbox, form: Mapping[str, str], basic: str) -> None:
    identifier, secret = form.get("client_id", ""), form.get("client_secret", "")
    if basic.startswith("Basic "):
        try:
            identifier, _, secret = base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise OAuthError("invalid_client", "Unauthorized", 401) from None
        identifier, secret = unquote(identifier), unquote(secret)
    if identifier != sandbox.client.id:
        raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
    if not hmac.compare_digest(secret.encode(), sandbox.client.secret.encode()):
        raise OAuthError("invalid_client", "Unauthorized", 401)


def _exchange(sandbox: Sandbox, form: Mapping[str, str], issuer: str) -> Json:
    store = sandbox.store
    code = store.grants.codes.get(form.get("code", ""))
    if code is None:
        raise OAuthError("invalid_grant", "Malformed auth code.")
    if code.expires_at <= store.clock.seconds() or code.client_id != sandbox.client.id:
        raise OAuthError("invalid_grant", "Bad Request")
    if form.get("redirect_uri") != code.redirect_uri:
        raise OAuthError("redirect_uri_mismatch", "Bad Request")
    if not _verified(code, form.get("code_verifier", "")):
        raise OAuthError("invalid_grant", "Invalid code verifier.")
    access = _access_token(sandbox, code.sub, code.scopes)
    written: list[Record] = [CodeUsed(code.value), access]
    answer = _answer(access)
    if code.refreshable:
        written += _new_refresh_token(sandbox, code.sub, code.scopes, answer)
    if "openid" in code.scopes:
        identity = store.accounts[code.sub].identity
        answer["id_token"] = id_token(store, issuer, code.client_id, identity, code.nonce)
    store.commit(*written)
    return answer


def _verified(code: Code, verifier: str) -> bool:
    """PKCE: the verifier belongs to the challenge (RFC 7636, 4.6)."""
    if not code.challenge:
        return True
    if code.challenge_method == "plain":
        return hmac.compare_digest(verifier.encode(), code.challenge.encode())
    digest = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, code.challenge.encode())


def _access_token(sandbox: Sandbox, sub: str, scopes: tuple[str, ...]) -> AccessToken:
    expires_at = sandbox.store.clock.seconds() + ACCESS_TOKEN_SECONDS
    return AccessToken(f"ya29.a0{secrets.token_urlsafe(100)}", sub, sandbox.client.id, scopes, expires_at)


def _answer(access: AccessToken) -> Json:
    return {
        "access_token": access.value,
        "expires_in": ACCESS_TOKEN_SECONDS,
        "scope": " ".join(access.scopes),
        "token_type": "Bearer",
    }


def _new_refresh_token(sandbox: Sandbox, sub: str, scopes: tuple[str, ...], answer: Json) -> list[Record]:
    """Records of a new refresh token, which is put into the answer; the 101st ends the oldest."""
    store = sandbox.store
    now = store.clock.seconds()
    until = now + TESTING_SECONDS if store.settings.publishing is Publishing.TESTING else None
    if until is not None:
        answer["refresh_token_expires_in"] = TESTING_SECONDS
    value = f"1//0{secrets.token_urlsafe(60)}"
    answer["refresh_token"] = value
    surplus = store.grants.surplus(sub, sandbox.client.id)
    dropped: list[Record] = [RefreshTokenDropped(old.value) for old in surplus]
    return [*dropped, RefreshToken(value, sub, sandbox.client.id, scopes, now, until)]


def _refresh(sandbox: Sandbox, form: Mapping[str, str], issuer: str) -> Json:
    store = sandbox.store
    now = store.clock.seconds()
    known = store.grants.refresh(form.get("refresh_token", ""), now)
    if known is None:
        raise OAuthError("invalid_grant", "Token has been expired or revoked.")
    access = _access_token(sandbox, known.sub, known.scopes)
    if known.value in store.grants.revoked and known.until is not None:
        access = replace(access, expires_at=known.until)
    answer = _answer(access)
    used = RefreshToken(known.value, known.sub, known.client_id, known.scopes, now, known.until)
    written: list[Record] = [used, access]
    if store.settings.rotate_refresh_tokens:
        written = [RefreshTokenDropped(known.value), access]
        written += _new_refresh_token(sandbox, known.sub, known.scopes, answer)
    if "openid" in known.scopes:
        answer["id_token"] = id_token(store, issuer, known.client_id, store.accounts[known.sub].identity, "")
    store.commit(*written)
    return answer


def revoke(sandbox: Sandbox, value: str) -> None:
    """End the whole grant that an access or refresh token belongs to."""
    store = sandbox.store
    now = store.clock.seconds()
    found = store.grants.access(value, now) or store.grants.refresh(value, now)
    if found is None or value in store.grants.revoked:
        raise OAuthError("invalid_token", "Token expired or revoked")
    end_grants(store, found.sub, [found.client_id])


def end_grants(store: Store, sub: str, clients: Sequence[str]) -> None:
    """The user's grants to these clients are over; their tokens go on for the delay of the settings."""
    at = store.clock.seconds() + store.settings.revocation_delay_seconds
    store.commit(*[GrantRevoked(sub, client, at) for client in clients])


def userinfo(sandbox: Sandbox, authorization: str) -> Json:
    store = sandbox.store
    access = store.grants.access(authorization.removeprefix("Bearer ").strip(), store.clock.seconds())
    if access is None:
        raise OAuthError("invalid_request", "Invalid Credentials", 401)
    claims = claims_of(store.accounts[access.sub].identity)
    shown = {"sub"}
    if "https://www.googleapis.com/auth/userinfo.email" in access.scopes:
        shown |= {"email", "email_verified"}
    if "https://www.googleapis.com/auth/userinfo.profile" in access.scopes:
        shown |= {"name", "given_name", "family_name", "picture"}
    return {key: value for key, value in claims.items() if key in shown}


def discovery(base: str) -> Json:
    """The OpenID configuration; every address is the sandbox's own, and so is the issuer."""
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/o/oauth2/v2/auth",
        "token_endpoint": f"{base}/token",
        "revocation_endpoint": f"{base}/revoke",
        "userinfo_endpoint": f"{base}/userinfo",
        "jwks_uri": f"{base}/certs",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile", *sorted(KNOWN_SCOPES)],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": [
            "aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss", "name", "picture",
            "sub",
        ],
        "code_challenge_methods_supported": ["plain", "S256"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
    }  # fmt: skip


def keys(sandbox: Sandbox) -> Json:
    return public_keys(sandbox.store)


UNAUTHENTICATED = {"WWW-Authenticate": f'{REALM}, error="invalid_token"'}
