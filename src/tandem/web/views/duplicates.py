"""Contacts that may be the same person: side by side, merged or told apart."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tandem.contacts.errors import ContactError
from tandem.contacts.models import Actor
from tandem.googlesync.deciding import decide_different, decide_same, duplicates_of
from tandem.googlesync.models import PossibleDuplicate, Run, RunKind, Trigger
from tandem.googlesync.reading import runs_of
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.undo import undo
from tandem.web.access import PageRequest, page
from tandem.web.pairing import Side, pair_of, picked_values, seen_of
from tandem.web.said import said_error, said_refusal
from tandem.web.words import called

PAGE_SIZE = 20
TOAST = "duplicates_toast"  #: of the session: the merge that the next page offers to undo, and what it did


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    shown = Paginator(duplicates_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    toast: Mapping[str, str] | None = request.session.pop(TOAST, None)
    context = {"shown": shown, "pairs": [pair_of(row) for row in shown], "toast": toast}
    return render(request, "duplicates/index.html", context)


@page("POST")
def decide(request: PageRequest, pair_id: UUID) -> HttpResponse:
    """Merge the two, or keep them apart for good."""
    pair = duplicates_of(request.user).filter(id=pair_id).first()
    if pair is None:
        raise Http404
    if request.POST.get("decision") == "different":
        decide_different(user=request.user, pair=pair)
        messages.success(request, _("They stay two, and are not listed again."))
    elif request.POST.get("seen", seen_of(pair)) != seen_of(pair):
        messages.warning(request, _("One of the two was changed meanwhile. Nothing was merged: look at them again."))
    else:
        _merge(request, pair)
    return redirect("duplicates")


def _merge(request: PageRequest, pair: PossibleDuplicate) -> None:
    is_second = request.POST.get("primary") == Side.SECOND
    kept, other = (pair.second, pair.first) if is_second else (pair.first, pair.second)
    values = picked_values(request.POST, pair.first, pair.second, kept)
    words = _("%(other)s was merged into %(kept)s.") % {"other": called(other), "kept": called(kept)}
    try:
        run = decide_same(user=request.user, pair=pair, primary=kept.id, values=values, actor=Actor.PERSON)
    except ContactError as error:
        messages.error(request, _("Nothing was merged: %(error)s") % {"error": said_error(error)})
    else:
        request.session[TOAST] = {"run": str(run.id), "words": words}


@page("POST")
def take_apart(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Undo a merge, from the toast of the page."""
    try:
        undo(user=request.user, run=_merge_run(request, run_id), trigger=Trigger.PERSON)
    except SyncRefused as refusal:
        messages.error(request, said_refusal(refusal, _("Nothing was changed.")))
    else:
        messages.success(request, _("They are two again. What was changed since stays as it is."))
    return redirect("duplicates")


def _merge_run(request: PageRequest, run_id: UUID) -> Run:
    run = runs_of(request.user).filter(id=run_id, kind=RunKind.MERGE).first()
    if run is None:
        raise Http404
    return run
