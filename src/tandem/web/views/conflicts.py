"""What the two sides do not agree on, and a user's answers to it."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.contacts.models import Actor
from tandem.googlesync.answers import AnswerRefused, answer, conflicts_of
from tandem.googlesync.bulk_answers import Answered, answer_many
from tandem.googlesync.models import ConflictKind
from tandem.web.access import PageRequest, page
from tandem.web.conflicts import contacts_in_conflict, groups_of, suggested, tabs_of
from tandem.web.ids import uuids_in
from tandem.web.said import said

CONTACTS_SHOWN = 25
_SUGGESTED = "suggested"


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    """Contact by contact, those first that wait for an answer."""
    every = conflicts_of(request.user)
    kind = _kind(request.GET.get("kind", ""))
    found = every.filter(kind=kind) if kind else every
    shown = Paginator(contacts_in_conflict(found), CONTACTS_SHOWN).get_page(request.GET.get("page"))
    groups = groups_of(found, [row["contact_id"] for row in shown])
    context = {
        "kind": kind,
        "tabs": tabs_of(every, kind),
        "shown": shown,
        "groups": groups,
        "has_suggestions": any(suggested(row.conflict) for group in groups for row in group.rows),
    }
    return render(request, "conflicts/index.html", context)


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
        messages.error(request, _("Nothing was changed: %(detail)s") % {"detail": said(refused.detail)})
    else:
        travels = _("Decided: the next run carries it to the other side.")
        messages.success(request, _("Seen.") if choice == "keep" else travels)
    return redirect(_address(request))


@page("POST")
def decide_many(request: PageRequest) -> HttpResponse:
    """The same answer for all that the page shows of the ticked contacts."""
    choices = _choices(request)
    if not choices:
        nothing = _("Nothing was decided: tick the contacts first, at the far left.")
        if request.POST.get("choose") == _SUGGESTED and request.POST.getlist("contact"):
            nothing = _("Nothing was decided: nothing is suggested for the ticked contacts.")
        messages.warning(request, nothing)
        return redirect(_address(request))
    answered = answer_many(user=request.user, choices=choices, actor=Actor.PERSON)
    if answered.done:
        messages.success(request, _told(answered))
    else:
        messages.warning(request, _("Nothing was decided: what you ticked takes another answer."))
    return redirect(_address(request))


def _choices(request: PageRequest) -> Mapping[UUID, str]:
    """What to answer to each conflict of the ticked contacts that the page showed."""
    ticked, shown = uuids_in(request.POST.getlist("contact")), uuids_in(request.POST.getlist("shown"))
    found = conflicts_of(request.user).filter(contact_id__in=ticked, id__in=shown)
    choice = request.POST.get("choose", "")
    if choice != _SUGGESTED:
        return {each.id: choice for each in found}
    return {each.id: proposal.choice for each in found if (proposal := suggested(each))}


def _told(answered: Answered) -> str:
    done = ngettext("%(n)s answered.", "%(n)s answered.", answered.done) % {"n": f"{answered.done:,}"}
    if not answered.refused:
        return done
    other = ngettext("%(n)s takes another answer.", "%(n)s take another answer.", answered.refused)
    return f"{done} {other % {'n': f'{answered.refused:,}'}}"


def _kind(text: str) -> str:
    return text if text in ConflictKind.values else ""


def _address(request: PageRequest) -> str:
    kind = _kind(request.POST.get("kind", ""))
    return f"{reverse('conflicts')}?kind={kind}" if kind else reverse("conflicts")
