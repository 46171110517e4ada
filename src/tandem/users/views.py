"""The first start: whoever opens an installation without users makes the first one. And what needs mail."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tandem import mailing
from tandem.users.models import User
from tandem.users.services import UserError, create_first_user

type View = Callable[..., HttpResponseBase]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def by_mail(view: View) -> View:
    """The view, which is not there where no mail is sent."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not mailing.is_set_up():
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest) -> HttpResponse:
    """Make the first user and sign in; there is nothing here once there is one."""
    if User.objects.exists():
        return redirect("account_login")
    if request.method != "POST":
        return render(request, "account/first.html")
    email, password = request.POST.get("email", ""), request.POST.get("password", "")
    if not ratelimit.consume(request, action="login"):
        return _again(request, email, [_("Too many tries: wait a minute.")], status=429)
    if password != request.POST.get("again", ""):
        return _again(request, email, [_("The two passwords differ.")])
    try:
        user = create_first_user(email=email, password=password)
    except UserError as error:
        return _again(request, email, error.reasons)
    if user is None:
        return redirect("account_login")
    login(request, user, backend=BACKEND)
    return redirect("google")


def _again(request: HttpRequest, email: str, problems: object, status: int = 422) -> HttpResponse:
    return render(request, "account/first.html", {"email": email, "problems": problems}, status=status)
