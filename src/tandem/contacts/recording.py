"""What every write leaves behind: `Change` rows, and terms that fit the contact. Called by verbs alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tandem.contacts.details import Details, changed_fields, detail_history
from tandem.contacts.models import Actor, Change, Contact, Term
from tandem.contacts.terms import terms_of

MOST_TERMS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Stamp:
    """By whom, why and when: one for all that a verb writes. `cause` is the run that did it, if one did."""

    by: Actor
    cause: UUID | None
    at: datetime


def record_event(contact_ids: Iterable[UUID], event: Change.Event, stamp: Stamp, after: object = None) -> None:
    """One row for each contact as a whole."""
    Change.objects.bulk_create(
        Change(contact_id=contact_id, event=event, after=after, by=stamp.by, cause=stamp.cause, at=stamp.at)
        for contact_id in contact_ids
    )


def record_fields(contact_id: UUID, before: Details, after: Details, stamp: Stamp) -> None:
    """One row for each field that differs."""
    old, new = detail_history(before), detail_history(after)
    Change.objects.bulk_create(
        _change(contact_id, field, old[field], new[field], stamp) for field in changed_fields(old, new)
    )


def record_field(field: str, values: Mapping[UUID, tuple[Any, Any]], stamp: Stamp) -> None:
    """The same field of many contacts: before and after, by contact."""
    Change.objects.bulk_create(
        _change(contact_id, field, before, after, stamp) for contact_id, (before, after) in values.items()
    )


def _change(contact_id: UUID, field: str, before: Any, after: Any, stamp: Stamp) -> Change:
    return Change(
        contact_id=contact_id,
        field=field,
        before=before,
        after=after,
        by=stamp.by,
        cause=stamp.cause,
        at=stamp.at,
    )


def terms_of_details(details: Details) -> set[str]:
    """The terms that a contact with these details is found by."""
    return terms_of(details.card, company=details.company, hashtags=details.hashtags)


def move_terms(contact: Contact, before: Collection[str], after: Collection[str]) -> None:
    """Take away the terms that no longer fit and add those that now do."""
    gone = set(before) - set(after)
    if gone:
        Term.objects.filter(owner_id=contact.owner_id, contact_id=contact.id, term__in=gone).delete()
    add_terms(contact.owner_id, [(contact.id, term) for term in set(after) - set(before)])


def add_terms(owner_id: int, terms: Sequence[tuple[UUID, str]]) -> None:
    """Add terms to contacts of one owner; a term that is there already stays."""
    rows = [Term(owner_id=owner_id, contact_id=contact_id, term=term) for contact_id, term in terms]
    Term.objects.bulk_create(rows, batch_size=MOST_TERMS_AT_ONCE, ignore_conflicts=True)
