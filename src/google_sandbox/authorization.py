"""The authorization endpoint: an app asks, the user chooses an account, ticks what to grant, allows or denies.

A program plays the user by posting the same form to `/o/oauth2/v2/auth`: the parameters of the authorization request
as they were, and `account` (e-mail; an unknown one is created), `granted` (repeated: the ticked scopes; absent means
none of those that have a tick-box) and `decision` (`allow` or `deny`). The answer is the redirect to the app.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from google_sandbox.grants import CODE_SECONDS
from google_sandbox.pages.consent import consent_page, refusal_page
from google_sandbox.records import Code, Consented
from google_sandbox.state import SANDBOX, Sandbox
from google_sandbox.store import DEFAULT_EMAIL, Account

CONTACTS_SCOPE = "https://www.googleapis.com/auth/contacts"
_LONG_FORMS = {
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}
SIGN_IN_SCOPES = frozenset({"openid", *_LONG_FORMS.values()})
KNOWN_SCOPES = SIGN_IN_SCOPES | {
    CONTACTS_SCOPE,
    "https://www.googleapis.com/auth/contacts.readonly",
    "https://www.googleapis.com/auth/contacts.other.readonly",
}
_LOOPBACK = ("127.0.0.1", "localhost")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What an app asks for; `parameters` are its own, for carrying them through the consent form."""

    parameters: Mapping[str, str]
    redirect_uri: str
    scopes: tuple[str, ...]
    prompts: frozenset[str]

    def text(self, name: str) -> str:
        return self.parameters.get(name, "")


class Refused(Exception):  # Google's page says so, and the app never hears of it
    """An error that Google shows itself. `code` is OAuth's word for it."""

    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(explanation)
        self.code = code
        self.explanation = explanation


def read_request(sandbox: Sandbox, parameters: Mapping[str, str]) -> AuthorizationRequest:
    """The request, refused where Google would not redirect."""
    if parameters.get("client_id") != sandbox.client.id:
        raise Refused("invalid_client", "The OAuth client was not found.")
    redirect_uri = parameters.get("redirect_uri", "")
    if not redirect_allowed(sandbox, redirect_uri):
        raise Refused("redirect_uri_mismatch", "The redirect URI in the request is not registered for this client.")
    if parameters.get("response_type") != "code":
        raise Refused("invalid_request", "Only response_type=code is supported.")
    if parameters.get("code_challenge_method", "plain") not in ("plain", "S256"):
        raise Refused("invalid_request", "code_challenge_method must be plain or S256.")
    scopes = tuple(dict.fromkeys(_LONG_FORMS.get(one, one) for one in parameters.get("scope", "").split()))
    unknown = [scope for scope in scopes if scope not in KNOWN_SCOPES]
    if unknown or not scopes:
        raise Refused("invalid_scope", f"Some requested scopes were invalid: {' '.join(unknown) or 'none given'}.")
    return AuthorizationRequest(parameters, redirect_uri, scopes, frozenset(parameters.get("prompt", "").split()))


def redirect_allowed(sandbox: Sandbox, redirect_uri: str) -> bool:
    """Character by character one of the registered addresses; without any, every loopback address."""
    if sandbox.client.redirect_uris:
        return redirect_uri in sandbox.client.redirect_uris
    parts = urlsplit(redirect_uri)
    return parts.scheme == "http" and parts.hostname in _LOOPBACK and not parts.fragment


async def ask(request: web.Request) -> web.Response:
    """GET: the consent page, or straight back to the app when it asked for no page."""
    sandbox = request.app[SANDBOX]
    try:
        wanted = read_request(sandbox, request.query)
    except Refused as refused:
        return _refusal(refused)
    if "none" in wanted.prompts:
        return _without_page(sandbox, wanted)
    emails = [account.email for account in sandbox.store.accounts.values()]
    hint = wanted.text("login_hint")
    known = sandbox.store.accounts.get(hint)
    chosen = known.email if known else hint if hint in emails else DEFAULT_EMAIL
    optional = [scope for scope in wanted.scopes if scope not in SIGN_IN_SCOPES]
    html = consent_page(dict(request.query), emails, chosen, optional)
    return web.Response(text=html, content_type="text/html")


async def answer(request: web.Request) -> web.Response:
    """POST: the user's decision."""
    sandbox = request.app[SANDBOX]
    form = await request.post()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    own = {
        name: value for name, value in texts.items() if name not in ("account", "new_account", "granted", "decision")
    }
    try:
        wanted = read_request(sandbox, own)
    except Refused as refused:
        return _refusal(refused)
    email = texts.get("new_account", "").strip() or texts.get("account", "").strip() or DEFAULT_EMAIL
    if not _EMAIL.fullmatch(email):
        return _refusal(Refused("invalid_request", f"'{email}' is no e-mail address."))
    ticked = {str(scope) for scope in form.getall("granted", [])}
    granted = tuple(scope for scope in wanted.scopes if scope in SIGN_IN_SCOPES or scope in ticked)
    if texts.get("decision") != "allow" or not granted:
        return back(wanted, {"error": "access_denied"})
    return back(wanted, _grant(sandbox, wanted, sandbox.store.account(email), granted))


def _without_page(sandbox: Sandbox, wanted: AuthorizationRequest) -> web.Response:
    """prompt=none: only what was granted before can be given without asking."""
    hint = wanted.text("login_hint")
    account = sandbox.store.accounts.get(hint) or sandbox.store.by_email(hint or DEFAULT_EMAIL)
    if account is None:
        return back(wanted, {"error": "login_required"})
    granted = sandbox.store.grants.consents.get((account.sub, sandbox.client.id), frozenset())
    if not granted.issuperset(wanted.scopes):
        return back(wanted, {"error": "interaction_required"})
    return back(wanted, _grant(sandbox, wanted, account, wanted.scopes))


def _grant(
    sandbox: Sandbox, wanted: AuthorizationRequest, account: Account, granted: tuple[str, ...]
) -> dict[str, str]:
    """Remember the consent and make a code; a refresh token needs offline access and a first or forced consent."""
    client_id = sandbox.client.id
    before = sandbox.store.grants.consents.get((account.sub, client_id))
    offline = wanted.text("access_type") == "offline"
    code = Code(
        value=f"4/0A{secrets.token_urlsafe(40)}",
        sub=account.sub,
        client_id=client_id,
        redirect_uri=wanted.redirect_uri,
        scopes=granted,
        nonce=wanted.text("nonce"),
        challenge=wanted.text("code_challenge"),
        challenge_method=wanted.text("code_challenge_method") or "plain",
        refreshable=offline and (before is None or "consent" in wanted.prompts),
        expires_at=sandbox.store.clock.seconds() + CODE_SECONDS,
    )
    consented = tuple(sorted({*granted, *(before or ())}))
    sandbox.store.commit(Consented(account.sub, client_id, consented), code)
    prompt = " ".join(sorted(wanted.prompts)) or "consent"
    return {"code": code.value, "scope": " ".join(granted), "authuser": "0", "prompt": prompt}


def back(wanted: AuthorizationRequest, parameters: dict[str, str]) -> web.Response:
    """The redirect to the app, with its state."""
    state = {"state": wanted.text("state")} if wanted.text("state") else {}
    separator = "&" if urlsplit(wanted.redirect_uri).query else "?"
    location = wanted.redirect_uri + separator + urlencode({**state, **parameters})
    return web.Response(status=302, headers={"Location": location})


def _refusal(refused: Refused) -> web.Response:
    return web.Response(status=400, text=refusal_page(refused.code, refused.explanation), content_type="text/html")
