"""Saves one field of a contact, unless that field was changed since its form was made."""

from uuid import UUID

from tandem.contacts import services
from tandem.contacts.errors import NotFound, RevisionConflict
from tandem.contacts.models import Actor, Contact
from tandem.contacts.querysets import contacts_of
from tandem.users.models import User
from tandem.web.contact_form import ContactForm, form_of, patch_of
from tandem.web.facts import mark_of

#: So often another field may be written at the very moment of saving.
MOST_TRIES = 5


class Overtaken(Exception):
    """The field has another value than the form began with: nothing was written."""


def save_field(*, user: User, contact_id: UUID, field: str, form: ContactForm, seen: str) -> Contact:
    """The contact with the form's value in that field; `seen` is the mark of the value that the form began with.

    What was written meanwhile to other fields stays. Raises `Overtaken`, `NotFound`, `Invalid` and `InTrash`.
    """
    for _try in range(MOST_TRIES):
        contact = contacts_of(user.pk).filter(id=contact_id).first()
        if contact is None:
            raise NotFound
        patch = patch_of(form, form_of(contact), [field])
        if not patch:
            return contact
        if seen != mark_of(contact, field):
            raise Overtaken
        try:
            return services.change_contact(
                owner_id=user.pk, contact_id=contact_id, patch=patch, expected_revision=contact.revision,
                actor=Actor.PERSON,
            )  # fmt: skip
        except RevisionConflict:
            continue
    raise Overtaken
