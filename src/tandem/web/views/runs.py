"""Runs, and one run with its progress and its operations: a push's receipts."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tandem.contacts.models import Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.models import Operation, OperationState, Run, RunKind, RunState
from tandem.googlesync.reading import runs_of
from tandem.googlesync.undo import can_be_undone
from tandem.web.access import PageRequest, page
from tandem.web.answering import answer_of
from tandem.web.changes import FieldChange, field_change, lines_of
from tandem.web.listing import PAGE_SIZE
from tandem.web.views.actions import push
from tandem.web.words import Badge, receipt_badge, run_badge, run_reason, run_summary, run_title

UNDER_WAY = {RunState.QUEUED, RunState.RUNNING}


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the pages' words."""

    run: Run
    title: str
    reason: str
    badge: Badge
    summary: str

    @property
    def is_under_way(self) -> bool:
        return self.run.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class Receipt:
    """An operation with its contact, where that is still there."""

    operation: Operation
    contact: Contact | None
    badge: Badge
    fields: Sequence[FieldChange]

    @property
    def new_name(self) -> str:
        """What somebody is called who is not here yet."""
        named = [change for change in self.operation.changes if change["field"] == "name"]
        lines = lines_of("name", named[0]["after"]) if named else []
        return lines[0] if lines else _("No name")


def row_of(run: Run) -> RunRow:
    return RunRow(run, run_title(run), run_reason(run), run_badge(run), run_summary(run))


@page("GET", "HEAD")
def index(request: PageRequest) -> HttpResponse:
    runs = runs_of(request.user)
    if request.GET.get("state") in RunState.values:
        runs = runs.filter(state=request.GET["state"])
    shown = Paginator(runs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "runs/index.html", {"runs": shown, "rows": [row_of(run) for run in shown]})


@page("GET", "HEAD")
def show(request: PageRequest, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    operations = Paginator(run.operations.order_by("id"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "row": row_of(run),
        "operations": operations,
        "receipts": _receipts(request, list(operations)),
        "only": _only_contact(request, run),
        "failed": len(_failed(run)),
        "answer": answer_of(run),
        "can_undo": can_be_undone(run),
    }
    template = "runs/show.html#live" if request.htmx and not request.htmx.boosted else "runs/show.html"
    return render(request, template, context)


def _receipts(request: PageRequest, operations: Sequence[Operation]) -> list[Receipt]:
    ids = {operation.contact_id for operation in operations if operation.contact_id}
    contacts = contacts_of(request.user.pk).in_bulk(list(ids))
    return [
        Receipt(
            operation=each,
            contact=contacts.get(each.contact_id) if each.contact_id else None,
            badge=receipt_badge(each),
            fields=[field_change(change["field"], change["before"], change["after"]) for change in each.changes],
        )
        for each in operations
    ]


def _only_contact(request: PageRequest, run: Run) -> Contact | None:
    """The contact that a push of one is about: the way back to its page."""
    scope = run.scope or []
    return contacts_of(request.user.pk).filter(id=scope[0]).first() if len(scope) == 1 else None


@page("POST")
def retry_failed(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Push those again, and only those, that failed."""
    run = _run(request, run_id)
    failed = _failed(run)
    return redirect(push(request, failed)) if failed else redirect("run", run_id=run.id)


def _failed(run: Run) -> list[UUID]:
    """The contacts of a push that did not arrive."""
    if run.kind != RunKind.PUSH or run.state in UNDER_WAY:
        return []
    failed = run.operations.filter(state=OperationState.FAILED).values_list("contact_id", flat=True)
    return [contact_id for contact_id in failed.order_by().distinct() if contact_id]


def _run(request: PageRequest, run_id: UUID) -> Run:
    run = runs_of(request.user).filter(id=run_id).first()
    if run is None:
        raise Http404
    return run
