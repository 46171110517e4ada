"""A person's answer to a plan, or to what the brake held back: apply these rows, leave the others for good."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from contactsync.brake import kept_apart
from contactsync.card import BLANK, Field
from contactsync.normalize import display_name
from contactsync.records import LinkState, Reason
from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact
from tandem.googlesync.approved import PLAN_LIVES, REJECTED
from tandem.googlesync.models import (
    Account,
    Link,
    Operation,
    OperationState,
    Run,
    RunKind,
    RunState,
    Trigger,
)
from tandem.googlesync.reading import accounts_of
from tandem.googlesync.rows import card_from_json, card_to_json, link_record
from tandem.googlesync.schedule import next_regular
from tandem.googlesync.services import SyncRefused, check_connection, lock_account, open_run
from tandem.users.models import User

_AT_ONCE = 1000
_MEETINGS = ("link", "restore")
_OPEN = (OperationState.PLANNED, OperationState.HELD)


@transaction.atomic
def approve(
    *, user: User, run: Run, operations: Collection[UUID] | None, trigger: Trigger, is_queued: bool = True
) -> Run:
    """Begin to do the open rows of a plan or of a held run; with `operations` only these, the others are rejected.

    Approving a plan switches the sync on. Raises `SyncRefused`.
    """
    account = _account(user, run)
    check_connection(account)
    run = _answerable(run)
    rows = list(open_rows(run))
    chosen = [row for row in rows if operations is None or row.id in operations]
    if not chosen:
        raise SyncRefused("nothing_chosen", "None of these rows is open.", "Choose one of them, or reject the run.")
    taken = {row.id for row in chosen}
    half_met = {row.source_id for row in rows if row.action in _MEETINGS} & {row.source_id for row in chosen}
    _leave([row for row in rows if row.id not in taken], account, half_met)
    Operation.objects.filter(id__in=[row.id for row in chosen]).update(state=OperationState.PLANNED)
    _release(chosen, account, Reason.APPROVED)
    if run.state == RunState.HELD:
        Run.objects.filter(id=run.id).update(state=RunState.DONE)
    if not account.contact_sync:
        account.contact_sync = True
        account.due_at = next_regular(account.id, timezone.now())
        account.save(update_fields=["contact_sync", "due_at"])
    scope = [row.contact_id for row in chosen if row.contact_id]
    return open_run(account, RunKind.SYNC, trigger, scope=scope, approves=run, is_queued=is_queued)


@transaction.atomic
def reject(*, user: User, run: Run) -> Run:
    """Leave all open rows of a plan or of a held run. Raises `SyncRefused`.

    A plan that is rejected as a whole leaves nothing behind; what was held is left for good.
    """
    account = _account(user, run)
    run = _answerable(run, is_late_allowed=True)
    rows = list(open_rows(run))
    if run.kind == RunKind.PLAN:
        Operation.objects.filter(id__in=[row.id for row in rows]).update(
            state=OperationState.DROPPED, reason="not approved"
        )
    else:
        _leave(rows, account)
        Run.objects.filter(id=run.id).update(state=RunState.DONE)
    run.refresh_from_db()
    return run


def _account(user: User, run: Run) -> Account:
    account = accounts_of(user).filter(id=run.account_id).first() if run.account_id else None
    if account is None:
        raise SyncRefused("not_connected", "Its Google account is not connected.", "Connect it in the Google settings.")
    return lock_account(account)


def _answerable(run: Run, *, is_late_allowed: bool = False) -> Run:
    """The run as it is now, if it waits for an answer."""
    run = Run.objects.get(id=run.id)
    if not is_answerable(run):
        raise SyncRefused(
            "answered", "This run has nothing to answer any more.", "Make a new plan to see what is open."
        )
    if run.kind == RunKind.PLAN and not is_late_allowed and timezone.now() - run.created_at > PLAN_LIVES:
        raise SyncRefused("plan_too_old", "This plan is older than six days.", "Make a new plan.")
    return run


def is_answerable(run: Run) -> bool:
    """Whether the run waits for an answer."""
    is_waiting = run.state == RunState.HELD or (run.kind == RunKind.PLAN and run.state == RunState.DONE)
    return is_waiting and not run.approved_by.exists() and open_rows(run).exists()


def open_rows(run: Run) -> QuerySet[Operation]:
    """What waits for an answer: planned or held rows."""
    return run.operations.filter(state__in=_OPEN).order_by("id")


def _release(rows: Sequence[Operation], account: Account, reason: Reason) -> None:
    """What was held is due again: approved, so that the next run does it if the one that is to do it dies; or stale."""
    held = account.deferred.filter(source_id__in=[row.source_id for row in rows], reason=Reason.HELD.value)
    held.update(reason=reason.value, due_at=timezone.now())


def _leave(rows: Sequence[Operation], account: Account, half_met: Collection[str] = ()) -> None:
    """A 'no' to each: nothing travels, and nothing of it is proposed again.

    `half_met` are persons (source ids) who meet a contact all the same: the run that does the other row leaves this
    side as it is (`approved.approved_rows`).
    """
    _leave_out([row for row in rows if row.action == "create"], account)
    filled = {row.source_id for row in rows if row.changes}
    for row in rows:
        if row.source_id in half_met:
            continue
        match row.action:
            case "create":
                continue
            case "link":
                _leave_unlinked(row, account, is_filled=row.source_id in filled)
            case "delete" | "merge":
                _keep_here(row, account)
            case _:
                _keep_both(row, account)
    Operation.objects.filter(id__in=[row.id for row in rows]).update(state=OperationState.DROPPED, reason=REJECTED)


def _leave_out(rows: Sequence[Operation], account: Account) -> None:
    """New here: the persons are known and stay out, until they are brought back."""
    links = (
        Link(
            account=account,
            source_id=row.source_id,
            why="left out",
            display_name=display_name(card_from_json(row.card) or BLANK),
            **_link_columns(row, LinkState.TOMBSTONE),
        )
        for row in rows
    )
    Link.objects.bulk_create(links, batch_size=_AT_ONCE, ignore_conflicts=True)


def _leave_unlinked(row: Operation, account: Account, *, is_filled: bool) -> None:
    """Same person: severed. Filled, on either side: linked, each side's value its own base."""
    if row.contact_id is None:
        return
    contact = Contact.objects.filter(id=row.contact_id, owner_id=account.user_id).first()
    if contact is None:
        return
    card = card_from_json(row.card) or BLANK
    columns = {"contact": contact, "display_name": display_name(card), "why": "left as they are"}
    if is_filled:
        bases = {"local_base": card_to_json(card_of(contact)), "remote_base": card_to_json(card)}
        _new_link(row, account, LinkState.LIVE, **columns, **bases)
    else:
        _new_link(row, account, LinkState.SEVERED, **columns)


