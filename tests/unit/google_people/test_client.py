"""One call over real HTTP: what is repeated, what is not, and what stands in the log."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from structlog.testing import capture_logs

from contactsync.faults import LeaseLost, OperatorFault, Unavailable
from google_people.budget import READ, SINGLE_WRITE, Budget, Limits
from google_people.client import Call, Client, Patience
from google_people.errors import Mend, Rejected, Uncertain

LIST = Call("people.connections.list", "GET", "v1/people", READ, (("syncToken", "secret-sync-token"),))
WRITE = Call("people.createContact", "POST", "v1/people", SINGLE_WRITE, (), b'{"names":[]}', is_write=True)

type Answer = Callable[[], Awaitable[web.StreamResponse]]


@dataclass
class Google:
    """A server that gives the answers queued, then `ok`; it notes what it was asked."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        if not self.answers:
            return web.Response(body=b"ok")
        return await self.answers.pop(0)()

    def queue(self, status: int, body: bytes = b"", *, times: int = 1, headers: dict[str, str] | None = None) -> None:
        async def answer() -> web.StreamResponse:
            return web.Response(status=status, body=body, headers=headers)

        self.answers += [answer] * times

    def queue_slow(self) -> None:
        async def answer() -> web.StreamResponse:
            await asyncio.sleep(0.5)
            return web.Response(body=b"late")

        self.answers.append(answer)


class Tokens:
    """Gives token after token, a new one whenever one was refused."""

    def __init__(self) -> None:
        self.number = 1

    async def access_token(self, refused: str | None = None) -> str:
        self.number += refused == f"token-{self.number}"
        return f"token-{self.number}"


@dataclass
class Bench:
    google: Google
    client: Client
    slept: list[float]
    budget: Budget


@pytest.fixture
async def google() -> AsyncIterator[Google]:
    google = Google()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", google.handle)
    async with TestServer(app) as server:
        google.url = str(server.make_url("/"))
        yield google


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def pass_guard() -> None:
    return None


def bench(session: aiohttp.ClientSession, google: Google, guard: Callable[[], Awaitable[None]] = pass_guard) -> Bench:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    budget = Budget(Limits(0, 0, 0), sleep=sleep)
    patience = Patience(request_seconds=0.2)
    client = Client(
        session, google.url, Tokens(), budget, guard=guard, patience=patience, sleep=sleep, jitter=lambda: 0.0
    )
    return Bench(google, client, slept, budget)


@pytest.fixture
def at(session: aiohttp.ClientSession, google: Google) -> Bench:
    return bench(session, google)


async def test_an_answer_is_read(at: Bench) -> None:
    assert await at.client.send(LIST, bytes) == b"ok"
    assert at.google.tokens == ["token-1"]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
async def test_a_read_is_repeated_with_growing_pauses(at: Bench, status: int) -> None:
    at.google.queue(status, times=3)
    assert await at.client.send(LIST, bytes) == b"ok"
    first = 5.0 if status == 429 else 1.0
    assert at.slept == [first, first * 2, first * 4]


async def test_a_read_that_gets_no_answer_or_half_of_one_is_repeated(at: Bench) -> None:
    def whole(body: bytes) -> bytes:
        if body != b"ok":
            raise ValueError("truncated")
        return body

    at.google.queue_slow()
    at.google.queue(200, b"o")
    assert await at.client.send(LIST, whole) == b"ok"
    assert len(at.slept) == 2


async def test_patience_ends(at: Bench) -> None:
    at.google.queue(503, times=9)
    with pytest.raises(Unavailable) as caught:
        await at.client.send(LIST, bytes)
    assert caught.value.code == "google_error"
    assert len(at.google.tokens) == 5


async def test_a_wait_that_google_asks_for_is_honoured(at: Bench) -> None:
    at.google.queue(429, headers={"Retry-After": "17"})
    await at.client.send(LIST, bytes)
    assert at.slept == [17.0]


