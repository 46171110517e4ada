"""One contact: its page, each field of which can be changed in place, and its own 'More Actions'."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.contacts import services
from tandem.contacts.models import Actor, Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync import links
from tandem.googlesync.answers import AnswerRefused, answer, conflicts_of
from tandem.googlesync.models import Trigger
from tandem.googlesync.services import SyncRefused
from tandem.web.access import PageRequest, page
from tandem.web.contact_form import FIELDS, form_of
from tandem.web.contact_page import page_of
from tandem.web.facts import Editing, fact_of
from tandem.web.said import said, said_refusal
from tandem.web.views.actions import push as push_contacts
from tandem.web.views.fields import save
from tandem.web.words import called

_QUIET_ACTIONS = {
    "pause": (links.pause, gettext_lazy("Paused: runs skip %(name)s until you resume or push it.")),
    "unlink": (links.unlink, gettext_lazy("Unlinked: %(name)s stays here and in Google, each on its own.")),
}
_RUN_ACTIONS = {"resume": links.resume, "link_again": links.link_again}


@page("GET", "HEAD", "POST")
def show(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """The page; with `?edit=phones` that field is a form, which is posted to the same address."""
    contact = contact_for(request, contact_id)
    if request.method == "POST":
        return save(request, contact)
    editing = _editing(request, contact)
    shown = request.GET.get("show", "") or (editing.field if editing else "")
    if request.htmx and shown in FIELDS:
        fact = fact_of(contact, shown, editing)
        response = render(request, "contacts/facts.html#fact", page_of(request.user, contact) | {"fact": fact})
    else:
        response = render(request, "contacts/show.html", page_of(request.user, contact, editing))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _editing(request: PageRequest, contact: Contact) -> Editing | None:
    """The field that the address asks to be a form; a contact in the trash stays as it is."""
    field = request.GET.get("edit", "")
    if field not in FIELDS or contact.trashed_at is not None:
        return None
    return Editing(field, form_of(contact).opened_at(field))


@page("POST")
def push(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """'Sync with Google Contacts'."""
    return redirect(push_contacts(request, [contact_for(request, contact_id).id]))


@page("POST")
def change_link(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """Pause or unlink; resume or link again, which are runs; or choose whose value stands."""
    contact = contact_for(request, contact_id)
    action = request.POST.get("action", "")
    try:
        if request.POST.get("conflict"):
            _choose(request, contact)
        elif action in _QUIET_ACTIONS:
            verb, words = _QUIET_ACTIONS[action]
            verb(user=request.user, contact_id=contact.id)
            messages.success(request, words % {"name": called(contact)})
        elif action in _RUN_ACTIONS:
            run = _RUN_ACTIONS[action](user=request.user, contact_id=contact.id, trigger=Trigger.PERSON)
            return redirect("run", run_id=run.id)
    except SyncRefused as refusal:
        _explain(request, refusal)
    return redirect("contact", contact_id=contact.id)


def _choose(request: PageRequest, contact: Contact) -> None:
    """Answer a conflict of this contact."""
    found = {str(each.id): each for each in conflicts_of(request.user).filter(contact=contact)}
    conflict = found.get(request.POST["conflict"])
    if conflict is None:
        messages.info(request, _("That was decided meanwhile."))
        return
    try:
        answer(user=request.user, conflict=conflict, choice=request.POST.get("choose", ""), actor=Actor.PERSON)
    except AnswerRefused as refused:
        messages.error(request, _("Nothing was changed: %(detail)s") % {"detail": said(refused.detail)})
    else:
        messages.success(request, _("Decided: the next run carries it to the other side."))


@page("POST")
def trash(request: PageRequest, contact_id: UUID) -> HttpResponse:
    contact = contact_for(request, contact_id)
    services.trash_contacts(owner_id=request.user.pk, contact_ids=[contact.id], actor=Actor.PERSON)
    return redirect("contact", contact_id=contact.id)


@page("POST")
def restore(request: PageRequest, contact_id: UUID) -> HttpResponse:
    contact = contact_for(request, contact_id)
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
    messages.error(request, said_refusal(refusal, _("Nothing was changed.")))


def contact_for(request: PageRequest, contact_id: UUID) -> Contact:
    """The user's contact, in use or in the trash; anybody else's does not exist."""
    contact = contacts_of(request.user.pk).filter(id=contact_id).first()
    if contact is None:
        raise Http404
    return contact
