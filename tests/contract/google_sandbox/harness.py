"""A small HTTP client of the sandbox for its own tests: raw answers, no cleverness."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from google_sandbox.server import SandboxServer
from google_sandbox.state import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET
from google_sandbox.store import DEFAULT_EMAIL

CONTACTS = "https://www.googleapis.com/auth/contacts"
CALLBACK = "http://127.0.0.1:8000/google/callback"
DAY = 24 * 3600


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    headers: http.client.HTTPMessage
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def error(self) -> Any:
        return self.json["error"]


def request(
    url: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """One exchange on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


class Browser:
    """A user at the consent page."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self.url = sandbox.url

    def consent(self, *, granted: tuple[str, ...] = (CONTACTS,), decision: str = "allow", **others: str) -> Answer:
        """Answer an authorization request; `others` replace its parameters ('' leaves one out)."""
        asked = {
            "client_id": DEFAULT_CLIENT_ID,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": f"openid email {CONTACTS}",
            "state": "state-1",
            "access_type": "offline",
            "prompt": "consent",
            "account": DEFAULT_EMAIL,
            "decision": decision,
            **others,
        }
        fields = [(name, value) for name, value in asked.items() if value]
        form = urlencode([*fields, *(("granted", scope) for scope in granted)])
        return self.post("/o/oauth2/v2/auth", form)

    def code(self, **others: Any) -> str:
        return returned(self.consent(**others))["code"]

    def post(self, path: str, form: str | dict[str, str]) -> Answer:
        body = form if isinstance(form, str) else urlencode(form)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return request(self.url, "POST", path, body.encode(), headers)

    def exchange(self, code: str, **others: str) -> Answer:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": DEFAULT_CLIENT_ID,
            "client_secret": DEFAULT_CLIENT_SECRET,
            "redirect_uri": CALLBACK,
            **others,
        }
        return self.post("/token", form)

    def refresh(self, refresh_token: str, **others: str) -> Answer:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": DEFAULT_CLIENT_ID,
            "client_secret": DEFAULT_CLIENT_SECRET,
            **others,
        }
        return self.post("/token", form)

    def sign_in(self, **others: Any) -> Any:
        """The tokens of a whole flow."""
        answer = self.exchange(self.code(**others))
        assert answer.status == 200, answer.raw
        return answer.json


def returned(answer: Answer) -> dict[str, str]:
    """The parameters that came back to the app."""
    assert answer.status == 302, answer.raw
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


class Google:
    """A client with an access token of one account."""

    def __init__(self, sandbox: SandboxServer, access_token: str) -> None:
        self.sandbox = sandbox
        self.access_token = access_token

    def call(self, method: str, path: str, body: Any = None, **parameters: Any) -> Answer:
        query = urlencode(parameters, doseq=True)
        encoded = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.access_token}", "Content-Type": "application/json"}
        return request(self.sandbox.url, method, f"/v1/{path}" + (f"?{query}" if query else ""), encoded, headers)

    def good(self, method: str, path: str, body: Any = None, **parameters: Any) -> Any:
        answer = self.call(method, path, body, **parameters)
        assert answer.status == 200, answer.raw
        return answer.json

    def create(self, given: str = "Ada", **fields: Any) -> Any:
        person = {"names": [{"givenName": given}], **fields}
        return self.good("POST", "people:createContact", person)

    def get(self, name: str, fields: str = "names,emailAddresses,metadata", **parameters: Any) -> Any:
        return self.good("GET", name, personFields=fields, **parameters)

    def update(self, person: Any, fields: str, **body: Any) -> Answer:
        """Update with the person's own etag, unless the body brings its own."""
        path = f"{person['resourceName']}:updateContact"
        return self.call("PATCH", path, {"etag": person["etag"], **body}, updatePersonFields=fields)

    def delete(self, person: Any) -> Answer:
        return self.call("DELETE", f"{person['resourceName']}:deleteContact")

    def page(self, fields: str = "names,metadata", **parameters: Any) -> Answer:
        return self.call("GET", "people/me/connections", personFields=fields, **parameters)

    def full(self, **parameters: Any) -> tuple[list[Any], str]:
        """Every page of a listing with its sync token."""
        people: list[Any] = []
        page: dict[str, Any] = {}
        while "nextSyncToken" not in page:
            more = {"pageToken": page["nextPageToken"]} if page else {}
            answer = self.page(requestSyncToken="true", **parameters, **more)
            assert answer.status == 200, answer.raw
            page = answer.json
            people += page.get("connections", [])
        return people, page["nextSyncToken"]

    def changes(self, token: str, **parameters: Any) -> tuple[list[Any], str]:
        return self.full(syncToken=token, **parameters)

    def control(self, path: str, **body: Any) -> Any:
        method = "PATCH" if path == "settings" else "POST"
        return self.sandbox.control(method, path, body)

    def advance(self, seconds: float) -> None:
        self.control("clock", advance_seconds=seconds)