async def test_a_wait_longer_than_our_patience_is_left_to_the_caller(at: Bench) -> None:
    at.google.queue(429, headers={"Retry-After": "3600"})
    with pytest.raises(Unavailable) as caught:
        await at.client.send(LIST, bytes)
    assert caught.value.retry_after_seconds == 3600
    assert at.slept == []


async def test_a_quota_answer_halves_the_budget(at: Bench) -> None:
    at.google.queue(429)
    await at.client.send(LIST, bytes)
    assert at.budget.level.halved_until is not None


@pytest.mark.parametrize("status", [429, 401])
async def test_a_write_is_repeated_when_certainly_nothing_was_executed(at: Bench, status: int) -> None:
    at.google.queue(status)
    assert await at.client.send(WRITE, bytes) == b"ok"
    assert len(at.google.tokens) == 2


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_write_that_google_failed_on_is_in_doubt(at: Bench, status: int) -> None:
    at.google.queue(status)
    with pytest.raises(Uncertain):
        await at.client.send(WRITE, bytes)
    assert len(at.google.tokens) == 1


async def test_a_write_without_an_answer_is_in_doubt(at: Bench) -> None:
    at.google.queue_slow()
    with pytest.raises(Uncertain) as caught:
        await at.client.send(WRITE, bytes)
    assert caught.value.error.code == "unreachable"
    assert len(at.google.tokens) == 1


async def test_a_write_with_an_unreadable_answer_is_in_doubt(at: Bench) -> None:
    def none(_body: bytes) -> bytes:
        raise ValueError("no answer")

    with pytest.raises(Uncertain):
        await at.client.send(WRITE, none)


async def test_a_write_to_a_closed_port_was_certainly_not_executed(session: aiohttp.ClientSession) -> None:
    at = bench(session, Google(url=f"http://127.0.0.1:{unused_port()}"))
    with pytest.raises(Unavailable) as caught:
        await at.client.send(WRITE, bytes)
    assert caught.value.code == "unreachable"


async def test_a_refused_token_is_renewed_once(at: Bench) -> None:
    at.google.queue(401)
    await at.client.send(LIST, bytes)
    assert at.google.tokens == ["token-1", "token-2"]
    at.google.queue(401, times=3)
    with pytest.raises(Unavailable) as caught:
        await at.client.send(LIST, bytes)
    assert caught.value.code == "token_refused"
    assert at.google.tokens[2:] == ["token-2", "token-3"]


async def test_a_no_about_the_request_is_not_repeated(at: Bench) -> None:
    at.google.queue(404, b'{"error": {"code": 404, "message": "Requested entity was not found."}}')
    with pytest.raises(Rejected) as caught:
        await at.client.send(WRITE, bytes)
    assert caught.value.failure.mend is Mend.RELINK
    assert at.slept == []


async def test_a_wrong_address_is_the_operators_fault(at: Bench) -> None:
    at.google.queue(404, b"<html>")
    with pytest.raises(OperatorFault):
        await at.client.send(LIST, bytes)


async def test_without_the_lease_nothing_is_sent(session: aiohttp.ClientSession, google: Google) -> None:
    async def guard() -> None:
        raise LeaseLost

    with pytest.raises(LeaseLost):
        await bench(session, google, guard).client.send(WRITE, bytes)
    assert google.tokens == []


async def test_the_lease_is_asked_for_before_each_try(session: aiohttp.ClientSession, google: Google) -> None:
    asked: list[int] = []

    async def guard() -> None:
        asked.append(len(google.tokens))

    google.queue(503, times=2)
    await bench(session, google, guard).client.send(LIST, bytes)
    assert asked == [0, 1, 2]


async def test_the_log_says_what_was_asked_and_nothing_about_anybody(at: Bench) -> None:
    with capture_logs() as logs:
        await at.client.send(LIST, bytes)
        await at.client.send(WRITE, bytes)
    assert [(line["event"], line["method"], line["status"]) for line in logs] == [
        ("google_request", "people.connections.list", 200),
        ("google_request", "people.createContact", 200),
    ]
    assert not any(word in str(logs) for word in ("secret-sync-token", "token-1", "names"))
