"""The whole form of a contact: a new one, or all fields of one at once; and what is known of it as it is typed."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tandem.contacts import services
from tandem.contacts.errors import DuplicateEmail, FieldError, InTrash, Invalid, RevisionConflict
from tandem.contacts.known import holder_of_email, holder_of_phone, is_callable
from tandem.contacts.models import Actor, Contact
from tandem.contacts.regions import region_of
from tandem.web.access import PageRequest, page
from tandem.web.contact_form import ContactForm, blank_form, form_of, patch_of, posted_form, values_of
from tandem.web.contact_page import form_choices
from tandem.web.views.contact import contact_for
from tandem.web.views.contacts import uuid_of
from tandem.web.words import called

MOST_LOOKED_UP = 20


@dataclass(frozen=True, slots=True)
class Hint:
    """A value that was typed, and who has it; nobody has one that can't be called."""

    value: str
    holder: Contact | None


@page("GET", "HEAD", "POST")
def create(request: PageRequest) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, blank_form().opened_at("name"))
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
        return _form_page(request, form, twin=contact_for(request, duplicate.contact_id))
    messages.success(request, _("%(name)s was created.") % {"name": called(contact)})
    return redirect("contact", contact_id=contact.id)


@page("GET", "HEAD", "POST")
def change(request: PageRequest, contact_id: UUID) -> HttpResponse:
    contact = contact_for(request, contact_id)
    if contact.trashed_at is not None:
        return redirect("contact", contact_id=contact.id)
    if request.method != "POST":
        return _form_page(request, form_of(contact).opened_at("name"), contact)
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
        **form_choices(),
        "form": form,
        "contact": contact,
        "twin": twin,
        "is_overtaken": is_overtaken,
    }
    is_refused = bool(form.errors) or twin is not None or is_overtaken
    return render(request, "contacts/form.html", context, status=422 if is_refused else 200)


@page("GET", "HEAD")
def known(request: PageRequest) -> HttpResponse:
    """Which of the e-mail addresses and phone numbers of a form, as it is typed, another contact has."""
    return render(request, "contacts/known.html", {"hints": _hints(request.user.pk, request.GET)})


def _hints(owner_id: int, typed: QueryDict) -> list[Hint]:
    form = posted_form(typed)
    other_than = uuid_of(typed.get("except", ""))
    emails = [row["value"] for row in form.values["emails"][:MOST_LOOKED_UP]]
    phones = [row["value"] for row in form.values["phones"][:MOST_LOOKED_UP]]
    found = [Hint(each, holder_of_email(owner_id, each, other_than=other_than)) for each in emails]
    found += [
        Hint(each, holder_of_phone(owner_id, each, region=region_of(owner_id), other_than=other_than))
        for each in phones
    ]
    return [hint for hint in found if hint.holder or (hint.value in phones and not is_callable(hint.value))]
