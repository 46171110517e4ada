"""The journal of what leaves for Google: stored before it is sent, settled in the transaction of its outcome."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from contactsync.actions import Joined, Receipt, Result, Send, Settled
from contactsync.card import BLANK, Field
from contactsync.lost import NOT_DONE
from contactsync.normalize import display_name, field_text
from contactsync.plan import deferral
from contactsync.records import LinkState, Reason
from contactsync.writes import Draft
from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact
from tandem.googlesync.conflicts import close_in_step
from tandem.googlesync.link_rows import end_links, stored_links, update_links
from tandem.googlesync.loading import doubtful_creates
from tandem.googlesync.models import Account, Link, Operation, OperationState, RunKind, Side
from tandem.googlesync.rows import NO_BASES, PUSHED, PUSHED_ANYWAY, card_to_json, link_columns, pending_to_json
from tandem.googlesync.writer import Writer, defer, sent_changes
from tandem.updating import update_each

#: Columns of a link that a write's outcome moves. Its state is not among them: a user may have changed it.
_MOVED = (
    "resource_name", "etag", "person_updated_at", "local_base", "remote_base", "pending", "written_at",
)  # fmt: skip

#: The states in which a write goes out. From a paused link none is planned but what an undo takes back.
_IN_STEP = (LinkState.LIVE, LinkState.PAUSED)


def send(writer: Writer, sends: Sequence[Send]) -> frozenset[str]:
    """See `Repository.send`."""
    rows = _locked([UUID(item.contact.id) for item in sends], writer)
    links = stored_links([item.link.id for item in sends], writer)
    stand = [item for item in sends if _is_free(item, links.get(item.link.id)) and _is_as_planned(item, rows)]
    update_links(((item.link.id, {"pending": pending_to_json(item.pending)}) for item in stand), writer)
    defer([item.in_doubt for item in stand], writer, is_in_doubt=True)
    Operation.objects.bulk_create(
        writer.operation(
            Side.GOOGLE,
            "update",
            OperationState.SENT,
            contact_id=UUID(item.contact.id),
            resource_name=item.link.resource_name,
            changes=sent_changes(item.pending.before, item.pending.after),
            reason="changed here",
        )
        for item in stand
    )
    return frozenset(item.link.id for item in stand)


def settle(writer: Writer, settled: Sequence[Settled]) -> None:
    """See `Repository.settle`."""
    rows = _locked([UUID(item.receipt.contact_id) for item in settled], writer)
    links = stored_links([item.link.id for item in settled], writer)
    moved: list[tuple[str, Mapping[str, Any]]] = []
    in_step: dict[UUID, list[str]] = {}
    for item in settled:
        contact, link = rows.get(UUID(item.receipt.contact_id)), links.get(item.link.id)
        if contact is None or link is None:
            continue
        moved.append((item.link.id, _moved_columns(item, link, contact, writer)))
        if not _is_overtaken(item, link) and _is_done(item):
            in_step[contact.id] = _fields_in_step(item, contact)
    update_links(((link_id, columns) for link_id, columns in moved if columns), writer)
    close_in_step(in_step, writer.account, writer.at)
    _settle_deferred([_with_the_next_run(item, links.get(item.link.id), writer) for item in settled], writer)
    _settle_operations(settled, writer)


def _moved_columns(item: Settled, link: Link, contact: Contact, writer: Writer) -> Mapping[str, Any]:
    """What the outcome moves of `link`, as it is now: of a pair that its user took apart meanwhile no values are kept.

    Where a person gave it other bases or to another contact, those stand, and the next run reads the person: what
    landed stays pending, and is known for our echo then.
    """
    if _is_overtaken(item, link):
        has_landed = item.receipt.result is Result.UPDATED
        return {"pending": None} if not has_landed and item.link.pending is None else {}
    columns = {name: value for name, value in link_columns(item.link).items() if name in _MOVED}
    moved_on = contact.card_revision != item.planned_revision
    columns["changed_here"] = link.state == LinkState.LIVE and (item.link.changed_here or moved_on)
    columns["synced_at"] = writer.at
    return {**columns, **NO_BASES} if link.state == LinkState.SEVERED else columns


def _is_overtaken(item: Settled, link: Link) -> bool:
    """Whether a person gave the link other bases, or another contact, since the write was planned."""
    return link.version != item.link.version or str(link.contact_id) != item.receipt.contact_id


def _fields_in_step(item: Settled, contact: Contact) -> list[str]:
    """The fields that the contact and both bases have in common."""
    here, bases = card_of(contact), (item.link.local_base or BLANK, item.link.remote_base or BLANK)
    return [field.value for field in Field if all(field_text(here, field) == field_text(b, field) for b in bases)]


def _with_the_next_run(item: Settled, link: Link | None, writer: Writer) -> Settled:
    """The item as it is, or open for the next run, where the link was overtaken and what came of the write is known."""
    is_in_doubt = item.link.pending is not None
    if link is None or link.contact_id is None or is_in_doubt or not _is_overtaken(item, link):
        return item
    return replace(item, deferred=deferral(item.link, Reason.STALE, writer.at))


def _settle_deferred(settled: Sequence[Settled], writer: Writer) -> None:
    """What is open of a write that is done begins anew; of one in doubt, or not sent, what was known of it is kept.

    What waits for a person's answer waits on.
    """
    answered = writer.account.deferred.exclude(reason=Reason.HELD.value)
    answered.filter(source_id__in=[item.link.source_id for item in settled if _is_done(item)]).delete()
    unsent = answered.filter(source_id__in=[item.link.source_id for item in settled if _is_unsent(item)])
    unsent.filter(reason=Reason.WAIT.value).delete()
    unsent.update(due_at=writer.at)
    for is_in_doubt in (True, False):
        items = [item.deferred for item in settled if (item.link.pending is not None) == is_in_doubt]
        defer([item for item in items if item is not None], writer, is_in_doubt=is_in_doubt)


def _is_done(item: Settled) -> bool:
    return item.receipt.result in {Result.UPDATED, Result.UNCHANGED}


def _is_unsent(item: Settled) -> bool:
    """Whether it never left: a passing fault came before it."""
    return not _is_done(item) and item.deferred is None and item.link.pending is None


def _settle_operations(settled: Sequence[Settled], writer: Writer) -> None:
    sent = _sent_updates([UUID(item.receipt.contact_id) for item in settled], writer)
    closed: list[Mapping[str, Any]] = []
    unsent: list[Receipt] = []
    for item in settled:
        columns = _closing_columns(item)
        if columns is None:
            continue
        operations = sent.get(UUID(item.receipt.contact_id), ())
        closed.extend({"id": operation_id, **columns} for operation_id in operations)
        if not operations:
            unsent.append(item.receipt)
    update_each(Operation, closed)
    if writer.run.kind == RunKind.PUSH:
        record(writer, unsent)


def _sent_updates(contact_ids: Sequence[UUID], writer: Writer) -> Mapping[UUID | None, Sequence[UUID]]:
    """The operations of this run that were sent to change these contacts' persons, and are not closed yet."""
    open_ones = writer.run.operations.filter(contact_id__in=contact_ids, state=OperationState.SENT, action="update")
    by_contact: dict[UUID | None, list[UUID]] = {}
    for contact_id, operation_id in open_ones.values_list("contact_id", "id"):
        by_contact.setdefault(contact_id, []).append(operation_id)
    return by_contact


