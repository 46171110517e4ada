"""HTTP as the demo's people speak it: a browser with cookies, and a program with JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

from tandem.cli.demo.forms import form_with

PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, after redirects; `url` is where they led."""

    status: int
    url: str
    text: str

    def json(self) -> Any:
        return json.loads(self.text) if self.text else None


def _send(opener: OpenerDirector, request: Request) -> Answer:
    try:
        with opener.open(request, timeout=PATIENCE_SECONDS) as response:
            return _answer(response)
    except HTTPError as refusal:
        with refusal:
            return _answer(refusal)


def _answer(response: HTTPResponse | HTTPError) -> Answer:
    return Answer(int(response.status or 0), response.url, response.read().decode())


def _opener(*handlers: Any) -> OpenerDirector:
    return build_opener(ProxyHandler({}), *handlers)


@dataclass(slots=True)
class Browser:
    """Follows links and sends forms; keeps cookies."""

    base: str
    _opener: OpenerDirector = field(default_factory=lambda: _opener(HTTPCookieProcessor(CookieJar())))

    def get(self, path: str) -> Answer:
        return _send(self._opener, Request(urljoin(self.base, path)))  # noqa: S310 - our own addresses

    def submit(self, page: Answer, name: str, values: Mapping[str, str]) -> Answer:
        """Fill in the page's form that has the field `name`, and send it."""
        form = form_with(page.text, name)
        request = Request(urljoin(page.url, form.action), data=form.filled(values))  # noqa: S310 - as above
        request.add_header("Referer", page.url)
        return _send(self._opener, request)


class Refused(Exception):
    """A program's call was refused."""

    def __init__(self, call: str, answer: Answer) -> None:
        super().__init__(f"{call} was answered with {answer.status}.")
        self.answer = answer


@dataclass(slots=True)
class Api:
    """A JSON API below `root`. Calls raise `Refused` for any status that is no success."""

    root: str
    headers: Mapping[str, str] = field(default_factory=dict)
    _opener: OpenerDirector = field(default_factory=_opener)

    def call(self, method: str, path: str, body: object = None, **query: object) -> Any:
        url = f"{self.root}{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        headers = {**self.headers, "Content-Type": "application/json"}
        answer = _send(self._opener, Request(url, data=data, headers=headers, method=method))  # noqa: S310 - as above
        if not 200 <= answer.status < 300:
            raise Refused(f"{method} {path}", answer)
        return answer.json()
