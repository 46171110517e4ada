"""What a plan's actions do here, in bulk, inside one transaction of a run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from contactsync.actions import (
    Action,
    Close,
    DeleteLocal,
    Detach,
    Fill,
    Import,
    Joined,
    Merge,
    Return,
    Settle,
    Wait,
    Wake,
)
from contactsync.card import Card
from contactsync.changes import field_changes
from contactsync.normalize import display_name, same_card
from contactsync.records import ASLEEP, LinkState
from contactsync.records import Deferred as DeferredRecord
from tandem.contacts import bulk
from tandem.contacts.copying import NewContact, copy_contacts
from tandem.contacts.models import Contact, Status
from tandem.googlesync.copying import Imported, copy_import_operations, copy_links
from tandem.googlesync.loading import doubtful_creates
from tandem.googlesync.models import (
    Account,
    Deferred,
    Link,
    Operation,
    OperationState,
    PossibleDuplicate,
    Run,
    RunKind,
    Side,
)
from tandem.googlesync.rows import link_columns
from tandem.googlesync.waking import wake
from tandem.identifiers import new_id

#: The source of contacts that came from Google.
SOURCE = "Google Contacts"
DELETED_IN_GOOGLE = "Deleted in Google"


@dataclass(frozen=True, slots=True)
class Writer:
    """For whom, in which run and when a transaction writes."""

    account: Account
    run: Run
    at: datetime

    def operation(self, side: Side, action: str, state: OperationState, **columns: object) -> Operation:
        """A row of the journal, not saved yet."""
        return Operation(
            run=self.run, account=self.account, side=side, action=action, state=state, at=self.at, **columns
        )


def apply(writer: Writer, actions: Sequence[Action]) -> frozenset[str]:
    """See `Repository.apply`."""
    _close([action.deferred for action in actions if isinstance(action, Close)], writer.account)
    _import([action for action in actions if isinstance(action, Import)], writer)
    moved_on = _join([action for action in actions if isinstance(action, Fill | Merge | Return)], writer)
    for settle in (action for action in actions if isinstance(action, Settle)):
        _move_link(settle, writer)
    if woken := [action.link.id for action in actions if isinstance(action, Wake)]:
        wake(Link.objects.filter(account=writer.account, id__in=woken), writer.at)
    _delete([action for action in actions if isinstance(action, DeleteLocal)], writer)
    detached = [action.link.id for action in actions if isinstance(action, Detach)]
    if detached:
        Link.objects.filter(account=writer.account, id__in=detached).delete()
    defer([action.deferred for action in actions if isinstance(action, Wait)], writer)
    return moved_on


def _import(actions: Sequence[Import], writer: Writer) -> None:
    if not actions:
        return
    account = writer.account
    imported = [
        Imported(new_id(), action.person, display_name(action.person.card, action.person.company)) for action in actions
    ]
    with connection.cursor() as cursor:
        copy_contacts(cursor, [_new_contact(item, writer) for item in imported])
        copy_links(cursor, account.id, imported, writer.at)
        copy_import_operations(cursor, writer.run.id, account.id, imported, writer.at)
    list_duplicates(
        [
            (item.contact_id, UUID(other), evidence)
            for item, action in zip(imported, actions, strict=True)
            for other, evidence in action.duplicates
        ],
        writer,
    )


def _new_contact(item: Imported, writer: Writer) -> NewContact:
    return NewContact(
        id=item.contact_id,
        owner_id=writer.account.user_id,
        card=item.person.card,
        company=item.person.company,
        status=Status(writer.account.import_status),
        source=SOURCE,
        at=writer.at,
        cause=writer.run.id,
    )


def _join(actions: Sequence[Joined], writer: Writer) -> frozenset[str]:
    """Contacts are locked first: what a user does to one of them waits, and sees the link as it is then."""
    if not actions:
        return frozenset()
    ids = [UUID(action.contact.id) for action in actions]
    locked = Contact.objects.select_for_update(no_key=True).filter(owner_id=writer.account.user_id, id__in=ids)
    rows = {str(row.id): row for row in locked.order_by("id")}
    asleep = _asleep([UUID(action.link.id) for action in actions if action.link.id], writer)
    stand = [
        action for action in actions if action.link.id not in asleep and _stands(action, rows.get(action.contact.id))
    ]
    _write_contacts(stand, writer)
    for action in stand:
        _store_link(action, writer)
    _settle_creates_in_doubt(stand, writer)
    if writer.run.kind != RunKind.PUSH:  # whose receipts say it
        Operation.objects.bulk_create(_operations(stand, writer))
    list_duplicates(
        [(UUID(a.contact.id), UUID(other), evidence) for a in stand for other, evidence in a.duplicates], writer
    )
    return frozenset(action.person.source_id for action in actions) - {a.person.source_id for a in stand}


def _asleep(link_ids: Sequence[UUID], writer: Writer) -> set[str]:
    """The links that their user paused or unlinked since they were planned from."""
    links = Link.objects.filter(account=writer.account, id__in=link_ids, state__in=[state.value for state in ASLEEP])
    return {str(link_id) for link_id in links.values_list("id", flat=True)}


def _stands(action: Joined, row: Contact | None) -> bool:
    if row is None or row.card_revision != action.contact.card_revision:
        return False
    return (row.trashed_at is not None) == action.contact.trashed


def _write_contacts(actions: Sequence[Joined], writer: Writer) -> None:
    owner_id, cause, at = writer.account.user_id, writer.run.id, writer.at
    back = [UUID(action.contact.id) for action in actions if isinstance(action, Return) and action.contact.trashed]
    if back:
        bulk.restore_by_sync(back, owner_id=owner_id, cause=cause, at=at)
    writes = [
        bulk.CardWrite(UUID(action.contact.id), action.contact.card_revision, action.card)
        for action in actions
        if not same_card(action.card, action.contact.card)
    ]
    if writes:
        bulk.write_cards(writes, owner_id=owner_id, cause=cause, at=at)


def _store_link(action: Joined, writer: Writer) -> None:
    """The link as it stands now; one of the contact's that is gone makes room for it."""
    link, columns = action.link, link_columns(action.link)
    columns["synced_at"] = writer.at
    if isinstance(action, Fill | Return):
        columns["why"] = f"linked: {action.reason}"
        columns["linked_at"] = writer.at
        columns["display_name"] = display_name(action.person.card, action.person.company)
        own = Link.objects.filter(account=writer.account, contact_id=columns["contact_id"])
        (own.exclude(id=link.id) if link.id else own).delete()
    if link.id:
        Link.objects.filter(account=writer.account, id=link.id).update(**columns)
    else:
        Link.objects.create(account=writer.account, **columns)


