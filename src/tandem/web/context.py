"""What the frame of every page shows: the Google account with its pulse, and what waits for the user."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from tandem import mailing
from tandem.googlesync.reading import accounts_of
from tandem.users.models import User
from tandem.web.pulse import pulse_of


def header(request: HttpRequest) -> dict[str, Any]:
    """Read only when a template asks for it; a stranger's pages ask whether there is any user yet, and offer
    by mail what can be sent.

    `demo` is the address of the sandbox's address book, empty in real life.
    """
    user = request.user
    if not isinstance(user, User):
        return {"has_users": SimpleLazyObject(User.objects.exists), "sends_mail": mailing.is_set_up()}
    return {
        "header_pulse": SimpleLazyObject(lambda: _pulse(user)),
        "demo": settings.GOOGLE_PEOPLE_URL if settings.DEMO else "",
    }


def _pulse(user: User) -> Any:
    return pulse_of(accounts_of(user).first(), timezone.now())
