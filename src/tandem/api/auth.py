"""Who calls: the bearer of an API token, or the user of the web session, then with CSRF protection."""

from http import HTTPStatus

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from tandem.users.models import ApiToken, User


class TokenAuth(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:  # noqa: ARG002 - ninja's signature
        return ApiToken.objects.user_of(token)


class SessionAuth(APIKeyCookie):
    """The signed-in user. A request that names a token stands or falls with it.

    ninja's own checks CSRF before it asks whether anyone is signed in, and so answers a stranger with 403.
    """

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> User | None:
        if "Authorization" in request.headers or not isinstance(request.user, User):
            return None
        if check_csrf(request) is not None:
            raise HttpError(HTTPStatus.FORBIDDEN, "Send the CSRF token of the session as the header X-CSRFToken.")
        return request.user

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:  # noqa: ARG002 - ninja's signature
        return self(request)


def caller(request: HttpRequest) -> User:
    """The user that the request acts for; every route has one."""
    user = getattr(request, "auth", None)
    if not isinstance(user, User):
        raise TypeError("a route without authentication asked who calls")
    return user