def _settle_creates_in_doubt(actions: Sequence[Joined], writer: Writer) -> None:
    for action in actions:
        doubtful_creates(writer.account).filter(contact_id=action.contact.id).update(
            state=OperationState.DONE, outcome="created", resource_name=action.person.resource_name
        )
    resolved = [UUID(action.contact.id) for action in actions if action.link.pending is None]
    Operation.objects.filter(
        account=writer.account, state=OperationState.SENT, action="update", contact_id__in=resolved
    ).update(state=OperationState.DONE, outcome="updated", reason="answer lost; settled by reading the person")


def _operations(actions: Iterable[Joined], writer: Writer) -> Iterable[Operation]:
    for action in actions:
        is_written = not same_card(action.card, action.contact.card)
        columns = {
            "contact_id": UUID(action.contact.id),
            "resource_name": action.person.resource_name,
            "reason": action.reason,
        }
        match action:
            case Fill():
                yield writer.operation(Side.TANDEM, "link", OperationState.DONE, outcome="linked", **columns)
            case Return():
                yield writer.operation(Side.TANDEM, "restore", OperationState.DONE, outcome="updated", **columns)
            case _ if is_written:
                yield writer.operation(Side.TANDEM, "update", OperationState.DONE, outcome="updated", **columns)
            case _:
                continue


def _move_link(action: Settle, writer: Writer) -> None:
    link = action.link
    Link.objects.filter(account=writer.account, id=link.id).update(
        source_id=link.source_id,
        resource_name=link.resource_name,
        etag=link.etag,
        person_updated_at=link.updated_at,
        hidden=link.hidden,
        synced_at=writer.at,
    )


def _delete(actions: Sequence[DeleteLocal], writer: Writer) -> None:
    if not actions:
        return
    bulk.trash_by_sync(
        {UUID(action.contact.id): None for action in actions},
        owner_id=writer.account.user_id,
        because=DELETED_IN_GOOGLE,
        cause=writer.run.id,
        at=writer.at,
    )
    Link.objects.filter(account=writer.account, id__in=[action.link.id for action in actions]).update(
        state=LinkState.GONE.value, changed_here=False, pending=None, synced_at=writer.at
    )
    Operation.objects.bulk_create(
        writer.operation(
            Side.TANDEM,
            "delete",
            OperationState.DONE,
            contact_id=UUID(action.contact.id),
            resource_name=action.link.resource_name,
            outcome="updated",
            reason="deleted in Google",
        )
        for action in actions
    )


def _close(deferred: Sequence[DeferredRecord], account: Account) -> None:
    if deferred:
        account.deferred.filter(source_id__in=[item.source_id for item in deferred]).delete()


def defer(items: Sequence[DeferredRecord], writer: Writer) -> None:
    """Remember items; one that is remembered already keeps the time since when."""
    by_source = {item.source_id: item for item in items}
    Deferred.objects.bulk_create(
        [
            Deferred(
                account=writer.account,
                source_id=item.source_id,
                resource_name=item.resource_name,
                reason=item.reason.value,
                tries=item.tries,
                since=writer.at,
                due_at=item.due_at,
            )
            for item in by_source.values()
        ],
        update_conflicts=True,
        unique_fields=["account", "source_id"],
        update_fields=["resource_name", "reason", "tries", "due_at"],
    )


def list_duplicates(found: Sequence[tuple[UUID, UUID, str]], writer: Writer) -> None:
    """Pairs of contacts that may be one person; the smaller id first, so that a pair is listed once."""
    PossibleDuplicate.objects.bulk_create(
        [
            PossibleDuplicate(
                owner_id=writer.account.user_id,
                first_id=min(one, other),
                second_id=max(one, other),
                evidence=evidence,
                found_at=writer.at,
            )
            for one, other, evidence in found
            if one != other
        ],
        ignore_conflicts=True,
    )


def sent_changes(before: Card, after: Card) -> list[dict[str, object]]:
    """The values of a write to Google, as its operation keeps them."""
    return [
        {"field": change.field.value, "before": change.before, "after": change.after}
        for change in field_changes(before, after)
    ]
