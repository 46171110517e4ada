"""The Smart CRM list: search, filters, and what can be done with several contacts at once."""

from collections.abc import Sequence
from typing import assert_never
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.contacts import services
from tandem.contacts.errors import Invalid
from tandem.contacts.models import Actor, Contact, Status
from tandem.contacts.querysets import in_use
from tandem.googlesync.models import Trigger
from tandem.googlesync.reading import google_states
from tandem.googlesync.services import SyncRefused, request_push
from tandem.web.access import PageRequest, page
from tandem.web.bulk import BulkAction
from tandem.web.listing import PAGE_SIZE, SORTS, Filters, filters_of, matching, ordered


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    filters = filters_of(request.GET)
    contacts = ordered(matching(request.user.pk, filters), filters.sort)
    shown = Paginator(contacts, PAGE_SIZE).get_page(request.GET.get("page"))
    template = "contacts/index.html#list" if request.htmx and not request.htmx.boosted else "contacts/index.html"
    return render(request, template, _context(request, filters, shown))


def _context(request: PageRequest, filters: Filters, shown: Page[Contact]) -> dict[str, object]:
    states = google_states(request.user, [contact.id for contact in shown])
    return {
        "filters": filters,
        "contacts": shown,
        "google": {each: found[0].state for each, found in states.items() if found},
        "has_any": bool(shown) or in_use(request.user.pk).exists(),
        "statuses": Status.choices,
        "sorts": SORTS,
    }


@page("POST")
def act(request: PageRequest) -> HttpResponse:
    """'More Actions' for the ticked contacts, or for all that match."""
    filters = filters_of(request.POST)
    back = f"{reverse('contacts')}?{filters.address}" if filters.address else reverse("contacts")
    chosen = _chosen(request, filters)
    action = request.POST.get("action", "")
    if not chosen:
        messages.warning(request, _("Tick the contacts first, at the far left of the list."))
    elif action not in BulkAction:
        messages.error(request, _("Choose what to do from More Actions."))
    elif (address := _do(request, BulkAction(action), chosen)) is not None:
        return redirect(address)
    return redirect(back)


def _chosen(request: PageRequest, filters: Filters) -> list[UUID]:
    """The user's contacts among those that the form names."""
    if request.POST.get("everything"):
        return list(matching(request.user.pk, filters).order_by("id").values_list("id", flat=True))
    ticked = [each for each in map(_uuid, request.POST.getlist("contact")) if each]
    return list(in_use(request.user.pk).filter(id__in=ticked).values_list("id", flat=True))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _do(request: PageRequest, action: BulkAction, chosen: Sequence[UUID]) -> str | None:
    """Do it, and return where to go if not back to the list."""
    match action:
        case BulkAction.SYNC:
            return push(request, chosen)
        case BulkAction.STATUS:
            _set_status(request, chosen)
        case BulkAction.HASHTAG:
            _add_hashtags(request, chosen)
        case BulkAction.TRASH:
            _trash(request, chosen)
        case _:
            assert_never(action)
    return None


def push(request: PageRequest, chosen: Sequence[UUID]) -> str:
    """Begin the on-demand push; where its receipts are, or the Google settings where it was refused."""
    try:
        run = request_push(user=request.user, contact_ids=chosen, trigger=Trigger.PERSON)
    except SyncRefused as refusal:
        messages.error(request, f"{refusal.detail} {_('Nothing was sent.')} {refusal.mend}")
        return reverse("google")
    return reverse("run", args=[run.id])


def _set_status(request: PageRequest, chosen: Sequence[UUID]) -> None:
    status = request.POST.get("new_status", "")
    if status not in Status:
        messages.error(request, _("Choose a status."))
        return
    changed = services.set_status(
        owner_id=request.user.pk, contact_ids=chosen, status=Status(status), actor=Actor.PERSON
    )
    number = len(changed)
    text = ngettext("%(n)s contact is now %(status)s.", "%(n)s contacts are now %(status)s.", number)
    messages.success(request, text % {"n": f"{number:,}", "status": Status(status).label})


def _add_hashtags(request: PageRequest, chosen: Sequence[UUID]) -> None:
    hashtags = _words(request.POST)
    if not hashtags:
        messages.error(request, _("Type a hashtag."))
        return
    try:
        changed = services.add_hashtags(
            owner_id=request.user.pk, contact_ids=chosen, hashtags=hashtags, actor=Actor.PERSON
        )
    except Invalid as invalid:
        messages.error(request, invalid.errors[0].detail)
        return
    number = len(changed)
    text = ngettext("%(n)s contact got the hashtag.", "%(n)s contacts got the hashtag.", number)
    messages.success(request, text % {"n": f"{number:,}"})


def _words(posted: QueryDict) -> list[str]:
    return posted.get("new_hashtag", "").replace(",", " ").split()


def _trash(request: PageRequest, chosen: Sequence[UUID]) -> None:
    moved = services.trash_contacts(owner_id=request.user.pk, contact_ids=chosen, actor=Actor.PERSON)
    number = len(moved)
    text = ngettext("%(n)s contact is in the trash.", "%(n)s contacts are in the trash.", number)
    kept = _("Nothing was deleted in Google. You can restore from the trash for 90 days.")
    messages.success(request, f"{text % {'n': f'{number:,}'}} {kept}")
