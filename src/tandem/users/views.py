"""The first start: whoever opens an installation without users makes the first one."""

from allauth.core import ratelimit
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tandem.users.models import User
from tandem.users.services import UserError, create_first_user

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


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
