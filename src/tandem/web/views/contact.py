"""One contact: its page, the forms that make and change it, and its own 'More Actions'."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.contacts import services
from tandem.contacts.errors import DuplicateEmail, FieldError, InTrash, Invalid, RevisionConflict
from tandem.contacts.history import history_of
from tandem.contacts.models import Actor, Contact, LeadType, Status
from tandem.contacts.querysets import contacts_of
from tandem.contacts.shape import contact_json
from tandem.googlesync import links
from tandem.googlesync.models import Operation, Trigger
from tandem.googlesync.reading import google_states
from tandem.googlesync.services import SyncRefused
from tandem.web.access import PageRequest, page
from tandem.web.changes import birthday_text, timeline
from tandem.web.contact_form import ContactForm, blank_form, form_of, patch_of, posted_form, values_of
from tandem.web.retention import kept_until
from tandem.web.views.actions import push as push_contacts
from tandem.web.words import called, receipt_badge

MOST_ENTRIES = 100
#: What 'More Actions' offers beside the push, by the state in Google: action, words, icon.
_LINK_ACTIONS = {
    "linked": [
        ("pause", gettext_lazy("Pause syncing"), "pause"),
        ("unlink", gettext_lazy("Unlink from Google"), "unlink"),
    ],
    "paused": [
        ("resume", gettext_lazy("Resume syncing"), "play"),
        ("unlink", gettext_lazy("Unlink from Google"), "unlink"),
    ],
    "severed": [("link_again", gettext_lazy("Link again"), "link")],
}
_LINK_ACTIONS |= dict.fromkeys(("waiting", "hidden"), _LINK_ACTIONS["linked"])
_QUIET_ACTIONS = {
    "pause": (links.pause, gettext_lazy("Paused: runs skip %(name)s until you resume or push it.")),
    "unlink": (links.unlink, gettext_lazy("Unlinked: %(name)s stays here and in Google, each on its own.")),
}
_RUN_ACTIONS = {"resume": links.resume, "link_again": links.link_again}
LABELS = ("home", "work", "mobile", "main", "other")


@page("GET", "HEAD")
def show(request: PageRequest, contact_id: UUID) -> HttpResponse:
    contact = _contact(request, contact_id)
    birthday = contact_json(contact)["birthday"]
    states = google_states(request.user, [contact.id])[contact.id]
    sent = Operation.objects.filter(run__owner=request.user, contact_id=contact.id).select_related("run")
    context = {
        "contact": contact,
        "birthday": birthday_text(birthday) if birthday else "",
        "google": states[0] if states else None,
        "link_actions": _LINK_ACTIONS.get(states[0].state, []) if states else [],
        "events": [(operation, receipt_badge(operation)) for operation in sent.order_by("-id")[:3]],
        "timeline": timeline(history_of(contact.id)[:MOST_ENTRIES]),
        "kept_until": kept_until(contact),
    }
    return render(request, "contacts/show.html", context)


@page("GET", "HEAD", "POST")
def create(request: PageRequest) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, blank_form())
    form = posted_form(request.POST)
    if form.is_nobody:
        wrong = _("Type a name; or a company, an e-mail address or a phone number.")
        return _form_page(request, form.with_errors([FieldError("/name/given", wrong)]))
    try:
        contact = services.create_contact(
            owner_id=request.user.pk,
            values=values_of(form),
            actor=Actor.PERSON,
            duplicate_allowed=bool(request.POST.get("anyway")),
        )
    except Invalid as invalid:
        return _form_page(request, form.with_errors(invalid.errors))
    except DuplicateEmail as duplicate:
        return _form_page(request, form, twin=_contact(request, duplicate.contact_id))
    messages.success(request, _("%(name)s was created.") % {"name": called(contact)})
    return redirect("contact", contact_id=contact.id)


@page("GET", "HEAD", "POST")
def change(request: PageRequest, contact_id: UUID) -> HttpResponse:
    contact = _contact(request, contact_id)
    if contact.trashed_at is not None:
        return redirect("contact", contact_id=contact.id)
    if request.method != "POST":
        return _form_page(request, form_of(contact), contact)
    form = posted_form(request.POST)
    revision = request.POST.get("revision", "")
    try:
        services.change_contact(
            owner_id=request.user.pk,
            contact_id=contact.id,
            patch=patch_of(form, form_of(contact)),
            expected_revision=int(revision) if revision.isdecimal() else contact.revision,
            actor=Actor.PERSON,
        )
    except Invalid as invalid:
        return _form_page(request, form.with_errors(invalid.errors), contact)
    except RevisionConflict:
        return _form_page(request, form, contact, is_overtaken=True)
    except InTrash:
        messages.error(request, _("The contact went to the trash meanwhile, and nothing was saved: restore it first."))
    else:
        messages.success(request, _("Saved."))
    return redirect("contact", contact_id=contact.id)


def _form_page(
    request: PageRequest,
    form: ContactForm,
    contact: Contact | None = None,
    *,
    twin: Contact | None = None,
    is_overtaken: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "contact": contact,
        "twin": twin,
        "is_overtaken": is_overtaken,
        "statuses": Status.choices,
        "lead_types": LeadType.choices,
        "labels": LABELS,
        "months": [(str(month), birthday_text({"month": month, "day": 1}).split()[1]) for month in range(1, 13)],
    }
    is_refused = bool(form.errors) or twin is not None or is_overtaken
    return render(request, "contacts/form.html", context, status=422 if is_refused else 200)


@page("POST")
def push(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """'Sync with Google Contacts'."""
    return redirect(push_contacts(request, [_contact(request, contact_id).id]))


@page("POST")
def change_link(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """Pause or unlink; resume or link again, which are runs."""
    contact = _contact(request, contact_id)
    action = request.POST.get("action", "")
    try:
        if action in _QUIET_ACTIONS:
            verb, said = _QUIET_ACTIONS[action]
            verb(user=request.user, contact_id=contact.id)
            messages.success(request, said % {"name": called(contact)})
        elif action in _RUN_ACTIONS:
            run = _RUN_ACTIONS[action](user=request.user, contact_id=contact.id, trigger=Trigger.PERSON)
            return redirect("run", run_id=run.id)
    except SyncRefused as refusal:
        _explain(request, refusal)
    return redirect("contact", contact_id=contact.id)


@page("POST")
def trash(request: PageRequest, contact_id: UUID) -> HttpResponse:
    contact = _contact(request, contact_id)
    services.trash_contacts(owner_id=request.user.pk, contact_ids=[contact.id], actor=Actor.PERSON)
    return redirect("contact", contact_id=contact.id)


@page("POST")
def restore(request: PageRequest, contact_id: UUID) -> HttpResponse:
    contact = _contact(request, contact_id)
    if request.POST.get("google") == "put_back":
        return _put_back(request, contact)
    services.restore_contacts(owner_id=request.user.pk, contact_ids=[contact.id], actor=Actor.PERSON)
    messages.success(request, _("%(name)s is back.") % {"name": called(contact)})
    return redirect("contact", contact_id=contact.id)


def _put_back(request: PageRequest, contact: Contact) -> HttpResponse:
    try:
        run = links.put_back(user=request.user, contact_id=contact.id, trigger=Trigger.PERSON)
    except SyncRefused as refusal:
        _explain(request, refusal)
        return redirect("contact", contact_id=contact.id)
    return redirect("run", run_id=run.id)


def _explain(request: PageRequest, refusal: SyncRefused) -> None:
    messages.error(request, f"{refusal.detail} {_('Nothing was changed.')} {refusal.mend}")


def _contact(request: PageRequest, contact_id: UUID) -> Contact:
    """The user's contact, in use or in the trash; anybody else's does not exist."""
    contact = contacts_of(request.user.pk).filter(id=contact_id).first()
    if contact is None:
        raise Http404
    return contact
