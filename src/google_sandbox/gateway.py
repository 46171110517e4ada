"""The way of a People API call: journal, fault, credential, scope, quota, body, method, answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from google_sandbox import errors, faults, quotas
from google_sandbox.call import EVERYWHERE, Call
from google_sandbox.clock import rfc3339
from google_sandbox.errors import GoogleError, Json
from google_sandbox.faults import Fault, Kind
from google_sandbox.methods import Method
from google_sandbox.settings import Bucket
from google_sandbox.state import Sandbox
from google_sandbox.store import Account
from google_sandbox.traffic import Entry
from google_sandbox.user import touch

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_HEADERS = {"Cache-Control": "private", "Vary": "Origin, X-Origin, Referer", "Server": "ESF"}
_LOST = (Kind.RESET_AFTER, Kind.LOST_RESPONSE)


def handler_of(sandbox: Sandbox, method: Method) -> Handler:
    """The aiohttp handler of a method."""

    async def handle(request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        entry = Entry(method=method.id, at=rfc3339(sandbox.store.clock.microseconds()))
        fault = sandbox.faults.take(method.id)
        if fault is not None:
            entry.fault = fault.spelled
        try:
            return await _answer(sandbox, method, request, entry, fault)
        finally:
            entry.seconds = time.perf_counter() - started
            sandbox.traffic.entries.append(entry)

    return handle


async def _answer(
    sandbox: Sandbox, method: Method, request: web.Request, entry: Entry, fault: Fault | None
) -> web.StreamResponse:
    try:
        early = await before(request, fault, method.rpc)
        if early is not None:
            entry.http_status = early.status
            return early
        body = await _run(sandbox, method, request, entry, fault)
        response = json_response(body, pretty=request.query.get("prettyPrint") == "true")
    except GoogleError as error:
        response = error_response(sandbox, error)
    entry.http_status = response.status
    entry.response_bytes = len(response.body) if isinstance(response.body, bytes) else 0
    return await after(request, fault, response)


async def before(request: web.Request, fault: Fault | None, method: str) -> web.StreamResponse | None:
    """What a fault does before the call is looked at; None when the call goes on."""
    if fault is None:
        return None
    if fault.kind is Kind.SLOW:
        await asyncio.sleep(fault.seconds)
    if fault.kind is Kind.RESET_BEFORE:
        return _reset(request)
    if fault.kind is Kind.BAD_GATEWAY:
        return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
    refusal = faults.refusal(fault.kind, method)
    if refusal is not None:
        raise refusal
    return None


async def after(request: web.Request, fault: Fault | None, response: web.Response) -> web.StreamResponse:
    """What a fault does to an answer whose call has taken effect."""
    if fault is None:
        return response
    if fault.kind in _LOST:
        return _reset(request)
    if fault.kind is Kind.UNAVAILABLE_AFTER:
        return json_response(errors.unavailable().body(), status=503)
    if fault.kind is Kind.TRUNCATED:
        return await _truncated(request, response)
    return response


def _reset(request: web.Request) -> web.Response:
    """Drop the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


