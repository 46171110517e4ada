"""The sandbox's signing key, its public half as JWKS, and the id_tokens it signs."""

from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from google_sandbox.errors import Json
from google_sandbox.grants import ACCESS_TOKEN_SECONDS
from google_sandbox.records import AccountSet, SigningKeyMade
from google_sandbox.store import Store

_KEY_BITS = 2048


def signing_key(store: Store) -> RSAKey:
    """The key, made at its first use and kept with the store."""
    if not store.signing_key:
        private = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        store.commit(SigningKeyMade(pem.decode()))
    return _imported(store.signing_key)


@lru_cache(maxsize=8)
def _imported(pem: str) -> RSAKey:
    key = RSAKey.import_key(pem, {"use": "sig", "alg": "RS256"})
    key.ensure_kid()
    return key


def public_keys(store: Store) -> Json:
    return dict(KeySet([signing_key(store)]).as_dict(private=False))


def id_token(store: Store, issuer: str, client_id: str, identity: AccountSet, nonce: str) -> str:
    """A signed id_token, with the nonce of the authorization request."""
    key = signing_key(store)
    now = int(store.clock.seconds())
    claims = {
        "iss": issuer,
        "azp": client_id,
        "aud": client_id,
        "iat": now,
        "exp": now + ACCESS_TOKEN_SECONDS,
        **claims_of(identity),
    }
    if nonce:
        claims["nonce"] = nonce
    return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "JWT"}, claims, key)


def claims_of(identity: AccountSet) -> Json:
    """Who the user is, as id_token and userinfo say it."""
    given, _, family = identity.name.partition(" ")
    claims = {
        "sub": identity.sub,
        "email": identity.email,
        "email_verified": True,
        "name": identity.name,
        "given_name": given,
        "family_name": family,
        "picture": "https://photos.invalid/account=s96-c",
    }
    return {key: value for key, value in claims.items() if value}
