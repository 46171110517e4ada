"""A user's answers: to a plan or a held run, 'undo', and 'erase on both sides'."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.contacts.querysets import contacts_of
from tandem.googlesync.approvals import approve, reject
from tandem.googlesync.erasing import request_erasure
from tandem.googlesync.models import Run, Trigger
from tandem.googlesync.reading import runs_of
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.undo import undo
from tandem.web.access import PageRequest, page
from tandem.web.answering import Choices, Group, chosen_rows, groups_of, is_asking, numbers_of
from tandem.web.choices import choices_of, forget_choices, keep_choices
from tandem.web.ids import is_uuid, uuids_in
from tandem.web.plan_page import LEFT_ALONE, bar_of
from tandem.web.receipts import CARD_FIELDS, PARTS_UNDONE_OF
from tandem.web.said import said_refusal


@page("POST")
def run(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Do the rows that are switched on and leave the others, or leave all of them."""
    asked = _run(request, run_id)
    try:
        if request.POST.get("answer") == "reject":
            reject(user=request.user, run=asked)
            forget_choices(request.session, asked)
            messages.success(request, _("Nothing of it was done: both sides stay as they are."))
            return redirect("run", run_id=asked.id)
        chosen = chosen_rows(asked, _choices(request, asked))
        begun = approve(user=request.user, run=asked, operations=chosen, trigger=Trigger.PERSON)
    except SyncRefused as refusal:
        return _refused(request, refusal, asked)
    forget_choices(request.session, asked)
    return redirect("run", run_id=begun.id)


@page("POST")
def choose(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Remember what is switched on and off; then the bar with its new count, or the page that was asked for."""
    asked = _run(request, run_id)
    if not is_asking(asked):
        return redirect("run", run_id=asked.id)
    choices = _choices(request, asked)
    for field, is_on in (("all_on", True), ("all_off", False)):
        if request.POST.get(field) in Group:
            choices = choices.with_group(request.POST[field], is_on=is_on)
    keep_choices(request.session, asked, choices)
    if not request.htmx:
        return redirect(_address(request, asked))
    numbers = numbers_of(asked)
    on = [(group, choices.number_on(group, number), number) for group, number in numbers.items()]
    return render(request, "runs/bar.html", {"bar": bar_of(asked, numbers, choices), "on": on, "run": asked})


def _choices(request: PageRequest, asked: Run) -> Choices:
    """What was chosen so far, and with the rows that the form shows."""
    on = frozenset(request.POST.getlist("operation"))
    shown = groups_of(asked, uuids_in(request.POST.getlist("shown")))
    return choices_of(request.session, asked).with_rows(shown, on)


def _address(request: PageRequest, asked: Run) -> str:
    """The run's page as it was, with the page of the group that was turned, at that group."""
    query = QueryDict(request.POST.get("here", "")).dict()
    turned = QueryDict(request.POST.get("go", "")).dict()
    known = {name: value for name, value in (query | turned).items() if name in {"q", LEFT_ALONE, *Group}}
    at = next(iter(turned), request.POST.get("all_on") or request.POST.get("all_off"))
    anchor = f"#group-{at}" if at in {LEFT_ALONE, *Group} else ""
    return f"{reverse('run', args=[asked.id])}?{urlencode(known)}{anchor}"


@page("POST")
def undo_run(request: PageRequest, run_id: UUID) -> HttpResponse:
    """Take back what the run did, as far as nobody changed it since: all of it, one contact, or one field of it."""
    asked = _run(request, run_id)
    contact, field = request.POST.get("contact", ""), request.POST.get("field", "")
    is_part = is_uuid(contact) and field in {"", *CARD_FIELDS} and asked.kind in PARTS_UNDONE_OF
    if (contact or field) and not is_part:
        raise Http404
    try:
        begun = undo(
            user=request.user,
            run=asked,
            contact_id=UUID(contact) if contact else None,
            field_name=field,
            trigger=Trigger.PERSON,
        )
    except SyncRefused as refusal:
        return _refused(request, refusal, asked)
    return redirect("run", run_id=begun.id)


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
        messages.error(request, said_refusal(refusal, _("Nothing was changed.")))
        return redirect("contact", contact_id=contact.id)
    return redirect("run", run_id=begun.id)


def _run(request: PageRequest, run_id: UUID) -> Run:
    found = runs_of(request.user).filter(id=run_id).first()
    if found is None:
        raise Http404
    return found


def _refused(request: PageRequest, refusal: SyncRefused, asked: Run) -> HttpResponse:
    messages.error(request, said_refusal(refusal, _("Nothing was changed.")))
    return redirect("run", run_id=asked.id)
