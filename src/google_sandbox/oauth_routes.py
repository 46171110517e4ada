"""The HTTP face of `oauth`: forms in, JSON out, faults and the journal of requests on the way."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from google_sandbox import oauth
from google_sandbox.clock import rfc3339
from google_sandbox.errors import GoogleError, Json
from google_sandbox.faults import Fault, Kind
from google_sandbox.gateway import after, before, error_response, json_response
from google_sandbox.oauth import OAuthError, base_address
from google_sandbox.state import SANDBOX, Sandbox
from google_sandbox.traffic import Entry

type Endpoint = Callable[[Sandbox, web.Request], Awaitable[Json]]
METHODS = ("oauth.token", "oauth.revoke", "oauth.userinfo", "oauth.certs", "oauth.discovery")


async def _token(sandbox: Sandbox, request: web.Request) -> Json:
    form = {name: str(value) for name, value in (await request.post()).items()}
    return oauth.token(sandbox, form, request.headers.get("Authorization", ""), base_address(request))


async def _revoke(sandbox: Sandbox, request: web.Request) -> Json:
    form = await request.post()
    oauth.revoke(sandbox, str(form.get("token", "")) or request.query.get("token", ""))
    return {}


async def _userinfo(sandbox: Sandbox, request: web.Request) -> Json:
    return oauth.userinfo(sandbox, request.headers.get("Authorization", ""))


async def _certs(sandbox: Sandbox, _request: web.Request) -> Json:
    return oauth.keys(sandbox)


async def _discovery(_sandbox: Sandbox, request: web.Request) -> Json:
    return oauth.discovery(base_address(request))


def _handler(method: str, endpoint: Endpoint) -> Any:
    async def handle(request: web.Request) -> web.StreamResponse:
        sandbox = request.app[SANDBOX]
        started = time.perf_counter()
        fault = sandbox.faults.take(method)
        entry = Entry(method=method, at=rfc3339(sandbox.store.clock.microseconds()))
        entry.fault = fault.spelled if fault else ""
        try:
            response = await _respond(sandbox, request, endpoint, fault)
            entry.http_status = response.status
            return response
        finally:
            entry.seconds = time.perf_counter() - started
            sandbox.traffic.entries.append(entry)

    return handle


async def _respond(
    sandbox: Sandbox, request: web.Request, endpoint: Endpoint, fault: Fault | None
) -> web.StreamResponse:
    try:
        _refuse(fault)
        early = await before(request, fault, "")
        if early is not None:
            return early
        response = json_response(await endpoint(sandbox, request))
    except OAuthError as error:
        response = json_response(error.body, status=error.http_status)
        if error.http_status == 401:
            response.headers.update(oauth.UNAUTHENTICATED)
    except GoogleError as error:
        response = error_response(sandbox, error)
    return await after(request, fault, response)


def _refuse(fault: Fault | None) -> None:
    if fault is not None and fault.kind is Kind.INVALID_GRANT:
        raise OAuthError("invalid_grant", "Token has been expired or revoked.")
    if fault is not None and fault.kind is Kind.INVALID_CLIENT:
        raise OAuthError("invalid_client", "Unauthorized", 401)


ROUTES = (
    web.post("/token", _handler("oauth.token", _token)),
    web.post("/revoke", _handler("oauth.revoke", _revoke)),
    web.get("/userinfo", _handler("oauth.userinfo", _userinfo)),
    web.get("/certs", _handler("oauth.certs", _certs)),
    web.get("/.well-known/openid-configuration", _handler("oauth.discovery", _discovery)),
)