async def _truncated(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Half of the answer, under the length of the whole."""
    body = response.body if isinstance(response.body, bytes) else b""
    cut = web.StreamResponse(status=response.status, headers={"Content-Type": "application/json; charset=UTF-8"})
    cut.content_length = len(body)
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return cut


async def _run(sandbox: Sandbox, method: Method, request: web.Request, entry: Entry, fault: Fault | None) -> Json:
    account = authenticate(sandbox, method, request)
    entry.account = account.email
    _check_parameters(method, request)
    _spend(sandbox, method, account, request, entry)
    if method.write:
        sandbox.traffic.begin_write(entry)
    try:
        raw = await request.read()
        entry.request_bytes = len(raw)
        if method.write:
            await asyncio.sleep(sandbox.store.settings.write_seconds)
        query = {name: request.query.getall(name) for name in request.query}
        body = _decoded(raw) if request.method in ("POST", "PUT", "PATCH") else None
        call = Call(sandbox.store, account, dict(request.match_info), query, body, notes=entry.notes)
        return method.handler(_disturbed(call, fault))
    finally:
        if method.write:
            sandbox.traffic.end_write(entry)


def authenticate(sandbox: Sandbox, method: Method, request: web.Request) -> Account:
    """The caller's account, if the token is live and its scopes open the method."""
    if sandbox.store.settings.people_api_disabled:
        raise errors.service_disabled()
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    value = value.strip() if scheme.lower() == "bearer" else request.query.get("access_token", "")
    if not value:
        raise errors.missing_credential()
    token = sandbox.store.grants.access(value, sandbox.store.clock.seconds())
    if token is None:
        raise errors.invalid_credential()
    granted = method.scopes.intersection(token.scopes)
    if not granted or (method.all_scopes and granted != method.scopes):
        raise errors.scope_insufficient(method.rpc)
    return sandbox.store.accounts[token.sub]


def _check_parameters(method: Method, request: web.Request) -> None:
    for name in request.query:
        if name not in method.parameters and name not in EVERYWHERE:
            reason = f"Cannot bind query parameter. Field '{name}' could not be found in request message."
            raise errors.bad_request("", f'Invalid JSON payload received. Unknown name "{name}": {reason}')


def _spend(sandbox: Sandbox, method: Method, account: Account, request: web.Request, entry: Entry) -> None:
    costs = dict(method.costs)
    if method.id == "people.connections.list" and not {"syncToken", "pageToken"}.intersection(request.query):
        costs[Bucket.FULL_SYNC_STARTS] = 1
    now = sandbox.store.clock.seconds()
    limits = sandbox.store.settings.quotas
    sandbox.quotas.spend(account.sub, costs, limits, now)
    entry.units = {bucket.value: units for bucket, units in costs.items()}


def _decoded(raw: bytes) -> Any:
    try:
        body = msgspec.json.decode(raw or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise errors.bad_request("", "Invalid JSON payload received. Unexpected token.") from None
    if not isinstance(body, dict):
        raise errors.bad_request("", 'Invalid JSON payload received. Unknown name "": Root element must be a message.')
    return body


def _disturbed(call: Call, fault: Fault | None) -> Call:
    if fault is not None and fault.kind is Kind.STALE_READ:
        call.stale = True
    if fault is not None and fault.kind is Kind.CONCURRENT_EDIT:
        contacts = call.body.get("contacts") if isinstance(call.body, dict) else None
        names = list(contacts) if isinstance(contacts, dict) else [f"people/{call.path.get('person', '')}"]
        known = [name for name in names if call.account.book.find(name)]
        touch(call.store, call.account, known)
    return call


def json_response(body: Json, *, status: int = 200, pretty: bool = False) -> web.Response:
    encoded = msgspec.json.encode(body)
    if pretty:
        encoded = msgspec.json.format(encoded, indent=2)
    return web.Response(
        body=encoded, status=status, headers={**_HEADERS, "Content-Type": "application/json; charset=UTF-8"}
    )


def error_response(sandbox: Sandbox, error: GoogleError) -> web.Response:
    settings = sandbox.store.settings
    response = json_response(error.body(legacy=settings.legacy_errors), status=error.http_status, pretty=True)
    response.headers.update(error.headers)
    if error.http_status == 429 and settings.retry_after:
        response.headers["Retry-After"] = str(quotas.seconds_to_refill(sandbox.store.clock.seconds()))
    return response


_BAD_GATEWAY = (
    "<!DOCTYPE html>\n<html lang=en>\n<title>Error 502 (Server Error)!!1</title>\n"
    "<p><b>502.</b> <ins>That’s an error.</ins>\n<p>The server encountered a temporary error and could not complete "
    "your request.<p>Please try again in 30 seconds. <ins>That’s all we know.</ins>\n"
)
