"""Every write of a person, the API, an import or an undo to contacts, each a verb in one transaction.

A verb locks what it writes, raises `revision` by one, leaves `Change` rows and right terms, and announces
what links must learn (`contacts.events`). One that would change nothing writes nothing. Expected failures are
the exceptions of `contacts.errors`. Writes of the sync are in `contacts.bulk`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from contactsync.card import Card
from contactsync.normalize import same_card
from tandem.contacts import events
from tandem.contacts.details import Details, detail_columns, details_of
from tandem.contacts.errors import DuplicateEmail, InTrash, NotFound, RevisionConflict
from tandem.contacts.models import Actor, Change, Contact, Status, Term
from tandem.contacts.querysets import contacts_of, in_trash, in_use, with_email_of
from tandem.contacts.recording import (
    Stamp,
    add_terms,
    move_terms,
    record_event,
    record_field,
    record_fields,
    terms_of_details,
)
from tandem.contacts.regions import region_of
from tandem.contacts.terms import hashtag_term
from tandem.contacts.validation import hashtag_of, patched

DELETED_HERE = "Deleted here"


@transaction.atomic
def create_contact(
    *,
    owner_id: int,
    values: Mapping[str, object],
    actor: Actor,
    cause: UUID | None = None,
    duplicate_allowed: bool = False,
) -> Contact:
    """Make a contact from values in the API's shape.

    Raises `Invalid`, and `DuplicateEmail` unless that is allowed.
    """
    details = patched(Details(), values, region=region_of(owner_id))
    if not duplicate_allowed and (twin := with_email_of(owner_id, details.card)) is not None:
        raise DuplicateEmail(twin)
    stamp = _stamp(actor, cause)
    contact = Contact.objects.create(
        owner_id=owner_id, created_at=stamp.at, updated_at=stamp.at, **detail_columns(details)
    )
    record_event([contact.id], Change.Event.CREATED, stamp)
    add_terms(owner_id, [(contact.id, term) for term in terms_of_details(details)])
    return contact


@transaction.atomic
def change_contact(
    *,
    owner_id: int,
    contact_id: UUID,
    patch: Mapping[str, object],
    actor: Actor,
    cause: UUID | None = None,
    expected_revision: int | None = None,
) -> Contact:
    """Lay a JSON merge patch in the API's shape over a contact.

    Raises `NotFound`, `InTrash`, `RevisionConflict` and `Invalid`.
    """
    contact = _locked(owner_id, contact_id)
    _expect(contact, expected_revision)
    if contact.trashed_at is not None:
        raise InTrash
    before = details_of(contact)
    after = patched(before, patch, region=region_of(owner_id))
    if after == before:
        return contact
    return _write(contact, before, after, _stamp(actor, cause))


@transaction.atomic
def set_card(*, owner_id: int, contact_id: UUID, card: Card, actor: Actor, cause: UUID | None = None) -> bool:
    """Give a contact in use another Card, as it stands; whether it had another one. Raises `NotFound` and `InTrash`.

    For what was valid once, an undo: nothing of it is checked again.
    """
    contact = _locked(owner_id, contact_id)
    if contact.trashed_at is not None:
        raise InTrash
    before = details_of(contact)
    if same_card(before.card, card):
        return False
    _write(contact, before, replace(before, card=card), _stamp(actor, cause))
    return True


def _write(contact: Contact, before: Details, after: Details, stamp: Stamp) -> Contact:
    card_changed = not same_card(before.card, after.card)
    columns = detail_columns(after)
    columns["revision"] = contact.revision + 1
    columns["card_revision"] = contact.card_revision + int(card_changed)
    columns["updated_at"] = stamp.at
    written = {name: value for name, value in columns.items() if getattr(contact, name) != value}
    for name, value in written.items():
        setattr(contact, name, value)
    contact.save(update_fields=list(written))
    record_fields(contact.id, before, after, stamp)
    move_terms(contact, terms_of_details(before), terms_of_details(after))
    if card_changed:
        _announce(events.card_changed, contact.owner_id, [contact.id], stamp)
    return contact


@transaction.atomic
def set_status(
    *, owner_id: int, contact_ids: Collection[UUID], status: Status, actor: Actor, cause: UUID | None = None
) -> set[UUID]:
    """Give contacts a status; the ids of those that had another. Ids not the owner's are passed over."""
    stamp = _stamp(actor, cause)
    chosen = in_use(owner_id).filter(id__in=contact_ids).exclude(status=status)
    before = dict(_lock(chosen).values_list("id", "status"))
    _update(owner_id, before, stamp, status=status)
    record_field("status", {each: (old, status.value) for each, old in before.items()}, stamp)
    return set(before)


