"""Runs, and one run with its progress, its questions and its operations: a push's receipts."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from tandem.contacts.models import Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.bulk_runs import stop_bulk
from tandem.googlesync.models import OperationState, Run, RunKind
from tandem.googlesync.reading import runs_of
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.undo import can_be_undone
from tandem.web.access import PageRequest, page
from tandem.web.answering import is_too_old, number_moved
from tandem.web.choices import choices_of
from tandem.web.listing import PAGE_SIZE
from tandem.web.plan_page import answer_page
from tandem.web.receipts import narrowing_of, operations_of, receipts_of
from tandem.web.run_rows import UNDER_WAY, folded, loud, narrowed_runs, row_of, rows_of, run_filters
from tandem.web.said import said_refusal
from tandem.web.views.actions import push


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    filters = run_filters(request.GET)
    runs = narrowed_runs(runs_of(request.user).defer("scope"), filters)
    shown = Paginator(runs if filters.is_whole else loud(runs), PAGE_SIZE).get_page(request.GET.get("page"))
    listed = list(shown)
    rows = (
        rows_of(listed)
        if filters.is_whole
        else folded(runs, listed, is_first=not shown.has_previous(), is_last=not shown.has_next())
    )
    return render(request, "runs/index.html", {"runs": shown, "rows": rows, "filters": filters})


@page("GET", "HEAD")
def show(request: PageRequest, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    narrowing = narrowing_of(request.GET)
    operations = Paginator(operations_of(run, narrowing), PAGE_SIZE).get_page(request.GET.get("page"))
    answer = answer_page(run, choices_of(request.session, run), request.GET)
    context = {
        "row": row_of(run),
        "operations": operations,
        "receipts": receipts_of(run, list(operations)),
        "narrowing": narrowing,
        "only": _only_contact(request, run),
        "failed": len(_failed(run)),
        "answer": answer,
        "is_too_old": is_too_old(run),
        "can_undo": answer is None and can_be_undone(run),
        "moved": _moved(run),
    }
    template = "runs/show.html#live" if request.htmx and not request.htmx.boosted else "runs/show.html"
    return render(request, template, context)


def _moved(run: Run) -> tuple[UUID, int] | None:
    """The answered run whose rows had changed since, and how many: this one's, or of the one that it does."""
    answered = run.approves or run
    number = number_moved(answered)
    return (answered.id, number) if number else None


def _only_contact(request: PageRequest, run: Run) -> Contact | None:
    """The contact that a push of one is about: the way back to its page."""
    alone = Run.objects.filter(id=run.id, scope__len=1).values("scope__0")
    return contacts_of(request.user.pk).filter(id__in=alone).first()


@page("POST")
def retry_failed(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Push those again, and only those, that failed."""
    run = _run(request, run_id)
    failed = _failed(run)
    return redirect(push(request, failed)) if failed else redirect("run", run_id=run.id)


@page("POST")
def stop(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Let a bulk run do no more."""
    run = _run(request, run_id)
    try:
        stop_bulk(run=run)
    except SyncRefused as refusal:
        messages.info(request, said_refusal(refusal))
    return redirect("run", run_id=run.id)


def _failed(run: Run) -> list[UUID]:
    """The contacts of a push that did not arrive."""
    if run.kind != RunKind.PUSH or run.state in UNDER_WAY:
        return []
    failed = run.operations.filter(state=OperationState.FAILED).values_list("contact_id", flat=True)
    return [contact_id for contact_id in failed.order_by().distinct() if contact_id]


def _run(request: PageRequest, run_id: UUID) -> Run:
    run = runs_of(request.user).defer("scope").filter(id=run_id).first()
    if run is None:
        raise Http404
    return run
