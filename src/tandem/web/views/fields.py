"""One field of a contact, saved where it stands on the page."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.contacts.errors import InTrash, Invalid
from tandem.contacts.models import Contact
from tandem.web.access import PageRequest
from tandem.web.changes import field_name
from tandem.web.contact_form import FIELDS, posted_form
from tandem.web.contact_page import page_of
from tandem.web.facts import Editing, fact_of
from tandem.web.field_saving import Overtaken, save_field


def save(request: PageRequest, contact: Contact) -> HttpResponse:
    """Save the posted field alone; what is wrong, or what it became meanwhile, stands beside what was typed."""
    field = request.POST.get("field", "")
    if field not in FIELDS:
        return HttpResponseBadRequest()
    form = posted_form(request.POST)
    seen = request.POST.get("seen", "")
    try:
        saved = save_field(user=request.user, contact_id=contact.id, field=field, form=form, seen=seen)
    except Invalid as invalid:
        return _again(request, contact, Editing(field, form.with_errors(invalid.errors)), status=422)
    except Overtaken:
        contact.refresh_from_db()
        return _again(request, contact, Editing(field, form.opened_at(field), is_overtaken=True), status=409)
    except InTrash:
        return _in_trash(request, contact)
    return _shown(request, saved, field)


def _again(request: PageRequest, contact: Contact, editing: Editing, *, status: int) -> HttpResponse:
    """The form as it was filled in; where HTMX asked, as an answer that it swaps in."""
    context = page_of(request.user, contact, editing) | {"fact": fact_of(contact, editing.field, editing)}
    if request.htmx:
        return render(request, "contacts/facts.html#fact", context)
    return render(request, "contacts/show.html", context, status=status)


def _shown(request: PageRequest, contact: Contact, field: str) -> HttpResponse:
    """The field as it is now, with what else of the page it changes."""
    if not request.htmx:
        messages.success(request, _("%(field)s: saved.") % {"field": field_name(field)})
        return redirect("contact", contact_id=contact.id)
    fact = fact_of(contact, field, is_saved=True)
    return render(request, "contacts/saved.html", page_of(request.user, contact) | {"fact": fact, "is_part": True})


def _in_trash(request: PageRequest, contact: Contact) -> HttpResponse:
    messages.error(request, _("The contact went to the trash meanwhile, and nothing was saved: restore it first."))
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": reverse("contact", args=[contact.id])})
    return redirect("contact", contact_id=contact.id)