def add_hashtags(
    *,
    owner_id: int,
    contact_ids: Collection[UUID],
    hashtags: Collection[str],
    actor: Actor,
    cause: UUID | None = None,
) -> set[UUID]:
    """Add hashtags to contacts; the ids of those that lacked one of them. Raises `Invalid`."""
    added = _valid_hashtags(hashtags)

    def union(old: list[str]) -> list[str]:
        return list(dict.fromkeys([*old, *added]))

    return _change_hashtags(owner_id, contact_ids, union, _stamp(actor, cause))


def remove_hashtags(
    *,
    owner_id: int,
    contact_ids: Collection[UUID],
    hashtags: Collection[str],
    actor: Actor,
    cause: UUID | None = None,
) -> set[UUID]:
    """Take hashtags from contacts; the ids of those that had one of them."""
    removed = set(map(hashtag_of, hashtags))

    def difference(old: list[str]) -> list[str]:
        return [hashtag for hashtag in old if hashtag not in removed]

    return _change_hashtags(owner_id, contact_ids, difference, _stamp(actor, cause))


def set_hashtags(
    *,
    owner_id: int,
    contact_ids: Collection[UUID],
    hashtags: Collection[str],
    actor: Actor,
    cause: UUID | None = None,
) -> set[UUID]:
    """Give contacts these hashtags in place of theirs; the ids of those that had others. For what was valid once."""
    return _change_hashtags(owner_id, contact_ids, lambda _old: list(hashtags), _stamp(actor, cause))


def _valid_hashtags(hashtags: Collection[str]) -> tuple[str, ...]:
    return patched(Details(), {"hashtags": list(hashtags)}, region=settings.REGION).hashtags


@transaction.atomic
def _change_hashtags(
    owner_id: int, contact_ids: Collection[UUID], change: Callable[[list[str]], list[str]], stamp: Stamp
) -> set[UUID]:
    chosen = list(_lock(in_use(owner_id).filter(id__in=contact_ids)))
    values = {each.id: (each.hashtags, change(each.hashtags)) for each in chosen}
    values = {each: (old, new) for each, (old, new) in values.items() if old != new}
    changed = [contact for contact in chosen if contact.id in values]
    for contact in changed:
        contact.hashtags = values[contact.id][1]
        contact.revision += 1
        contact.updated_at = stamp.at
    Contact.objects.bulk_update(changed, ["hashtags", "revision", "updated_at"])
    record_field("hashtags", values, stamp)
    _move_hashtag_terms(owner_id, values)
    return set(values)


def _move_hashtag_terms(owner_id: int, values: Mapping[UUID, tuple[list[str], list[str]]]) -> None:
    gone = {hashtag_term(each) for old, new in values.values() for each in set(old) - set(new)}
    if gone:
        Term.objects.filter(owner_id=owner_id, contact_id__in=values, term__in=gone).delete()
    add_terms(owner_id, [(contact, hashtag_term(each)) for contact, (_, new) in values.items() for each in new])


