"""Whether the process lives, and whether it can serve: for supervisors and load balancers."""

from http import HTTPStatus

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The database answers, too; 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return HttpResponse("the database does not answer\n", status=status, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