def _new_link(row: Operation, account: Account, state: LinkState, **columns: object) -> None:
    Link.objects.get_or_create(
        account=account, source_id=row.source_id, defaults={**_link_columns(row, state), **columns}
    )


def _link_columns(row: Operation, state: LinkState) -> dict[str, object]:
    now = timezone.now()
    return {
        "resource_name": row.resource_name,
        "etag": row.etag,
        "person_updated_at": row.at,
        "state": state.value,
        "linked_at": now,
        "synced_at": now,
    }


def _keep_here(row: Operation, account: Account) -> None:
    """A deletion: the contact stays, and the link to the person that is gone goes."""
    _links_of(row, account).update(state=LinkState.GONE.value, changed_here=False, pending=None)
    account.deferred.filter(source_id=row.source_id, reason=Reason.HELD.value).delete()


def _keep_both(row: Operation, account: Account) -> None:
    """A change: in its fields each side's present value becomes its own base; other fields go on."""
    link = _links_of(row, account).select_related("contact").first()
    if link is None or link.contact is None:
        return
    fields = [Field(change["field"]) for change in row.changes]
    there = card_from_json(row.card) or BLANK
    kept = kept_apart(link_record(link), card_of(link.contact), there, fields)
    Link.objects.filter(id=link.id).update(
        local_base=card_to_json(kept.local_base),
        remote_base=card_to_json(kept.remote_base),
        version=F("version") + 1,
    )
    _release([row], account, Reason.STALE)


def _links_of(row: Operation, account: Account) -> QuerySet[Link]:
    return Link.objects.filter(account=account, source_id=row.source_id, state=LinkState.LIVE.value)
