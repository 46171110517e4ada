"""What the frame of every page shows: the Google account with its pulse, and what waits for the user."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from tandem import mailing
from tandem.googlesync.models import Account
from tandem.googlesync.reading import accounts_of
from tandem.users.models import User
from tandem.web.needs import needs_of
from tandem.web.pulse import pulse_of
from tandem.web.watching import watch_of

DEMO_CLOSED = "demo_closed"  #: of the session: the demo's line is not wanted any more


def header(request: HttpRequest) -> dict[str, Any]:
    """Read only when a template asks for it; a stranger's pages ask whether there is any user yet, and offer
    by mail what can be sent.

    `demo` is the address of the sandbox's address book, empty in real life. A request that was refused early, for
    its host, has no user yet.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"has_users": SimpleLazyObject(User.objects.exists), "sends_mail": mailing.is_set_up()}
    account: Any = SimpleLazyObject(lambda: accounts_of(user).first())
    return {
        "header_pulse": SimpleLazyObject(lambda: pulse_of(_there(account), timezone.now())),
        "needs": SimpleLazyObject(lambda: needs_of(user, _there(account), timezone.now())),
        "watch": SimpleLazyObject(lambda: watch_of(request, user, _run_of_page(request), timezone.now())),
        "demo": settings.GOOGLE_PEOPLE_URL if settings.DEMO and not request.session.get(DEMO_CLOSED) else "",
    }


def _there(account: Any) -> Account | None:
    """The lazy account itself, or None where it wraps that."""
    return account or None


def _run_of_page(request: HttpRequest) -> str:
    """The run that the page is about, or empty."""
    match = request.resolver_match
    return str(match.kwargs.get("run_id", "")) if match else ""
