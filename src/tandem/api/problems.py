"""Errors as RFC 9457 problem documents: the one form in which the API says no."""

import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tandem.contacts.errors import DuplicateEmail, FieldError, InTrash, Invalid, NotFound, RevisionConflict
from tandem.googlesync.services import InvalidSetting, SyncRefused

CONTENT_TYPE = "application/problem+json"
#: What ninja says by itself, as sentences that name the mend.
_SENTENCES = {"Cannot parse request body": "The body can't be read: send JSON."}

_log = structlog.get_logger(__name__)


class FieldProblem(Schema):
    """One value that was refused, and what would be right."""

    pointer: str
    detail: str


class ProblemDocument(Schema):
    """The body of every error."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str | None = None
    mend: str | None = None
    errors: list[FieldProblem] | None = None


class Problem(Exception):
    """Raised by a route to answer with a problem document. `code` is stable; further members go in `members`."""

    def __init__(self, status: HTTPStatus, detail: str, *, code: str | None = None, **members: str | None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.members = {"code": code, **members}


def problem_response(
    status: HTTPStatus,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    members: Mapping[str, str | None] | None = None,
) -> HttpResponse:
    """A problem document with further members; those that are None are left out."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    body |= {name: value for name, value in (members or {}).items() if value is not None}
    if errors:
        body["errors"] = [{"pointer": error.pointer, "detail": error.detail} for error in errors]
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def invalid_response(errors: Sequence[FieldError]) -> HttpResponse:
    """422, naming each field."""
    return problem_response(
        HTTPStatus.UNPROCESSABLE_ENTITY, "Some values can't be taken as they are; see errors.", errors=errors
    )


def not_found() -> HttpResponse:
    """404, the same whether a thing is absent or not this user's."""
    return problem_response(HTTPStatus.NOT_FOUND, "There is nothing here that you may see.")


def register_problems(api: NinjaAPI) -> None:
    """Answer every exception of a route with a problem document."""

    @api.exception_handler(Problem)
    def on_problem(_: HttpRequest, problem: Problem) -> HttpResponse:
        return problem_response(problem.status, problem.detail, members=problem.members)

    @api.exception_handler(ValidationError)
    def on_bad_shape(_: HttpRequest, error: ValidationError) -> HttpResponse:
        return invalid_response([_field_error(each) for each in error.errors])

    @api.exception_handler(HttpError)
    def on_http_error(_: HttpRequest, error: HttpError) -> HttpResponse:
        return problem_response(HTTPStatus(error.status_code), _SENTENCES.get(str(error), str(error)))

    @api.exception_handler(AuthenticationError)
    def on_stranger(_: HttpRequest, __: AuthenticationError) -> HttpResponse:
        response = problem_response(
            HTTPStatus.UNAUTHORIZED, "Send an API token as 'Authorization: Bearer TOKEN', or sign in."
        )
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    @api.exception_handler(NotFound)
    def on_not_found(_: HttpRequest, __: Exception) -> HttpResponse:
        return not_found()

    @api.exception_handler(RequestDataTooBig)
    def on_too_big(_: HttpRequest, __: RequestDataTooBig) -> HttpResponse:
        return problem_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Send less at once.")

    @api.exception_handler(Exception)
    def on_bug(request: HttpRequest, error: Exception) -> HttpResponse:
        # The frames without the error's own text, which may hold contact data.
        frames = traceback.format_tb(error.__traceback__)
        _log.error("api.failed", method=request.method, kind=type(error).__name__, frames=frames)
        return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here; it has been logged.")

    _register_contact_errors(api)
    _register_google_errors(api)


def _register_google_errors(api: NinjaAPI) -> None:
    @api.exception_handler(SyncRefused)
    def on_refusal(_: HttpRequest, refusal: SyncRefused) -> HttpResponse:
        run_id = str(refusal.run_id) if refusal.run_id else None
        members = {"code": refusal.code, "mend": refusal.mend, "run": run_id}
        return problem_response(HTTPStatus.CONFLICT, refusal.detail, members=members)

    @api.exception_handler(InvalidSetting)
    def on_invalid_setting(_: HttpRequest, error: InvalidSetting) -> HttpResponse:
        return invalid_response([FieldError(f"/{error.field}", f"It {error.detail}.")])


def _register_contact_errors(api: NinjaAPI) -> None:
    @api.exception_handler(Invalid)
    def on_invalid(_: HttpRequest, error: Invalid) -> HttpResponse:
        return invalid_response(error.errors)

    @api.exception_handler(InTrash)
    def on_in_trash(_: HttpRequest, __: InTrash) -> HttpResponse:
        return problem_response(
            HTTPStatus.CONFLICT, "The contact is in the trash: restore it first.", members={"code": "in_trash"}
        )

    @api.exception_handler(RevisionConflict)
    def on_stale(_: HttpRequest, error: RevisionConflict) -> HttpResponse:
        response = problem_response(HTTPStatus.PRECONDITION_FAILED, "The contact was changed meanwhile: read it again.")
        response["ETag"] = f'"{error.current}"'
        return response

    @api.exception_handler(DuplicateEmail)
    def on_duplicate(_: HttpRequest, error: DuplicateEmail) -> HttpResponse:
        return problem_response(
            HTTPStatus.CONFLICT,
            "You have a contact with this e-mail address. With ?duplicate=allow another is created.",
            members={"code": "duplicate_email", "contact": str(error.contact_id)},
        )


def _field_error(error: dict[str, Any]) -> FieldError:
    """From pydantic's place ('body', parameter, key, index, ...) to a pointer into the body, or `/parameter`."""
    place = [str(step) for step in error["loc"]]
    steps = place[2:] if place[0] == "body" else place[1:]
    pointer = "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)
    return FieldError(pointer, f"{error['msg']}.")
