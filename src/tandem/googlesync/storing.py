"""What a plan's actions do here, in bulk, inside one transaction of a run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from uuid import UUID

from django.db import connection

from contactsync.actions import (
    Action,
    Close,
    DeleteLocal,
    Detach,
    Fill,
    Follow,
    Hold,
    Import,
    Joined,
    Merge,
    Return,
    Settle,
    Wait,
    Wake,
)
from contactsync.card import BLANK
from contactsync.normalize import display_name, same_card
from contactsync.plan import deferral
from contactsync.records import ASLEEP, IGNORED, LinkState, Person, Reason
from contactsync.records import Deferred as DeferredRecord
from contactsync.records import Link as LinkRecord
from tandem.contacts import bulk
from tandem.contacts.cards import card_of
from tandem.contacts.copying import NewContact, copy_contacts
from tandem.contacts.models import Contact, Status
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.conflicts import close_restored, close_undecided, note_conflicts, note_deletions
from tandem.googlesync.copying import Imported, copy_import_operations, copy_links
from tandem.googlesync.forgotten import without_forgotten
from tandem.googlesync.holding import hold
from tandem.googlesync.leaving import keep_keys
from tandem.googlesync.likenesses import list_duplicates
from tandem.googlesync.link_rows import end_links, stored_links, update_links
from tandem.googlesync.loading import doubtful_creates
from tandem.googlesync.models import (
    Account,
    Link,
    Operation,
    OperationState,
    RunKind,
    Side,
)
from tandem.googlesync.rows import card_from_json, deferred_record, link_columns
from tandem.googlesync.tally import recount
from tandem.googlesync.waking import wake
from tandem.googlesync.writer import Writer, defer
from tandem.identifiers import new_id

#: The source of contacts that came from Google.
SOURCE = "Google Contacts"
DELETED_IN_GOOGLE = "Deleted in Google"


def apply(writer: Writer, actions: Sequence[Action]) -> frozenset[str]:
    """See `Repository.apply`."""
    _close([action.deferred for action in actions if isinstance(action, Close)], writer.account)
    _import([action for action in actions if isinstance(action, Import)], writer)
    moved_on = _join([action for action in actions if isinstance(action, Fill | Merge | Return)], writer)
    _move_links([action for action in actions if isinstance(action, Settle)], writer)
    if woken := [action.link.id for action in actions if isinstance(action, Wake)]:
        wake(Link.objects.filter(account=writer.account, id__in=woken), writer.at)
    hold([action for action in actions if isinstance(action, Hold)], writer)
    _delete([action for action in actions if isinstance(action, DeleteLocal)], writer)
    for follow in (action for action in actions if isinstance(action, Follow)):
        _follow(follow, writer)
    _detach([action for action in actions if isinstance(action, Detach)], writer)
    defer([action.deferred for action in actions if isinstance(action, Wait)], writer)
    _read_again(moved_on, writer)
    return frozenset(person.source_id for person in moved_on)


def _read_again(persons: Sequence[Person], writer: Writer) -> None:
    """Those whose contacts had moved on; that a listing shows them is known now, and a get won't tell it."""
    listed = [person.source_id for person in persons if person.hidden is False]
    if listed:
        writer.account.links.filter(source_id__in=listed, hidden=True).update(hidden=False)
    defer([DeferredRecord(who.source_id, who.resource_name, Reason.STALE, writer.at) for who in persons], writer)


def _import(actions: Sequence[Import], writer: Writer) -> None:
    actions = without_forgotten(actions, writer)
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
            (str(item.contact_id), other, evidence)
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


def _join(actions: Sequence[Joined], writer: Writer) -> list[Person]:
    """Answers the persons whose contacts had moved on.

    Contacts are locked first: what a user does to one of them waits, and sees the link as it is then.
    """
    if not actions:
        return []
    ids = [UUID(action.contact.id) for action in actions]
    locked = Contact.objects.select_for_update(no_key=True).filter(owner_id=writer.account.user_id, id__in=ids)
    rows = {str(row.id): row for row in locked.order_by("id")}
    links = stored_links([action.link.id for action in actions if action.link.id], writer)
    stand = [
        action
        for action in actions
        if _is_as_planned(action, rows.get(action.contact.id))
        and (not action.link.id or _is_free(links.get(action.link.id), action))
    ]
    _write_contacts(stand, writer)
    _store_links(stand, writer)
    _settle_creates_in_doubt(stand, writer)
    note_conflicts(stand, writer.account, writer.run.id, writer.at)
    if writer.run.kind != RunKind.PUSH:  # whose receipts say it
        Operation.objects.bulk_create(_operations(stand, writer))
    list_duplicates([(a.contact.id, other, evidence) for a in stand for other, evidence in a.duplicates], writer)
    done = {action.person.source_id for action in stand}
    return [action.person for action in actions if action.person.source_id not in done]


