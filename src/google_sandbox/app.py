"""The routes of the sandbox, and nothing else."""

from importlib.resources import files

from aiohttp import web

from google_sandbox import authorization, control, gateway, oauth_routes, playground
from google_sandbox.methods import METHODS
from google_sandbox.state import SANDBOX, Sandbox

MOST_BODY_BYTES = 256 * 1024 * 1024
FAULTY_METHODS = tuple(method.id for method in METHODS) + oauth_routes.METHODS
"""Names that a fault may aim at."""
_NOT_FOUND = (
    "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>Error 404 (Not Found)!!1</title>\n"
    "<p><b>404.</b> <ins>That’s an error.</ins>\n"
    "<p>The requested URL was not found on this server. <ins>That’s all we know.</ins>\n"
)


def make_app(sandbox: Sandbox) -> web.Application:
    """The application over a sandbox's state; who makes the state also closes it."""
    app = web.Application(client_max_size=MOST_BODY_BYTES, middlewares=[_google_404])
    app[SANDBOX] = sandbox
    app.router.add_get("/o/oauth2/v2/auth", authorization.ask)
    app.router.add_post("/o/oauth2/v2/auth", authorization.answer)
    app.router.add_routes(oauth_routes.ROUTES)
    app.router.add_routes(control.ROUTES)
    app.router.add_routes(playground.ROUTES)
    app.router.add_get("/style.css", _style)
    for method in METHODS:
        app.router.add_route(method.verb, method.path, gateway.handler_of(sandbox, method))
    return app


@web.middleware
async def _google_404(request: web.Request, handler: gateway.Handler) -> web.StreamResponse:
    """Unknown paths answer with Google's HTML page, not with JSON."""
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        return web.Response(status=404, text=_NOT_FOUND, content_type="text/html")


async def _style(_request: web.Request) -> web.Response:
    style = files("google_sandbox.pages").joinpath("style.css").read_text("utf-8")
    return web.Response(text=style, content_type="text/css")
