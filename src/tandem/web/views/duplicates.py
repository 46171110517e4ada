"""Contacts that may be the same person: side by side, merged or told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from contactsync.card import Field
from contactsync.changes import field_json
from tandem.contacts.cards import card_of
from tandem.contacts.errors import ContactError
from tandem.contacts.models import Actor, Contact
from tandem.contacts.shape import contact_json
from tandem.googlesync.deciding import decide_different, decide_same, duplicates_of
from tandem.googlesync.models import PossibleDuplicate
from tandem.web.access import PageRequest, page
from tandem.web.changes import FIELD_NAMES, lines_of
from tandem.web.listing import PAGE_SIZE
from tandem.web.words import called

_PICKED = ("name", "birthday")


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both contacts, as lines of text; `is_picked` where only one of the two values can stay."""

    field: str
    name: str
    first: Sequence[str]
    second: Sequence[str]

    @property
    def differs(self) -> bool:
        return list(self.first) != list(self.second)

    @property
    def is_picked(self) -> bool:
        return self.field in _PICKED and self.differs and bool(self.first) and bool(self.second)


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    shown = Paginator(duplicates_of(request.user), PAGE_SIZE // 5).get_page(request.GET.get("page"))
    pairs = [(pair, _lines(pair.first, pair.second)) for pair in shown]
    return render(request, "duplicates/index.html", {"shown": shown, "pairs": pairs})


@page("POST")
def decide(request: PageRequest, pair_id: UUID) -> HttpResponse:
    """Merge the two, or keep them apart for good."""
    pair = duplicates_of(request.user).filter(id=pair_id).first()
    if pair is None:
        raise Http404
    if request.POST.get("decision") == "different":
        decide_different(user=request.user, pair=pair)
        messages.success(request, _("They stay two, and are not listed again."))
        return redirect("duplicates")
    kept, other = (pair.second, pair.first) if request.POST.get("primary") == "second" else (pair.first, pair.second)
    try:
        run = decide_same(
            user=request.user, pair=pair, primary=kept.id, values=_picked(request, pair), actor=Actor.PERSON
        )
    except ContactError as error:
        messages.error(request, _("Nothing was merged: %(error)s") % {"error": error})
        return redirect("duplicates")
    messages.success(request, _("%(other)s was merged into %(kept)s.") % {"other": called(other), "kept": called(kept)})
    return redirect("run", run_id=run.id)


def _picked(request: PageRequest, pair: PossibleDuplicate) -> dict[str, Any]:
    """The values that were picked of fields that hold one."""
    sides = {"first": pair.first, "second": pair.second}
    picked = {field: sides.get(request.POST.get(field, "")) for field in _PICKED}
    return {field: contact_json(contact)[field] for field, contact in picked.items() if contact is not None}


def _lines(first: Contact, second: Contact) -> list[Line]:
    one, other = card_of(first), card_of(second)
    lines = [
        Line(
            field.value,
            FIELD_NAMES[field.value],
            lines_of(field.value, field_json(one, field)),
            lines_of(field.value, field_json(other, field)),
        )
        for field in Field
    ]
    for field in ("company", "status", "hashtags", "notes"):
        values = getattr(first, field), getattr(second, field)
        lines.append(Line(field, FIELD_NAMES[field], lines_of(field, values[0]), lines_of(field, values[1])))
    return [line for line in lines if line.first or line.second]
