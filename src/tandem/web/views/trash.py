"""The trash: what was deleted, why, and how it comes back; and who was deleted here and lives on in Google."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tandem.contacts.errors import NotFound
from tandem.contacts.querysets import in_trash
from tandem.googlesync import links
from tandem.googlesync.models import Trigger
from tandem.googlesync.reading import accounts_of, tombstones_of_user
from tandem.googlesync.services import SyncRefused
from tandem.web.access import PageRequest, page
from tandem.web.bulk import Asked, BulkAction, perform, told
from tandem.web.ids import is_uuid, uuids_in
from tandem.web.listing import PAGE_SIZE
from tandem.web.retention import still_there, trash_rows
from tandem.web.said import said_refusal
from tandem.web.toast import offer_undo, toast_of


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    contacts = in_trash(request.user.pk).order_by("-trashed_at", "-id")
    shown = Paginator(contacts, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "contacts": shown,
        "rows": trash_rows(request.user, list(shown)),
        "toast": toast_of(request),
        "here": request.get_full_path(),
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
def bring_back(request: PageRequest) -> HttpResponse:
    """The ticked ones are here again, or the one whose button was pressed; the run's page has the receipts."""
    chosen = _chosen(request, "link")
    if not chosen:
        messages.warning(request, _("Nobody was brought back: tick them first, at the far left."))
        return redirect("tombstones")
    try:
        run = links.bring_back(user=request.user, link_ids=chosen, trigger=Trigger.PERSON)
    except NotFound as error:
        raise Http404 from error
    except SyncRefused as refusal:
        messages.error(request, said_refusal(refusal, _("Nothing was changed.")))
        return redirect("tombstones")
    return redirect("run", run_id=run.id)


@page("POST")
def restore(request: PageRequest) -> HttpResponse:
    """Restore the ticked ones, or the one whose own button was pressed."""
    chosen = _chosen(request, "contact")
    if not chosen:
        messages.warning(request, _("Nothing was restored: tick the contacts first, at the far left."))
        return redirect("trash")
    asked = Asked(BulkAction.RESTORE)
    run = perform(request.user, asked, chosen)
    offer_undo(request, run, told(asked, run))
    return redirect("trash")


def _chosen(request: PageRequest, name: str) -> list[UUID]:
    """The one whose own button was pressed, or else the ticked ones."""
    one = request.POST.get("only", "")
    return [UUID(one)] if is_uuid(one) else uuids_in(request.POST.getlist(name))