def _is_as_planned(action: Joined, row: Contact | None) -> bool:
    if row is None or row.card_revision != action.contact.card_revision:
        return False
    return (row.trashed_at is not None) == action.contact.trashed


def _is_free(link: Link | None, action: Joined) -> bool:
    """Whether the link may stand for the contact: it is its own, or nobody's here any more.

    It may have ended since the plan, or its user paused or unlinked it, or restored whose tombstone it was, or answered
    whose value stands.
    """
    if link is None or link.state in ASLEEP or link.version != action.link.version:
        return False
    return str(link.contact_id) == action.contact.id or link.state in {LinkState.TOMBSTONE, LinkState.GONE}


def _write_contacts(actions: Sequence[Joined], writer: Writer) -> None:
    owner_id, cause, at = writer.account.user_id, writer.run.id, writer.at
    back = [UUID(action.contact.id) for action in actions if isinstance(action, Return) and action.contact.trashed]
    if back:
        bulk.restore_by_sync(back, owner_id=owner_id, cause=cause, at=at)
        close_restored(owner_id, back, at)
    writes = [
        bulk.CardWrite(UUID(action.contact.id), action.contact.card_revision, action.card)
        for action in actions
        if not same_card(action.card, action.contact.card)
    ]
    if writes:
        bulk.write_cards(writes, owner_id=owner_id, cause=cause, at=at)


def _store_links(actions: Sequence[Joined], writer: Writer) -> None:
    """The links as they stand now; those of the contacts that are gone make room for them."""
    meetings = [action for action in actions if isinstance(action, Fill | Return)]
    gone = Link.objects.filter(
        account=writer.account,
        contact_id__in=[action.contact.id for action in meetings],
        state=LinkState.GONE.value,
    )
    end_links(gone.exclude(id__in=[action.link.id for action in meetings if action.link.id]), writer)
    met = [action.person.source_id for action in actions]
    tombstones = Link.objects.filter(account=writer.account, source_id__in=met, state=LinkState.TOMBSTONE.value)
    end_links(tombstones.exclude(id__in=[action.link.id for action in actions if action.link.id]), writer)
    update_links([(action.link.id, _link_columns(action, writer)) for action in actions if action.link.id], writer)
    fresh = [action for action in actions if not action.link.id]
    Link.objects.bulk_create(Link(account=writer.account, **_link_columns(action, writer)) for action in fresh)


def _link_columns(action: Joined, writer: Writer) -> dict[str, object]:
    columns = link_columns(action.link) | {"synced_at": writer.at}
    if isinstance(action, Fill | Return):
        columns["why"] = f"linked: {action.reason}"
        columns["linked_at"] = writer.at
        columns["display_name"] = display_name(action.person.card, action.person.company)
    return columns


def _settle_creates_in_doubt(actions: Sequence[Joined], writer: Writer) -> None:
    creates = doubtful_creates(writer.account).filter(contact_id__in=[action.contact.id for action in actions])
    doubted = {str(contact_id): run_id for contact_id, run_id in creates.values_list("contact_id", "run_id")}
    for action in (action for action in actions if action.contact.id in doubted):
        in_doubt = doubtful_creates(writer.account).filter(contact_id=action.contact.id)
        if action.person.marker != action.contact.id:  # met otherwise: undoing it must not delete the person
            in_doubt.update(state=OperationState.DROPPED, reason="linked to a person who is in Google")
            continue
        in_doubt.update(
            state=OperationState.DONE,
            outcome="created",
            resource_name=action.person.resource_name,
            source_id=action.person.source_id,
            etag="",  # that of our own write is not known
        )
    resolved = [UUID(action.contact.id) for action in actions if action.link.pending is None]
    updates = Operation.objects.filter(
        account=writer.account, state=OperationState.SENT, action="update", contact_id__in=resolved
    )
    runs = set(updates.values_list("run_id", flat=True))
    if runs:
        lost = "answer lost; settled by reading the person"
        updates.update(state=OperationState.DONE, outcome="updated", reason=lost)
    recount({*runs, *doubted.values()} - {writer.run.id})


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


def _move_links(actions: Sequence[Settle], writer: Writer) -> None:
    ignored = {UUID(each.link.id): each.keys for each in actions if each.keys and each.link.state in IGNORED}
    if ignored:
        keep_keys(ignored, writer.account)
    update_links(((action.link.id, _moved_columns(action.link, writer)) for action in actions), writer)


def _moved_columns(link: LinkRecord, writer: Writer) -> dict[str, object]:
    return {
        "source_id": link.source_id,
        "resource_name": link.resource_name,
        "etag": link.etag,
        "person_updated_at": link.updated_at,
        "hidden": link.hidden,
        "synced_at": writer.at,
    }