def _closing_columns(item: Settled) -> dict[str, object] | None:
    """How a sent operation is closed; None while its write stays in doubt."""
    receipt = item.receipt
    if receipt.result is Result.WAITING and item.link.pending is not None:
        return None
    if receipt.result is Result.WAITING:
        return {"state": OperationState.DROPPED, "reason": receipt.reason}
    columns: dict[str, object] = {"state": _state_of(receipt.result), "outcome": receipt.result.value}
    if receipt.reason:
        columns["reason"] = receipt.reason
    return columns


def send_creates(writer: Writer, drafts: Sequence[Draft], token: str | None) -> frozenset[str]:
    """See `Repository.send_creates`."""
    rows = _locked([UUID(draft.contact_id) for draft in drafts], writer)
    linked = set(_links_in_the_way(rows, writer).values_list("contact_id", flat=True))
    stand = {str(row.id) for row in rows.values() if row.trashed_at is None and row.id not in linked}
    drafts = [draft for draft in drafts if draft.contact_id in stand]
    earlier = doubtful_creates(writer.account).filter(contact_id__in=stand)
    earlier.update(state=OperationState.DROPPED, reason=NOT_DONE)
    Operation.objects.bulk_create(
        writer.operation(
            Side.GOOGLE,
            "create",
            OperationState.SENT,
            contact_id=UUID(draft.contact_id),
            changes=sent_changes(BLANK, draft.card),
            card=card_to_json(draft.card),
            sync_token=token or "",
            reason=PUSHED_ANYWAY if draft.anyway else PUSHED,
        )
        for draft in drafts
    )
    return frozenset(stand)


def _links_in_the_way(contact_ids: Iterable[UUID], writer: Writer) -> QuerySet[Link]:
    """The links that these contacts have, beside those whose persons are gone."""
    return writer.account.links.filter(contact_id__in=list(contact_ids)).exclude(state=LinkState.GONE.value)


def settle_creates(writer: Writer, created: Sequence[Joined], receipts: Sequence[Receipt]) -> None:
    """See `Repository.settle_creates`; what is to be deferred, the caller defers."""
    rows = _locked([UUID(item.contact.id) for item in created], writer)
    end_links(writer.account.links.filter(contact_id__in=list(rows), state=LinkState.GONE.value), writer)
    linked = set(_links_in_the_way(rows, writer).values_list("contact_id", flat=True))
    pairs = [(item, rows.get(UUID(item.contact.id))) for item in created]
    Link.objects.bulk_create(
        Link(account=writer.account, **_created_columns(item, contact, writer))
        for item, contact in pairs
        if contact is None or contact.id not in linked
    )
    _close_creates(created, [receipt for receipt in receipts if receipt.result is not Result.WAITING], writer)


