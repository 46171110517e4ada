"""Merging contacts of one owner into one of them: what the result holds. Links are moved by `googlesync.merging`."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from contactsync.card import Card
from contactsync.merge import fill
from contactsync.normalize import display_name
from tandem.contacts import services
from tandem.contacts.cards import card_of
from tandem.contacts.errors import InTrash, NotFound
from tandem.contacts.models import Actor, Contact
from tandem.contacts.querysets import contacts_of


@transaction.atomic
def merge_into(
    *,
    owner_id: int,
    primary_id: UUID,
    other_ids: Sequence[UUID],
    values: Mapping[str, object],
    actor: Actor,
    cause: UUID,
) -> Contact:
    """Unite contacts in the primary, which keeps its status and source; the others go to the trash.

    Sets are united, blanks filled, notes appended; `values`, in the API's shape, stand over what that makes. Raises
    `NotFound`, `InTrash` and `Invalid`.
    """
    rows = _locked(owner_id, [primary_id, *other_ids])
    primary, others = rows[primary_id], [rows[each] for each in other_ids]
    services.set_card(
        owner_id=owner_id, contact_id=primary_id, card=united_card(primary, others), actor=actor, cause=cause
    )
    merged = services.change_contact(
        owner_id=owner_id, contact_id=primary_id, patch={**_united_rest(primary, others), **values}, actor=actor,
        cause=cause,
    )  # fmt: skip
    because = f"Merged into {display_name(card_of(merged), merged.company)}"
    services.trash_contacts(owner_id=owner_id, contact_ids=other_ids, actor=actor, cause=cause, because=because)
    contacts_of(owner_id).filter(id__in=other_ids).update(merged_into=primary_id)
    return merged


def united_card(primary: Contact, others: Sequence[Contact]) -> Card:
    """The primary's Card with what the others have and it lacks."""
    card = card_of(primary)
    for other in others:
        card = fill(card, card_of(other)).local
    return card


def _united_rest(primary: Contact, others: Sequence[Contact]) -> dict[str, object]:
    everyone = [primary, *others]
    return {
        "hashtags": list(dict.fromkeys(each for contact in everyone for each in contact.hashtags)),
        "lead_types": list(dict.fromkeys(each for contact in everyone for each in contact.lead_types)),
        "notes": "\n\n".join(dict.fromkeys(filter(None, (contact.notes for contact in everyone)))),
        "company": next(filter(None, (contact.company for contact in everyone)), ""),
    }


def _locked(owner_id: int, contact_ids: Sequence[UUID]) -> dict[UUID, Contact]:
    chosen = contacts_of(owner_id).filter(id__in=contact_ids).order_by("id").select_for_update()
    rows = {contact.id: contact for contact in chosen}
    if len(rows) != len(set(contact_ids)):
        raise NotFound
    if any(contact.trashed_at is not None for contact in rows.values()):
        raise InTrash
    return rows
