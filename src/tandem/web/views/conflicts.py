"""What the two sides do not agree on, and a user's answers to it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tandem.contacts.models import Actor
from tandem.googlesync.answers import AnswerRefused, answer, conflicts_of
from tandem.googlesync.models import ConflictKind
from tandem.web.access import PageRequest, page
from tandem.web.conflicts import card_of_conflict
from tandem.web.listing import PAGE_SIZE


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    """What the two sides do not agree on, those first that wait for an answer."""
    found = conflicts_of(request.user)
    waiting = found.filter(kind=ConflictKind.OPEN)
    rest = found.exclude(kind=ConflictKind.OPEN)
    shown = Paginator([*waiting[:1000], *rest[:1000]], PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "conflicts/index.html", {"shown": shown, "cards": [card_of_conflict(each) for each in shown]}
    )


@page("POST")
def decide(request: PageRequest, conflict_id: UUID) -> HttpResponse:
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
