"""OAuth 2.0 and OpenID Connect (people-api.md, section 8: 32 to 38, 71)."""

import base64
import json
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from google_sandbox.server import SandboxServer
from google_sandbox.state import DEFAULT_CLIENT_ID, Client
from tests.contract.google_sandbox.harness import CALLBACK, CONTACTS, DAY, Browser, Google, request, returned

EMAIL = "https://www.googleapis.com/auth/userinfo.email"


def test_every_address_of_the_discovery_document_is_the_sandboxs_own(sandbox: SandboxServer) -> None:
    document = request(sandbox.url, "GET", "/.well-known/openid-configuration").json
    addresses = {name: value for name, value in document.items() if name.endswith(("endpoint", "uri", "issuer"))}
    assert set(addresses) == {
        "issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "userinfo_endpoint", "jwks_uri",
    }  # fmt: skip
    assert all(address.startswith(sandbox.url) for address in addresses.values())


def test_the_consent_page_offers_the_account_and_the_scope(sandbox: SandboxServer) -> None:
    asked = {"client_id": DEFAULT_CLIENT_ID, "redirect_uri": CALLBACK, "response_type": "code",
             "scope": f"openid email {CONTACTS}", "state": "<state>"}  # fmt: skip
    page = request(sandbox.url, "GET", f"/o/oauth2/v2/auth?{urlencode(asked)}").raw.decode()
    assert 'value="agent@sandbox.example" checked' in page
    assert f'name="granted" value="{CONTACTS}" checked' in page
    assert 'value="&lt;state&gt;"' in page


def test_an_allowed_request_comes_back_with_state_code_and_scope(browser: Browser) -> None:
    back = returned(browser.consent(state="a state/with+marks"))
    assert back["state"] == "a state/with+marks"
    assert back["code"].startswith("4/")
    assert set(back["scope"].split()) == {"openid", EMAIL, CONTACTS}


def test_a_denied_request_comes_back_with_access_denied(browser: Browser) -> None:
    assert returned(browser.consent(decision="deny")) == {"state": "state-1", "error": "access_denied"}


def test_an_unticked_scope_is_missing_in_callback_and_token(browser: Browser) -> None:
    back = returned(browser.consent(granted=()))
    assert CONTACTS not in back["scope"]
    assert CONTACTS not in browser.exchange(back["code"]).json["scope"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"client_id": "unknown"}, "invalid_client"),
        ({"redirect_uri": "https://evil.example/"}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "invalid_request"),
        ({"scope": "openid everything"}, "invalid_scope"),
    ],
)
def test_a_wrong_request_is_shown_to_the_user_and_not_redirected(
    browser: Browser, changed: dict[str, str], code: str
) -> None:
    answer = browser.consent(**changed)
    assert answer.status == 400
    assert code in answer.raw.decode()


def test_registered_redirects_are_compared_character_by_character() -> None:
    with SandboxServer(client=Client(redirect_uris=("http://127.0.0.1:8000/cb",))) as sandbox:
        browser = Browser(sandbox)
        assert browser.consent(redirect_uri="http://127.0.0.1:8000/cb").status == 302
        assert browser.consent(redirect_uri="http://127.0.0.1:8000/cb/").status == 400


def test_a_code_works_once(browser: Browser) -> None:
    code = browser.code()
    assert browser.exchange(code).status == 200
    again = browser.exchange(code)
    assert (again.status, again.json["error"]) == (400, "invalid_grant")


def test_a_code_expires(browser: Browser, google: Google) -> None:
    code = browser.code()
    google.advance(601)
    assert browser.exchange(code).json["error"] == "invalid_grant"


def test_the_exchange_checks_redirect_and_secret(browser: Browser) -> None:
    code = browser.code()
    assert browser.exchange(code, redirect_uri="http://127.0.0.1:1/").json["error"] == "redirect_uri_mismatch"
    wrong = browser.exchange(code, client_secret="wrong")
    assert (wrong.status, wrong.json["error"]) == (401, "invalid_client")
    assert browser.exchange(code).status == 200


