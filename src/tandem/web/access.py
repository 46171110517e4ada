"""Who may see a page: those who are signed in. Everything that a page reads or writes is theirs alone."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from tandem.users.models import User


class PageRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


type Page[**P] = Callable[Concatenate[PageRequest, P], HttpResponseBase]
type View = Callable[..., HttpResponseBase]


def page[**P](*methods: str) -> Callable[[Page[P]], View]:
    """A view for these methods, of people who are signed in; others are sent to the sign-in page."""

    def decorated(view: Page[P]) -> View:
        @wraps(view)
        def wrapped(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        return require_http_methods(methods)(_signed_in(wrapped))

    return decorated


def _signed_in(view: View) -> View:
    """As `login_required`. A part of a page that is asked for after the session's end loads the page anew: the sign-in
    page is no part of any."""
    guarded = login_required(view)

    @wraps(view)
    def wrapped(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.htmx and not request.user.is_authenticated:
            return HttpResponseClientRefresh()
        return guarded(request, *args, **kwargs)

    return wrapped
