"""Rows <-> the engine's records: the one place where the two meet."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from contactsync.card import Card
from contactsync.records import Brake, ConflictPolicy, DoubtfulCreate, EmptiedFields, LinkState, Pending, Policy, Reason
from contactsync.records import Contact as ContactRecord
from contactsync.records import Deferred as DeferredRecord
from contactsync.records import Link as LinkRecord
from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact
from tandem.googlesync.models import Account, Deferred, Link, Operation

#: Why a create was sent; the second, though somebody like it is in Google.
PUSHED = "pushed to Google"
PUSHED_ANYWAY = "pushed to Google anyway"


def card_to_json(card: Card | None) -> Any:
    """A Card as it is stored with a link."""
    return None if card is None else msgspec.to_builtins(card)


def card_from_json(value: Any) -> Card | None:
    return None if value is None else msgspec.convert(value, Card)


def contact_record(contact: Contact) -> ContactRecord:
    return ContactRecord(
        id=str(contact.id),
        card=card_of(contact),
        card_revision=contact.card_revision,
        trashed=contact.trashed_at is not None,
        merged_into=str(contact.merged_into_id) if contact.merged_into_id else None,
    )


def link_record(link: Link) -> LinkRecord:
    return LinkRecord(
        id=str(link.id),
        contact_id=str(link.contact_id) if link.contact_id else None,
        source_id=link.source_id,
        resource_name=link.resource_name,
        etag=link.etag,
        updated_at=link.person_updated_at,
        state=LinkState(link.state),
        local_base=card_from_json(link.local_base),
        remote_base=card_from_json(link.remote_base),
        pending=None if link.pending is None else msgspec.convert(link.pending, Pending),
        changed_here=link.changed_here,
        written_at=link.written_at,
        hidden=link.hidden,
        version=link.version,
    )


#: The columns of a link that keeps who the person is, and no values.
NO_BASES: Mapping[str, Any] = {"local_base": None, "remote_base": None, "pending": None, "left_keys": None}


def link_columns(link: LinkRecord) -> dict[str, Any]:
    """The columns that hold a link record, but for its id, and its version, which persons raise."""
    return {
        "contact_id": UUID(link.contact_id) if link.contact_id else None,
        "source_id": link.source_id,
        "resource_name": link.resource_name,
        "etag": link.etag,
        "person_updated_at": link.updated_at,
        "state": link.state.value,
        "local_base": card_to_json(link.local_base),
        "remote_base": card_to_json(link.remote_base),
        "pending": pending_to_json(link.pending),
        "changed_here": link.changed_here,
        "written_at": link.written_at,
        "hidden": link.hidden,
    }


def pending_to_json(pending: Pending | None) -> Any:
    return None if pending is None else msgspec.to_builtins(pending)


def deferred_record(deferred: Deferred) -> DeferredRecord:
    return DeferredRecord(
        source_id=deferred.source_id,
        resource_name=deferred.resource_name,
        reason=Reason(deferred.reason),
        due_at=deferred.due_at,
        tries=deferred.tries,
        detail=deferred.detail,
    )


def doubtful_create(operation: Operation) -> DoubtfulCreate:
    card = card_from_json(operation.card)
    assert card is not None and operation.contact_id is not None  # noqa: PT018, S101 - a check of the table's
    return DoubtfulCreate(
        operation_id=str(operation.id),
        contact_id=str(operation.contact_id),
        card=card,
        token=operation.sync_token or None,
        sent_at=operation.at,
        anyway=operation.reason == PUSHED_ANYWAY,
    )


def policy_of(account: Account, delay_seconds: float) -> Policy:
    return Policy(
        conflict=ConflictPolicy(account.conflict_policy),
        emptied=EmptiedFields(account.emptied_fields),
        delay_seconds=delay_seconds,
        brake=Brake(account.brake_on, account.brake_count, account.brake_percent, account.brake_most),
    )
