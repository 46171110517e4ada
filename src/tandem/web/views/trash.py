"""The trash: what was deleted, why, and how it comes back; and who was deleted here and lives on in Google."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.contacts import services
from tandem.contacts.errors import NotFound
from tandem.contacts.models import Actor
from tandem.contacts.querysets import in_trash
from tandem.googlesync import links
from tandem.googlesync.models import Trigger
from tandem.googlesync.reading import accounts_of, tombstones_of_user
from tandem.googlesync.services import SyncRefused
from tandem.web.access import PageRequest, page
from tandem.web.ids import is_uuid, uuids_in
from tandem.web.listing import PAGE_SIZE
from tandem.web.retention import still_there, trash_rows


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    contacts = in_trash(request.user.pk).order_by("-trashed_at", "-id")
    shown = Paginator(contacts, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "contacts": shown,
        "rows": trash_rows(request.user, list(shown)),
        "is_connected": accounts_of(request.user).exists(),
        "still_there": tombstones_of_user(request.user).count(),
    }
    return render(request, "trash/index.html", context)


@page("GET", "HEAD")
def still_in_google(request: PageRequest) -> HttpResponse:
    """Deleted here, or left out of a preview, and still in Google."""
    found = tombstones_of_user(request.user).order_by(F("contact__trashed_at").desc(nulls_last=True), "-linked_at")
    shown = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "links": shown,
        "rows": [still_there(link) for link in shown],
        "in_trash": in_trash(request.user.pk).count(),
    }
    return render(request, "trash/google.html", context)


@page("POST")
def bring_back(request: PageRequest, link_id: UUID) -> HttpResponse:
    """The contact is here again, in step with its person; the run's page has the receipt."""
    try:
        run = links.bring_back(user=request.user, link_id=link_id, trigger=Trigger.PERSON)
    except NotFound as error:
        raise Http404 from error
    except SyncRefused as refusal:
        messages.error(request, f"{refusal.detail} {_('Nothing was changed.')} {refusal.mend}")
        return redirect("tombstones")
    return redirect("run", run_id=run.id)


@page("POST")
def restore(request: PageRequest) -> HttpResponse:
    """Restore the ticked ones, or the one whose own button was pressed."""
    chosen = uuids_in(request.POST.getlist("contact"))
    one = request.POST.get("only", "")
    if not chosen and not is_uuid(one):
        messages.warning(request, _("Nothing was restored: tick the contacts first, at the far left."))
        return redirect("trash")
    restored = services.restore_contacts(
        owner_id=request.user.pk, contact_ids=[UUID(one)] if is_uuid(one) else chosen, actor=Actor.PERSON
    )
    text = ngettext("%(n)s contact is back.", "%(n)s contacts are back.", len(restored))
    messages.success(request, text % {"n": f"{len(restored):,}"})
    return redirect("trash")
