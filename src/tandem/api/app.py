"""The REST API: its routers under `/api/v1`, described by `/api/v1/openapi.json`."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from tandem.api.auth import SessionAuth, TokenAuth
from tandem.api.document import DocumentedAPI
from tandem.api.parsing import CleanParser
from tandem.api.problems import not_found, problem_response, register_problems
from tandem.api.routers.conflicts import router as conflicts
from tandem.api.routers.contacts import router as contacts
from tandem.api.routers.duplicates import router as duplicates
from tandem.api.routers.google import router as google
from tandem.api.routers.merging import router as merging
from tandem.api.routers.runs import router as runs
from tandem.api.routers.tombstones import router as tombstones

api = DocumentedAPI(
    title="Tandem",
    version="1",
    description="Contacts that stay in two-way step with Google Contacts.",
    urls_namespace="api",
    auth=[TokenAuth(), SessionAuth()],
    parser=CleanParser(),
    docs_url=None,
)
register_problems(api)
api.add_router("/contacts", contacts)
api.add_router("/contacts", merging)
api.add_router("/conflicts", conflicts)
api.add_router("/duplicates", duplicates)
api.add_router("/google/accounts", google)
api.add_router("/runs", runs)
api.add_router("/tombstones", tombstones)


def api_urls() -> list[URLPattern | URLResolver]:
    """The API's addresses; whatever else lies under them is a problem document, too."""
    patterns, _, _ = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = _in_english(_refusing_methods_in_kind(pattern.callback))
    return [*patterns, re_path("", _nothing_here)]


type _View = Callable[..., HttpResponseBase]


def _refusing_methods_in_kind(view: _View) -> _View:
    """The view, with ninja's plain 405 as a problem document."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        problem = problem_response(HTTPStatus.METHOD_NOT_ALLOWED, f"Use {response['Allow']}.")
        problem["Allow"] = response["Allow"]
        return problem

    return wrapped


def _in_english(view: _View) -> _View:
    """The view in the words that programs know, whichever language the pages have."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override("en"):
            return view(request, *args, **kwargs)

    return wrapped


@csrf_exempt
def _nothing_here(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    return not_found()
