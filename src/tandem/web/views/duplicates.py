"""Contacts that may be the same person, with the evidence for it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from tandem.googlesync.models import PossibleDuplicate
from tandem.web.access import PageRequest, page
from tandem.web.listing import PAGE_SIZE


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    pairs = PossibleDuplicate.objects.filter(
        owner=request.user, first__trashed_at=None, second__trashed_at=None
    ).select_related("first", "second")
    shown = Paginator(pairs.order_by("-found_at", "-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "duplicates/index.html", {"pairs": shown})