def _follow(action: Follow, writer: Writer) -> None:
    """The contact is merged into that of the survivor; where that one is in use no more, it is planned again.

    What comes of it then counts for the brake.
    """
    survivor = Link.objects.filter(
        account=writer.account, source_id=action.survivor, state=LinkState.LIVE.value, contact__trashed_at=None
    ).first()
    own = Link.objects.filter(account=writer.account, id=action.link.id, state=LinkState.LIVE.value)
    again = DeferredRecord(action.link.source_id, action.link.resource_name, Reason.STALE, writer.at)
    if not own.exists():
        return
    as_planned = own.filter(contact_id=action.contact.id, version=action.link.version)
    if survivor is None or survivor.contact_id is None or not as_planned.exists():
        defer([again], writer)
        return
    merged = bulk.merge_by_sync(
        UUID(action.contact.id), survivor.contact_id, owner_id=writer.account.user_id, cause=writer.run.id, at=writer.at
    )
    if not merged:
        defer([again], writer)
        return
    own.update(state=LinkState.GONE.value, changed_here=False, pending=None, synced_at=writer.at)
    close_undecided(writer.account.user_id, [UUID(action.contact.id)], writer.at)
    Link.objects.filter(id=survivor.id).update(changed_here=True)
    writer.operation(
        Side.TANDEM,
        "merge",
        OperationState.DONE,
        contact_id=UUID(action.contact.id),
        source_id=action.link.source_id,
        resource_name=action.link.resource_name,
        outcome="updated",
        reason="merged in Google",
    ).save()


def _delete(actions: Sequence[DeleteLocal], writer: Writer) -> None:
    """The contacts are locked first; what their user did to a link since it was planned from stands."""
    if not actions:
        return
    owner_id, ids = writer.account.user_id, [UUID(action.contact.id) for action in actions]
    rows = {
        row.id: row for row in contacts_of(owner_id).filter(id__in=ids).order_by("id").select_for_update(no_key=True)
    }
    links = stored_links([action.link.id for action in actions], writer)
    alive = {key for key, link in links.items() if link.state == LinkState.LIVE and link.contact_id}
    moved_on = [action for action in actions if action.link.id in alive and _is_anothers(action, links)]
    alive -= {action.link.id for action in moved_on}
    deleted_here = [key for key, link in links.items() if link.state == LinkState.TOMBSTONE]
    end_links(Link.objects.filter(account=writer.account, id__in=deleted_here), writer)
    _trash([_as_it_stands(action, links, rows) for action in actions if action.link.id in alive], writer)
    defer([deferral(action.link, Reason.STALE, writer.at) for action in moved_on], writer)


def _is_anothers(action: DeleteLocal, links: Mapping[str, Link]) -> bool:
    """Whether a person gave the link another contact, or other bases, since the plan."""
    link = links[action.link.id]
    return str(link.contact_id) != action.contact.id or link.version != action.link.version


def _as_it_stands(action: DeleteLocal, links: Mapping[str, Link], rows: Mapping[UUID, Contact]) -> DeleteLocal:
    """The deletion, edited here if the contact is so by now: it may have been since the plan."""
    base = card_from_json(links[action.link.id].local_base) or BLANK
    return replace(action, is_edited=not same_card(card_of(rows[UUID(action.contact.id)]), base))


def _trash(actions: Sequence[DeleteLocal], writer: Writer) -> None:
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
    close_undecided(writer.account.user_id, [UUID(action.contact.id) for action in actions], writer.at)
    note_deletions([UUID(a.contact.id) for a in actions if a.is_edited], writer.account, writer.run.id, writer.at)
    Operation.objects.bulk_create(
        writer.operation(
            Side.TANDEM,
            "delete",
            OperationState.DONE,
            contact_id=UUID(action.contact.id),
            resource_name=action.link.resource_name,
            outcome="updated",
            reason="deleted in Google, edited here since" if action.is_edited else "deleted in Google",
        )
        for action in actions
    )


def _detach(actions: Sequence[Detach], writer: Writer) -> None:
    """Each only in the state that it was planned from: its user may have restored the contact."""
    for state, group in groupby(sorted(actions, key=_state), key=_state):
        ids = [action.link.id for action in group]
        end_links(Link.objects.filter(account=writer.account, id__in=ids, state=state), writer)


def _state(action: Detach) -> str:
    return action.link.state.value


def _close(deferred: Sequence[DeferredRecord], account: Account) -> None:
    """Those that are still as they were read: what was opened since stays open."""
    if not deferred:
        return
    read = set(deferred)
    rows = account.deferred.filter(source_id__in=[item.source_id for item in deferred])
    closed = [row.id for row in rows if deferred_record(row) in read]
    account.deferred.filter(id__in=closed).delete()