def _created_columns(item: Joined, contact: Contact | None, writer: Writer) -> Mapping[str, Any]:
    """The new person's link: live, or a tombstone where the contact was deleted here meanwhile.

    That of a contact which was purged says who the person is, and keeps no values. One that took over another's link
    meanwhile has no second: the new person is a double, and healed as such.
    """
    columns = link_columns(item.link) | {"why": item.reason, "linked_at": writer.at, "synced_at": writer.at}
    if contact is None:
        purged = {"contact_id": None, "state": LinkState.TOMBSTONE.value, "changed_here": False}
        return {**columns, **purged, **NO_BASES}
    is_here = contact.trashed_at is None
    columns["state"] = (LinkState.LIVE if is_here else LinkState.TOMBSTONE).value
    columns["changed_here"] = is_here and contact.card_revision != item.contact.card_revision
    columns["display_name"] = display_name(item.card)
    return columns


def _close_creates(created: Sequence[Joined], failed: Sequence[Receipt], writer: Writer) -> None:
    """The creates whose answers are recorded now are in doubt no more."""
    outcomes: dict[UUID | None, Mapping[str, Any]] = {
        UUID(receipt.contact_id): {
            "state": OperationState.FAILED, "outcome": receipt.result.value, "reason": receipt.reason,
        }
        for receipt in failed
    }  # fmt: skip
    for item in created:
        outcomes[UUID(item.contact.id)] = {
            "state": OperationState.DONE,
            "outcome": "created",
            "resource_name": item.person.resource_name,
            "source_id": item.person.source_id,
            "etag": item.person.etag,
        }
    in_doubt = doubtful_creates(writer.account).filter(contact_id__in=list(outcomes))
    update_each(Operation, [{"id": row.id, **outcomes[row.contact_id]} for row in in_doubt.only("id", "contact_id")])


def record(writer: Writer, receipts: Iterable[Receipt]) -> None:
    """Receipts of contacts for which nothing was sent."""
    Operation.objects.bulk_create(
        writer.operation(
            Side.GOOGLE,
            _action_of(receipt.result),
            _state_of(receipt.result),
            contact_id=UUID(receipt.contact_id),
            resource_name=receipt.resource_name,
            outcome=_outcome_of(receipt.result),
            reason=receipt.reason,
        )
        for receipt in receipts
    )


def drop_creates(writer: Writer, operation_ids: Sequence[str], reason: str) -> None:
    """See `Repository.drop_creates`."""
    creates = doubtful_creates(writer.account).filter(id__in=operation_ids)
    creates.update(state=OperationState.DROPPED, reason=reason)


def drop_overtaken(account: Account) -> None:
    """End the updates in doubt whose links are so no more: the person was deleted, or its user took the pair apart.

    Of who was deleted here nobody finds out: runs ignore the person.
    """
    links = account.links.filter(state__in=[state.value for state in _IN_STEP])
    in_doubt = links.filter(contact_id=OuterRef("contact_id"), pending__isnull=False)
    lost = Operation.objects.filter(account=account, state=OperationState.SENT, side=Side.GOOGLE, action="update")
    lost.filter(~Exists(in_doubt)).update(
        state=OperationState.DROPPED, reason="the answer was lost, and is of no account any more"
    )


def _locked(contact_ids: Sequence[UUID], writer: Writer) -> dict[UUID, Contact]:
    rows = Contact.objects.select_for_update(no_key=True).filter(owner_id=writer.account.user_id, id__in=contact_ids)
    return {row.id: row for row in rows.order_by("id")}


def _is_free(item: Send, link: Link | None) -> bool:
    """Whether the link is in step, with nothing in flight, and as it was planned from: paused only by an undo."""
    if link is None or link.state != item.link.state or link.state not in _IN_STEP or link.pending is not None:
        return False
    return str(link.contact_id) == item.contact.id and link.version == item.link.version


def _is_as_planned(item: Send, rows: dict[UUID, Contact]) -> bool:
    row = rows.get(UUID(item.contact.id))
    return row is not None and row.trashed_at is None and row.card_revision == item.contact.card_revision


def _state_of(result: Result) -> OperationState:
    return OperationState.FAILED if result is Result.FAILED else OperationState.DONE


def _outcome_of(result: Result) -> str:
    match result:
        case Result.WAITING:
            return Result.SKIPPED.value
        case Result.HEALED:
            return Result.UPDATED.value
        case _:
            return result.value


def _action_of(result: Result) -> str:
    match result:
        case Result.CREATED | Result.SKIPPED | Result.FAILED | Result.WAITING:
            return "create"
        case Result.LINKED:
            return "link"
        case Result.UPDATED | Result.UNCHANGED:
            return "update"
        case Result.HEALED:
            return "delete"
        case _:
            assert_never(result)
