"""The trash: what was deleted, why, and how it comes back."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.contacts import services
from tandem.contacts.models import Actor
from tandem.contacts.querysets import in_trash
from tandem.googlesync.reading import google_states
from tandem.web.access import PageRequest, page
from tandem.web.listing import PAGE_SIZE
from tandem.web.retention import kept_until


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    contacts = in_trash(request.user.pk).order_by("-trashed_at", "-id")
    shown = Paginator(contacts, PAGE_SIZE).get_page(request.GET.get("page"))
    states = google_states(request.user, [contact.id for contact in shown])
    context = {
        "contacts": shown,
        "google": {each: found[0].state for each, found in states.items() if found},
        "until": {contact.id: kept_until(contact) for contact in shown},
    }
    return render(request, "trash/index.html", context)


@page("POST")
def restore(request: PageRequest) -> HttpResponse:
    """Restore the ticked ones, or the one whose own button was pressed."""
    chosen = [UUID(each) for each in request.POST.getlist("contact") if _is_uuid(each)]
    one = request.POST.get("only", "")
    if not chosen and not _is_uuid(one):
        messages.warning(request, _("Nothing was restored: tick the contacts first, at the far left."))
        return redirect("trash")
    restored = services.restore_contacts(
        owner_id=request.user.pk, contact_ids=[UUID(one)] if _is_uuid(one) else chosen, actor=Actor.PERSON
    )
    text = ngettext("%(n)s contact is back.", "%(n)s contacts are back.", len(restored))
    messages.success(request, text % {"n": f"{len(restored):,}"})
    return redirect("trash")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
