"""The Smart CRM list: search, filters, order and pages; every state of it has an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from tandem.contacts.models import Contact, LeadType, Status
from tandem.contacts.querysets import contacts_of, found_by, ids_found_by, in_use
from tandem.contacts.terms import prefixes_of
from tandem.googlesync.reading import google_states
from tandem.web.access import PageRequest, page
from tandem.web.list_pages import Count, ListPage, Place, count_of, page_at
from tandem.web.list_table import headings_of
from tandem.web.listing import MOST_COUNTED, Filters, filters_of, matching, narrowed, sources_of
from tandem.web.remembering import chosen_columns, views_of
from tandem.web.said import said_choices
from tandem.web.toast import toast_of
from tandem.web.words import COLUMN_NAMES, SORT_NAMES


@dataclass(frozen=True, slots=True)
class Shown:
    """The contacts of a list, and whether the search found more than the list goes through, or says too little."""

    contacts: QuerySet[Contact]
    is_too_much: bool = False
    is_too_little: bool = False


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    """The whole page, or for a search as it is typed the list alone."""
    filters = filters_of(request.GET)
    is_part = bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request
    template = "contacts/index.html#list" if is_part else "contacts/index.html"
    toast = None if is_part else toast_of(request)
    response = render(request, template, {**_context(request, filters), "is_part": is_part, "toast": toast})
    patch_vary_headers(response, ["HX-Request"])
    if is_part:
        response["HX-Push-Url"] = address_of(filters)
    return response


@page("GET", "HEAD")
def count(request: PageRequest) -> HttpResponse:
    """How many match, exactly: asked for when all of them are to be chosen."""
    number = matching(request.user.pk, filters_of(request.GET), timezone.localdate()).count()
    return HttpResponse(f"{number:,}")


def address_of(filters: Filters) -> str:
    """Where the list stands so narrowed and ordered."""
    return f"{reverse('contacts')}?{filters.address}" if filters.pairs else reverse("contacts")


def shown_by(owner_id: int, filters: Filters) -> Shown:
    """What the list goes through. A search that finds much too much shows the first thousand found."""
    today = timezone.localdate()
    contacts = narrowed(owner_id, filters, today)
    if not filters.q:
        return Shown(contacts)
    if not prefixes_of(filters.q):
        return Shown(contacts.none(), is_too_little=True)
    ids = ids_found_by(owner_id, filters.q, most=MOST_COUNTED + 1)
    if len(ids) > MOST_COUNTED and filters.is_filtered:
        ids = list(found_by(contacts, owner_id, filters.q).values_list("id", flat=True)[: MOST_COUNTED + 1])
    return Shown(contacts.filter(id__in=ids), is_too_much=len(ids) > MOST_COUNTED)


def _context(request: PageRequest, filters: Filters) -> dict[str, object]:
    owner_id = request.user.pk
    shown = shown_by(owner_id, filters)
    contacts = page_at(shown.contacts, filters.sort, _place(request.GET), contacts_of(owner_id))
    columns = filters.columns or chosen_columns(request.user)
    return {
        "filters": filters,
        "here": request.get_full_path(),
        "without_columns": address_of(replace(filters, columns=())),
        "shown": contacts,
        "count": Count(MOST_COUNTED, is_more=True) if shown.is_too_much else count_of(shown.contacts),
        "is_too_much": shown.is_too_much,
        "is_too_little": shown.is_too_little,
        "google": _google(request, contacts),
        "has_any": bool(contacts.contacts) or in_use(owner_id).exists(),
        "columns": columns,
        "headings": headings_of(filters, columns),
        "column_names": COLUMN_NAMES,
        "sorts": SORT_NAMES.items(),
        "statuses": said_choices(Status.choices),
        "lead_types": said_choices(LeadType.choices),
        "sources": sources_of(owner_id),
        "views": views_of(request.user),
    }


def _place(query: QueryDict) -> Place:
    return Place(after=uuid_of(query.get("after", "")), before=uuid_of(query.get("before", "")))


def uuid_of(text: str) -> UUID | None:
    """The id that a form or an address names, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _google(request: PageRequest, shown: ListPage) -> Mapping[UUID, str]:
    states = google_states(request.user, [contact.id for contact in shown.contacts])
    return {each: found[0].state for each, found in states.items() if found}
