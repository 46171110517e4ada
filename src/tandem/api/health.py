"""Whether the process lives, and whether it can serve: for supervisors and load balancers."""

from functools import cache
from http import HTTPStatus

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tandem import migrating


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The database answers and is up to date, too; 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _require_current()
    except DatabaseError:
        return _not_ready("the database does not answer")
    except _Behind:
        return _not_ready("the database is behind this version: run tandem migrate")
    return HttpResponse("ready\n", content_type="text/plain")


class _Behind(Exception):
    """A migration of this version is missing."""


@cache
def _require_current() -> None:
    """Once it is up to date it stays so: only a success is remembered."""
    if migrating.is_behind():
        raise _Behind


def _not_ready(reason: str) -> HttpResponse:
    return HttpResponse(f"{reason}\n", status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/plain")
