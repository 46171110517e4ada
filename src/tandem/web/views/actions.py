"""'More Actions' of the list: what is done with several contacts at once, and taken back again."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.contacts.exporting import ExportFormat
from tandem.contacts.querysets import contacts_of, in_trash, in_use
from tandem.googlesync.bulk_runs import undo_bulk
from tandem.googlesync.models import RunState, Trigger
from tandem.googlesync.reading import runs_of
from tandem.googlesync.services import SyncRefused, request_push
from tandem.web.access import PageRequest, page
from tandem.web.bulk import Asked, BulkAction, Unclear, asked_of, perform, told
from tandem.web.listing import Filters, columns_of, filters_of, matching
from tandem.web.remembering import ViewRefused, choose_columns, forget_view, save_view
from tandem.web.said import said_refusal
from tandem.web.toast import offer_undo
from tandem.web.views.contacts import address_of, uuid_of
from tandem.web.views.exports import file_of


@page("POST")
def act(request: PageRequest) -> HttpResponseBase:
    """Do it to the ticked contacts, or to all that match."""
    filters = filters_of(request.POST)
    chosen = _chosen(request, filters)
    back = _back(request, filters)
    if not chosen:
        messages.warning(request, _("Tick the contacts first, at the far left of the list."))
        return redirect(back)
    try:
        return _do(request, asked_of(request.POST), chosen, back)
    except Unclear as unclear:
        messages.error(request, str(unclear))
        return redirect(back)


def _chosen(request: PageRequest, filters: Filters) -> list[UUID]:
    """The user's contacts among those that the form names."""
    if request.POST.get("everything"):
        contacts = matching(request.user.pk, filters, timezone.localdate())
        return list(contacts.order_by("id").values_list("id", flat=True))
    ticked = [each for each in map(uuid_of, request.POST.getlist("contact")) if each]
    contacts = in_trash(request.user.pk) if filters.is_trash else in_use(request.user.pk)
    return list(contacts.filter(id__in=ticked).values_list("id", flat=True))


def _back(request: PageRequest, filters: Filters) -> str:
    """The page of the list that the form was on; it names the contact that the page begins behind."""
    place = [(name, request.POST.get(name, "")) for name in ("after", "before")]
    named = [f"{name}={contact_id}" for name, text in place if (contact_id := uuid_of(text))]
    address = address_of(filters)
    return address + ("&" if filters.pairs else "?") + named[0] if named else address


def _do(request: PageRequest, asked: Asked, chosen: Sequence[UUID], back: str) -> HttpResponseBase:
    if asked.action is BulkAction.SYNC:
        return redirect(push(request, chosen))
    if asked.action is BulkAction.EXPORT:
        form = asked.detail if asked.detail in ExportFormat else ExportFormat.VCARD_4
        return file_of(contacts_of(request.user.pk).filter(id__in=chosen), ExportFormat(form))
    run = perform(request.user, asked, chosen)
    if run.state == RunState.QUEUED:
        return redirect("run", run_id=run.id)
    offer_undo(request, run, told(asked, run))
    return redirect(back)


def push(request: PageRequest, chosen: Sequence[UUID]) -> str:
    """Begin the on-demand push; where its receipts are, or the Google settings where it was refused."""
    try:
        run = request_push(user=request.user, contact_ids=chosen, trigger=Trigger.PERSON)
    except SyncRefused as refusal:
        messages.error(request, said_refusal(refusal, _("Nothing was sent.")))
        return reverse("google")
    return reverse("run", args=[run.id])


@page("POST")
def undo(request: PageRequest, run_id: UUID) -> HttpResponseBase:
    """Take back what was done last, from the toast of the list, and stay on the list."""
    run = runs_of(request.user).filter(id=run_id).first()
    if run is None:
        raise Http404
    try:
        undone = undo_bulk(run=run)
    except SyncRefused as refusal:
        messages.error(request, said_refusal(refusal))
        return redirect(_page_before(request))
    if undone.state == RunState.QUEUED:
        return redirect("run", run_id=undone.id)
    messages.success(request, _told_undo(undone.progress_total - undone.counts["skipped"], undone.counts["skipped"]))
    return redirect(_page_before(request))


def _told_undo(done: int, stayed: int) -> str:
    text = ngettext("%(n)s contact is as it was.", "%(n)s contacts are as they were.", done) % {"n": f"{done:,}"}
    if not stayed:
        return text
    rest = ngettext(
        "%(n)s was changed since and stays as it is.", "%(n)s were changed since and stay as they are.", stayed
    )
    return f"{text} {rest % {'n': f'{stayed:,}'}}"


def _page_before(request: PageRequest) -> str:
    """Where the form was, of our own pages."""
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else reverse("contacts")


@page("POST")
def columns(request: PageRequest) -> HttpResponseBase:
    """Show other columns from now on."""
    choose_columns(user=request.user, columns=columns_of(request.POST.getlist("column")))
    return redirect(_page_before(request))


@page("POST")
def view(request: PageRequest) -> HttpResponseBase:
    """Save the filters, order and columns of the form under a name, and show that view."""
    filters = filters_of(request.POST)
    try:
        save_view(user=request.user, name=request.POST.get("name", ""), address=filters.address)
    except ViewRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The view is saved. It stands under Views."))
    return redirect(address_of(filters))


@page("POST")
def remove_view(request: PageRequest, view_id: UUID) -> HttpResponseBase:
    forget_view(user=request.user, view_id=view_id)
    return redirect(_page_before(request))
