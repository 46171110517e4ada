"""Persons of our own creates whose contacts were erased or purged before Google's answer was known: they stay away."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Q

from contactsync.actions import Import
from contactsync.records import LinkState, Person
from tandem.contacts.models import Contact
from tandem.googlesync.loading import uuid_of
from tandem.googlesync.models import DISCONNECTED, Link, Operation, OperationState, Side
from tandem.googlesync.writer import Writer
from tandem.updating import update_each


def without_forgotten(imports: Sequence[Import], writer: Writer) -> list[Import]:
    """The imports but for such persons: each has a tombstone without a contact, and can be brought back.

    Their creates are in doubt no more.
    """
    made_for = {action.person.source_id: uuid_of(action.person.marker or "") for action in imports}
    creates = _creates_of_nobody({contact_id for contact_id in made_for.values() if contact_id is not None}, writer)
    if not creates:
        return list(imports)
    away = {source_id: creates[made] for source_id, made in made_for.items() if made in creates}
    persons = [action.person for action in imports if action.person.source_id in away]
    Link.objects.bulk_create(_tombstone(person, writer) for person in persons)
    update_each(Operation, [{"id": away[person.source_id], **_settled(person)} for person in persons])
    return [action for action in imports if action.person.source_id not in away]


def _creates_of_nobody(contact_ids: Collection[UUID], writer: Writer) -> dict[UUID | None, UUID]:
    """The creates without an answer, by contact, of those among these contacts that are there no more."""
    if not contact_ids:
        return {}
    creates_of_account = Operation.objects.filter(account=writer.account, side=Side.GOOGLE, action="create")
    unanswered = creates_of_account.filter(
        Q(state=OperationState.SENT) | Q(state=OperationState.DROPPED, reason=DISCONNECTED)
    )
    creates = dict(unanswered.filter(contact_id__in=contact_ids).values_list("contact_id", "id"))
    there = set(Contact.objects.filter(id__in=list(creates)).values_list("id", flat=True))
    return {contact_id: create_id for contact_id, create_id in creates.items() if contact_id not in there}


def _tombstone(person: Person, writer: Writer) -> Link:
    return Link(
        account=writer.account,
        source_id=person.source_id,
        resource_name=person.resource_name,
        etag=person.etag,
        person_updated_at=person.updated_at,
        state=LinkState.TOMBSTONE.value,
        why="created in Google",
        linked_at=writer.at,
        synced_at=writer.at,
    )


def _settled(person: Person) -> dict[str, object]:
    """The etag of our own write is not known: an undo leaves the person alone."""
    return {
        "state": OperationState.DONE,
        "outcome": "created",
        "resource_name": person.resource_name,
        "source_id": person.source_id,
        "etag": "",
    }
