"""A browser without a window: cookies, forms, and each redirect for the test to follow or not."""

import json
from dataclasses import dataclass
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import (
    BaseHandler,
    HTTPCookieProcessor,
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    OpenerDirector,
    Request,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; `location` is where a redirect leads, as a whole address."""

    status: int
    text: str
    location: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _opener(*handlers: BaseHandler) -> OpenerDirector:
    """`build_opener` would load the certificates of the world each time, for HTTPS."""
    opener = OpenerDirector()
    for handler in (HTTPHandler(), HTTPDefaultErrorHandler(), HTTPErrorProcessor(), _Stay(), *handlers):
        opener.add_handler(handler)
    return opener


_PLAIN = _opener()


class Browser:
    """One user's session with one site; addresses are paths of it, or whole."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._cookies = CookieJar()
        self._opener = _opener(HTTPCookieProcessor(self._cookies))

    def get(self, address: str) -> Answer:
        return self._open(Request(urljoin(self._site, address)))

    def post(self, address: str, *, on: str = "", **form: str | list[str]) -> Answer:
        """Send a form that stands on the page `on` (default: the same address)."""
        self.get(on or address)
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), "")
        data = urlencode({"csrfmiddlewaretoken": token, **form}, doseq=True).encode()
        return self._open(Request(urljoin(self._site, address), data=data, method="POST"))

    def _open(self, request: Request) -> Answer:
        return _exchange(self._opener, request)


def call(site: str, method: str, path: str, token: str, body: object = None) -> Answer:
    """One call of the REST API with a bearer token; a body of bytes goes as it is, any other as JSON."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"{site}/api/v1/{path}", data=data, method=method, headers=headers)
    return _exchange(_PLAIN, request)


def _exchange(opener: OpenerDirector, request: Request) -> Answer:
    """The answer, whatever its status."""
    response: HTTPResponse | HTTPError
    try:
        response = opener.open(request, timeout=60)
    except HTTPError as error:
        response = error
    with response:
        location = response.headers.get("Location", "")
        return Answer(
            status=response.status or 0,
            text=response.read().decode(),
            location=urljoin(request.full_url, location) if location else "",
        )
