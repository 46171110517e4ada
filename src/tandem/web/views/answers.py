"""A user's answers: to a plan or a held run, to a conflict, and 'undo'."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tandem.contacts.models import Actor
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.answers import AnswerRefused, answer, conflicts_of
from tandem.googlesync.approvals import approve, open_rows, reject
from tandem.googlesync.erasing import request_erasure
from tandem.googlesync.models import ConflictKind, Run, Trigger
from tandem.googlesync.reading import runs_of
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.undo import undo
from tandem.web.access import PageRequest, page
from tandem.web.conflicts import card_of_conflict
from tandem.web.listing import PAGE_SIZE


@page("POST")
def run(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Apply the open rows but those that were unticked, which are left for good; or leave all of them."""
    asked = _run(request, run_id)
    try:
        if request.POST.get("answer") == "reject":
            reject(user=request.user, run=asked)
            messages.success(request, _("Nothing of it was done: both sides stay as they are."))
            return redirect("run", run_id=asked.id)
        unticked = set(request.POST.getlist("shown")) - set(request.POST.getlist("operation"))
        chosen = [row for row in open_rows(asked).values_list("id", flat=True) if str(row) not in unticked]
        begun = approve(user=request.user, run=asked, operations=chosen, trigger=Trigger.PERSON)
    except SyncRefused as refusal:
        return _refused(request, refusal, asked)
    return redirect("run", run_id=begun.id)


@page("POST")
def undo_run(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Take back what the run did, as far as nobody changed it since."""
    asked = _run(request, run_id)
    try:
        begun = undo(user=request.user, run=asked, trigger=Trigger.PERSON)
    except SyncRefused as refusal:
        return _refused(request, refusal, asked)
    return redirect("run", run_id=begun.id)


@page("GET", "HEAD")
def conflicts(request: PageRequest) -> HttpResponse:
    """What the two sides do not agree on, those first that wait for an answer."""
    found = conflicts_of(request.user)
    waiting = found.filter(kind=ConflictKind.OPEN)
    rest = found.exclude(kind=ConflictKind.OPEN)
    shown = Paginator([*waiting[:1000], *rest[:1000]], PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "conflicts/index.html", {"shown": shown, "cards": [card_of_conflict(each) for each in shown]}
    )


@page("POST")
def conflict(request: PageRequest, conflict_id: UUID) -> HttpResponse:
    """Whose value shall stand, or that it was seen."""
    found = conflicts_of(request.user).filter(id=conflict_id).first()
    if found is None:
        raise Http404
    choice = request.POST.get("choose", "")
    try:
        answer(user=request.user, conflict=found, choice=choice, actor=Actor.PERSON)
    except AnswerRefused as refused:
        messages.error(request, _("Nothing was changed: %(detail)s") % {"detail": refused.detail})
    else:
        travels = _("Decided: the next run carries it to the other side.")
        messages.success(request, _("Seen.") if choice == "keep" else travels)
    return redirect("conflicts")


@page("GET", "HEAD", "POST")
def erase(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """Asked once what will happen; then the contact and its person are deleted for good."""
    contact = contacts_of(request.user.pk).filter(id=contact_id).first()
    if contact is None:
        raise Http404
    if request.method != "POST":
        return render(request, "contacts/erase.html", {"contact": contact})
    try:
        begun = request_erasure(user=request.user, contact_id=contact.id, trigger=Trigger.PERSON)
    except SyncRefused as refusal:
        messages.error(request, f"{refusal.detail} {_('Nothing was changed.')} {refusal.mend}")
        return redirect("contact", contact_id=contact.id)
    return redirect("run", run_id=begun.id)


def _run(request: PageRequest, run_id: UUID) -> Run:
    found = runs_of(request.user).filter(id=run_id).first()
    if found is None:
        raise Http404
    return found


def _refused(request: PageRequest, refusal: SyncRefused, asked: Run) -> HttpResponse:
    messages.error(request, f"{refusal.detail} {_('Nothing was changed.')} {refusal.mend}")
    return redirect("run", run_id=asked.id)
