"""Google settings: connecting, the switch with its status, the pulse, and the end of it all."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contactsync.faults import SyncError
from google_people.oauth import Attempt
from tandem.contacts.models import Contact, Status
from tandem.googlesync import connection, services
from tandem.googlesync.models import Account, Trigger
from tandem.googlesync.reading import accounts_of, counts_of, runs_of
from tandem.googlesync.services import InvalidSetting, SyncRefused
from tandem.web.access import PageRequest, page
from tandem.web.chart import chart_of
from tandem.web.pulse import is_stale, pulse_of
from tandem.web.regions import regions
from tandem.web.run_rows import Quiet, RunRow, folded, loud, row_of
from tandem.web.said import said, said_choices, said_refusal

ATTEMPT = "google_attempt"
PROBLEM = "google_problem"
MOST_DIGITS = 9
RUNS_SHOWN = 6

#: What the page calls the settings in which somebody can type, by their place in the API.
_TYPED: Mapping[str, str | Promise] = {
    "brake/count": gettext_lazy("The first number of the brake"),
    "brake/percent": gettext_lazy("The percentage of the brake"),
    "brake/most": gettext_lazy("The last number of the brake"),
}


@page("GET", "HEAD")
def show(request: PageRequest) -> HttpResponse:
    account = accounts_of(request.user).first()
    now = timezone.now()
    pulse = pulse_of(account, now)
    context: dict[str, Any] = {
        "account": account,
        "pulse": pulse,
        "run": row_of(pulse.run) if pulse.run else None,
        "is_stale": account is not None and is_stale(account, now),
        "last_run": next((row_of(run) for run in runs_of(request.user)[:1]), None),
        "counts": counts_of(account) if account else None,
        "statuses": said_choices(Status.choices),
        "regions": regions(),
        "minutes": round(settings.SYNC_INTERVAL / 60),
    }
    if request.htmx:
        return render(request, "google/settings.html#pulse", context)
    context |= {
        "problem": request.session.pop(PROBLEM, None),
        "has_client": bool(settings.GOOGLE_CLIENT_ID),
        "chart": chart_of(account, now) if account else None,
        "rows": _history(account) if account else [],
    }
    return render(request, "google/settings.html", context)


def _history(account: Account) -> list[RunRow | Quiet]:
    """The latest runs that did something, and how many did not."""
    runs = account.runs.order_by("-id")
    return folded(runs, list(loud(runs)[:RUNS_SHOWN]), is_first=True, is_last=False)


@page("GET", "HEAD", "POST")
def connect(request: PageRequest) -> HttpResponse:
    """Send the browser to Google's consent page."""
    try:
        address, attempt = connection.begin(request.user)
    except SyncError as fault:
        return _explain(request, fault)
    request.session[ATTEMPT] = asdict(attempt)
    return redirect(address)


@page("GET", "HEAD")
def callback(request: PageRequest) -> HttpResponse:
    """Google sends the browser back to here. An attempt is used once."""
    kept = request.session.pop(ATTEMPT, None)
    try:
        account = connection.finish(request.user, request.GET.dict(), Attempt(**kept) if kept else None)
    except (SyncError, SyncRefused) as fault:
        return _explain(request, fault)
    messages.success(request, _("Connected as %(email)s.") % {"email": account.email})
    return redirect("google")


@page("POST")
def switch(request: PageRequest) -> HttpResponse:
    """Contact sync on or off, together with 'Import Contacts as'; switched on, the download begins."""
    changes = {
        "contact_sync": bool(request.POST.get("contact_sync")),
        "import_status": request.POST.get("import_status", ""),
    }
    return _change(request, changes)


@page("POST")
def rules(request: PageRequest) -> HttpResponse:
    """How differences are settled, and how phone numbers are read."""
    names = ("conflict_policy", "emptied_fields", "region")
    changes: dict[str, object] = {name: request.POST[name] for name in names if name in request.POST}
    if "brake_count" in request.POST:
        changes |= {name: _whole_number(request, name) for name in ("brake_count", "brake_percent", "brake_most")}
        changes["brake_on"] = bool(request.POST.get("brake_on"))
    return _change(request, changes)


def _whole_number(request: PageRequest, name: str) -> object:
    """The number that was typed; what is none is left to the setting's own check."""
    typed = request.POST.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < MOST_DIGITS else typed


def _change(request: PageRequest, changes: dict[str, object]) -> HttpResponse:
    try:
        run = services.change_settings(account=_account(request), changes=changes)
    except InvalidSetting as invalid:
        told = {"field": _TYPED.get(invalid.field, invalid.field), "detail": said(invalid.detail)}
        messages.error(request, _("Nothing was saved. %(field)s %(detail)s.") % told)
    except SyncRefused as refusal:
        return _explain(request, refusal)
    else:
        begun = _("Contact sync is on, and the download from Google has begun.")
        messages.success(request, begun if run else _("Saved."))
    return redirect("google")


@page("POST")
def sync(request: PageRequest) -> HttpResponse:
    """Do now what the next hour would do."""
    try:
        services.request_sync(account=_account(request), trigger=Trigger.PERSON)
    except SyncRefused as refusal:
        if refusal.run_id is None:
            return _explain(request, refusal)
        messages.info(request, said_refusal(refusal))
    return redirect("google")


@page("POST")
def preview(request: PageRequest) -> HttpResponse:
    """Show what a sync would do, without doing it; possible while contact sync is off."""
    try:
        run = services.request_plan(account=_account(request), trigger=Trigger.PERSON)
    except SyncRefused as refusal:
        if refusal.run_id is None:
            return _explain(request, refusal)
        messages.info(request, said_refusal(refusal))
        return redirect("google")
    return redirect("run", run_id=run.id)


@page("GET", "HEAD", "POST")
def disconnect(request: PageRequest) -> HttpResponse:
    """Asked once what will happen to the contacts; then there is no further call to Google."""
    account = _account(request)
    if request.method != "POST":
        context = {"account": account, "imported": _imported(request), "counts": counts_of(account)}
        return render(request, "google/disconnect.html", context)
    is_trashed = request.POST.get("imported") == "trash"
    is_revoked = connection.disconnect(account, imported="trash" if is_trashed else "keep")
    done = _("Google is disconnected: the connection's keys are erased, and no further call is made.")
    if is_revoked:
        messages.success(request, done)
    else:
        mend = _("Google could not be reached to confirm it: remove Tandem at myaccount.google.com/connections, too.")
        messages.warning(request, f"{done} {mend}")
    return redirect("google")


def _imported(request: PageRequest) -> int:
    """How many contacts came from Google."""
    return Contact.objects.filter(owner=request.user, trashed_at=None, source="Google Contacts").count()


def _explain(request: PageRequest, fault: SyncError | SyncRefused) -> HttpResponse:
    """Keep what happened for the settings page; Google's code does not stay in the address."""
    request.session[PROBLEM] = {"code": fault.code, "detail": fault.detail, "mend": fault.mend}
    return redirect("google")


def _account(request: PageRequest) -> Account:
    account = accounts_of(request.user).first()
    if account is None:
        raise Http404
    return account
