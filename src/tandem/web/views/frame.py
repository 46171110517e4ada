"""What every page's frame asks for by itself: whether a run has ended, and to be rid of the demo's line."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from tandem.web.access import PageRequest, page
from tandem.web.context import DEMO_CLOSED
from tandem.web.watching import watch_of

NOTHING_NEW = 204


@page("GET", "HEAD")
def watch(request: PageRequest) -> HttpResponse:
    """The end of the run that is watched, told once; nothing as long as it is under way."""
    found = watch_of(request, request.user, request.GET.get("run", ""), timezone.now())
    if found.is_on:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "parts/watch.html", {"watch": found})


@page("POST")
def close_demo(request: PageRequest) -> HttpResponse:
    """Leave the demo's line out until the user signs in again."""
    request.session[DEMO_CLOSED] = True
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "contacts")