@transaction.atomic
def trash_contacts(
    *,
    owner_id: int,
    contact_ids: Collection[UUID],
    actor: Actor,
    cause: UUID | None = None,
    because: str = DELETED_HERE,
    expected_revision: int | None = None,
) -> set[UUID]:
    """Move contacts to the trash; the ids of those that were not in it. Ids not the owner's are passed over.

    With `expected_revision` (for one contact) raises `RevisionConflict`.
    """
    stamp = _stamp(actor, cause)
    chosen = list(_lock(in_use(owner_id).filter(id__in=contact_ids)))
    for contact in chosen:
        _expect(contact, expected_revision)
    moved = [contact.id for contact in chosen]
    _update(owner_id, moved, stamp, trashed_at=stamp.at, trashed_because=because)
    record_event(moved, Change.Event.TRASHED, stamp, after=because)
    _announce(events.trashed, owner_id, moved, stamp)
    return set(moved)


@transaction.atomic
def restore_contacts(
    *, owner_id: int, contact_ids: Collection[UUID], actor: Actor, cause: UUID | None = None
) -> set[UUID]:
    """Take contacts out of the trash; the ids of those that were in it. Google is not touched."""
    stamp = _stamp(actor, cause)
    moved = list(_lock(in_trash(owner_id).filter(id__in=contact_ids)).values_list("id", flat=True))
    _update(owner_id, moved, stamp, trashed_at=None, trashed_because="", merged_into=None)
    record_event(moved, Change.Event.RESTORED, stamp)
    _announce(events.restored, owner_id, moved, stamp)
    return set(moved)


@transaction.atomic
def purge_contacts(*, trashed_before: datetime) -> int:
    """Delete, of all owners, what has been in the trash since before then; how many there were."""
    old = Contact.objects.filter(trashed_at__lt=trashed_before).order_by("id").select_for_update()
    by_owner: dict[int, list[UUID]] = {}
    for contact_id, owner_id in old.values_list("id", "owner_id"):
        by_owner.setdefault(owner_id, []).append(contact_id)
    for owner_id, contact_ids in by_owner.items():
        events.purged.announce(owner_id, contact_ids, None)
        _delete(owner_id, contact_ids)
    return sum(map(len, by_owner.values()))


@transaction.atomic
def erase_contact(*, owner_id: int, contact_id: UUID, cause: UUID | None = None) -> None:
    """Delete a contact with its history, at once and for good. Raises `NotFound`."""
    _locked(owner_id, contact_id)
    events.erased.announce(owner_id, [contact_id], cause)
    _delete(owner_id, [contact_id])


def _delete(owner_id: int, contact_ids: Collection[UUID]) -> None:
    Term.objects.filter(owner_id=owner_id, contact_id__in=contact_ids).delete()
    contacts_of(owner_id).filter(id__in=contact_ids).delete()


def _stamp(actor: Actor, cause: UUID | None) -> Stamp:
    return Stamp(by=actor, cause=cause, at=timezone.now())


def _locked(owner_id: int, contact_id: UUID) -> Contact:
    contact = contacts_of(owner_id).select_for_update().filter(id=contact_id).first()
    if contact is None:
        raise NotFound
    return contact


def _lock(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Lock in one order, so that two bulk verbs never wait for each other."""
    return contacts.order_by("id").select_for_update()


def _expect(contact: Contact, revision: int | None) -> None:
    if revision is not None and contact.revision != revision:
        raise RevisionConflict(contact.revision)


def _update(owner_id: int, contact_ids: Collection[UUID], stamp: Stamp, **columns: object) -> None:
    if contact_ids:
        chosen = contacts_of(owner_id).filter(id__in=contact_ids)
        chosen.update(revision=F("revision") + 1, updated_at=stamp.at, **columns)


def _announce(event: events.Event, owner_id: int, contact_ids: list[UUID], stamp: Stamp) -> None:
    if contact_ids and stamp.by is not Actor.SYNC:
        event.announce(owner_id, contact_ids, stamp.cause)