def test_the_secret_may_come_as_basic_authentication(browser: Browser) -> None:
    form = {"grant_type": "authorization_code", "code": browser.code(), "redirect_uri": CALLBACK}
    secret = base64.b64encode(f"{DEFAULT_CLIENT_ID}:sandbox-secret".encode()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {secret}"}
    assert request(browser.url, "POST", "/token", urlencode(form).encode(), headers).status == 200


def test_pkce_wants_the_verifier_of_the_challenge(browser: Browser) -> None:
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    code = browser.code(code_challenge=challenge, code_challenge_method="S256")
    assert browser.exchange(code).json["error"] == "invalid_grant"
    assert browser.exchange(code, code_verifier="w" * 50).json["error"] == "invalid_grant"
    assert browser.exchange(code, code_verifier=verifier).status == 200


def test_the_id_token_is_signed_and_names_the_user(browser: Browser) -> None:
    tokens = browser.sign_in(nonce="n-1", scope=f"openid email profile {CONTACTS}")
    keys = KeySet.import_key_set(request(browser.url, "GET", "/certs").json)
    token = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    assert token.claims["iss"] == browser.url
    assert token.claims["aud"] == DEFAULT_CLIENT_ID
    assert token.claims["nonce"] == "n-1"
    assert token.claims["email"] == "agent@sandbox.example"
    assert len(token.claims["sub"]) == 21
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    known = request(browser.url, "GET", "/userinfo", None, headers).json
    assert known["sub"] == token.claims["sub"]
    assert known["name"] == "Sandbox Agent"


def test_userinfo_wants_a_live_token(browser: Browser) -> None:
    assert request(browser.url, "GET", "/userinfo", None, {"Authorization": "Bearer no"}).status == 401


def test_a_new_account_gets_its_own_sub(browser: Browser) -> None:
    subs = set()
    for email in ("bob@sandbox.example", "cleo@sandbox.example", "bob@sandbox.example"):
        payload = browser.sign_in(account=email)["id_token"].split(".")[1]
        subs.add(json.loads(base64.urlsafe_b64decode(payload + "=="))["sub"])
    assert len(subs) == 2
    assert all(len(sub) == 21 for sub in subs)


def test_a_refresh_token_comes_with_offline_access_and_a_first_or_forced_consent(browser: Browser) -> None:
    assert "refresh_token" not in browser.sign_in(access_type="online")
    assert "refresh_token" not in browser.sign_in(prompt="")
    assert "refresh_token" in browser.sign_in(prompt="consent")
    assert "refresh_token" in browser.sign_in(prompt="", account="new@sandbox.example")


def test_a_refresh_gives_an_access_token_and_no_new_refresh_token(browser: Browser, google: Google) -> None:
    tokens = browser.sign_in()
    fresh = browser.refresh(tokens["refresh_token"]).json
    assert fresh["access_token"] != tokens["access_token"]
    assert "refresh_token" not in fresh
    assert Google(google.sandbox, fresh["access_token"]).page().status == 200
    assert browser.refresh(tokens["refresh_token"]).status == 200


def test_refresh_tokens_can_be_set_to_rotate(browser: Browser, google: Google) -> None:
    google.control("settings", rotate_refresh_tokens=True)
    old = browser.sign_in()["refresh_token"]
    new = browser.refresh(old).json["refresh_token"]
    assert browser.refresh(old).json["error"] == "invalid_grant"
    assert browser.refresh(new).status == 200


@pytest.mark.parametrize("reason", ["revoked", "idle", "testing", "evicted"])
def test_a_dead_refresh_token_is_an_invalid_grant(browser: Browser, google: Google, reason: str) -> None:
    if reason == "testing":
        google.control("settings", publishing="testing")
    refresh_token = browser.sign_in()["refresh_token"]
    if reason == "revoked":
        google.control("revoke")
    elif reason == "evicted":
        for _ in range(100):
            browser.sign_in()
    else:
        google.advance(7 * DAY + 1 if reason == "testing" else 183 * DAY)
    answer = browser.refresh(refresh_token)
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")
    assert answer.json["error_description"] == "Token has been expired or revoked."


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_the_grant(browser: Browser, google: Google, which: str) -> None:
    tokens = browser.sign_in()
    assert browser.post("/revoke", {"token": tokens[which]}).status == 200
    assert Google(google.sandbox, tokens["access_token"]).page().status == 401
    assert browser.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
    again = browser.post("/revoke", {"token": tokens[which]})
    assert (again.status, again.json["error"]) == (400, "invalid_token")


def test_revocation_can_be_set_to_take_effect_later(browser: Browser, google: Google) -> None:
    google.control("settings", revocation_delay_seconds=30)
    tokens = browser.sign_in()
    assert browser.post("/revoke", {"token": tokens["refresh_token"]}).status == 200
    assert browser.post("/revoke", {"token": tokens["access_token"]}).json["error"] == "invalid_token"
    fresh = browser.refresh(tokens["refresh_token"]).json["access_token"]
    assert Google(google.sandbox, tokens["access_token"]).page().status == 200
    again = browser.sign_in()
    google.advance(31)
    assert browser.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
    for dead in (tokens["access_token"], fresh):
        assert Google(google.sandbox, dead).page().status == 401
    assert Google(google.sandbox, again["access_token"]).page().status == 200


def test_prompt_none_gives_only_what_was_granted_before(browser: Browser) -> None:
    asked = {"client_id": DEFAULT_CLIENT_ID, "redirect_uri": CALLBACK, "response_type": "code", "prompt": "none",
             "scope": f"openid {CONTACTS}", "login_hint": "agent@sandbox.example"}  # fmt: skip
    path = f"/o/oauth2/v2/auth?{urlencode(asked)}"
    assert returned(request(browser.url, "GET", path))["error"] == "interaction_required"
    browser.sign_in()
    assert "code" in returned(request(browser.url, "GET", path))


def test_an_unknown_grant_type_is_refused(browser: Browser) -> None:
    form = {"client_id": DEFAULT_CLIENT_ID, "client_secret": "sandbox-secret", "grant_type": "password"}
    assert browser.post("/token", form).json["error"] == "unsupported_grant_type"
