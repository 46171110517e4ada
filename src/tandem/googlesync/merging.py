"""Merging contacts here, as a run of its own, and taking them apart again. Nothing is deleted in Google."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from contactsync.card import Card, Field
from contactsync.records import LinkState
from tandem.contacts import services as contacts
from tandem.contacts.cards import card_of
from tandem.contacts.errors import FieldError, Invalid
from tandem.contacts.merging import merge_into
from tandem.contacts.models import Actor, Change, Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.models import (
    Account,
    Decision,
    Link,
    Operation,
    OperationState,
    PossibleDuplicate,
    Run,
    RunKind,
    RunState,
    Side,
    Trigger,
)
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.tally import counts_of
from tandem.googlesync.undoing import undone_card, write_of
from tandem.googlesync.waking import read_again
from tandem.users.models import User

MERGED_HERE = "merged here: in Google they are two still"
_CARD_FIELDS = {field.value for field in Field}


@transaction.atomic
def merge_contacts(
    *, user: User, primary_id: UUID, other_ids: Sequence[UUID], values: Mapping[str, object], trigger: Trigger
) -> Run:
    """Merge contacts into the primary; the run that did it.

    Raises `Invalid`, `NotFound`, `InTrash`.
    """
    others = list(dict.fromkeys(other_ids))
    if not others or primary_id in others:
        raise Invalid([FieldError("/others", "must name other contacts than the primary, at least one")])
    list(Account.objects.select_for_update(no_key=True).filter(user=user).order_by("id"))
    run = _open(user, RunKind.MERGE, trigger, scope=[primary_id, *others])
    awake = _awake_links(others)
    merge_into(
        owner_id=user.pk, primary_id=primary_id, other_ids=others, values=values, actor=_actor(trigger), cause=run.id
    )
    for other_id in others:
        _settle_links(run, primary_id, other_id, [link for link in awake if link.contact_id == other_id])
    _decide(others, primary_id, Decision.SAME)
    return _close(run)


@transaction.atomic
def take_apart(*, user: User, run: Run, trigger: Trigger) -> Run:
    """Undo a merge: the others come back, and the primary gives up what it had from them. Raises `SyncRefused`.

    A value that was changed since stays; a contact that was purged does not come back.
    """
    list(Account.objects.select_for_update(no_key=True).filter(user=user).order_by("id"))
    if run.undone_by.exclude(state=RunState.FAILED).exists():
        raise SyncRefused("undone", "The merge was undone already.", "Merge the contacts again to have it back.")
    primary_id, *other_ids = run.scope or []
    undo = _open(user, RunKind.UNDO, trigger, scope=[primary_id, *other_ids], undoes=run)
    for row in run.operations.filter(action="merge", outcome="linked"):
        _give_back_link(row, primary_id)
    back = contacts_of(user.pk).filter(id__in=other_ids, merged_into=primary_id, trashed_at__isnull=False)
    restored = contacts.restore_contacts(
        owner_id=user.pk, contact_ids=list(back.values_list("id", flat=True)), actor=Actor.UNDO, cause=undo.id
    )
    contacts_of(user.pk).filter(id__in=restored).update(merged_into=None)
    _give_back_values(undo, run, primary_id)
    _note(undo, restored, "restore")
    _decide(other_ids, primary_id, Decision.OPEN)
    return _close(undo)


def _awake_links(contact_ids: Sequence[UUID]) -> list[Link]:
    states = [LinkState.LIVE.value, LinkState.PAUSED.value]
    return list(Link.objects.select_for_update().filter(contact_id__in=contact_ids, state__in=states))


def _settle_links(run: Run, primary_id: UUID, other_id: UUID, links: Sequence[Link]) -> None:
    """A primary without a link takes over the other's, and meets its person; else that is a tombstone."""
    for link in links:
        own = Link.objects.filter(account_id=link.account_id, contact_id=primary_id)
        is_taken_over = not own.exclude(state=LinkState.GONE.value).exists()
        if is_taken_over:
            own.delete()
            _meet(link, primary_id)
        else:
            Link.objects.filter(id=link.id).update(why=MERGED_HERE)
        _drop_doubts(link, other_id)
        _operation(run, other_id, "merge", link=link, outcome="linked" if is_taken_over else "updated")
    if not links:
        _operation(run, other_id, "merge")


def _meet(link: Link, contact_id: UUID) -> None:
    """The link is that contact's, and the next run lets the two meet."""
    Link.objects.filter(id=link.id).update(
        contact_id=contact_id, state=LinkState.LIVE.value, local_base=None, remote_base=None, pending=None,
        changed_here=True,
    )  # fmt: skip
    read_again([link], timezone.now())


def _drop_doubts(link: Link, contact_id: UUID) -> None:
    """The answer of a write in flight no longer matters: the person is read anew."""
    sent = Operation.objects.filter(account_id=link.account_id, contact_id=contact_id, state=OperationState.SENT)
    sent.filter(action="update").update(state=OperationState.DROPPED, reason="merged meanwhile")


def _give_back_link(row: Operation, primary_id: UUID) -> None:
    """The link is the other's again: asleep as long as that is in the trash, which the restore ends."""
    if row.contact_id is None or not Contact.objects.filter(id=row.contact_id).exists():
        return
    links = Link.objects.filter(account_id=row.account_id, source_id=row.source_id, contact_id=primary_id)
    links.update(
        contact_id=row.contact_id, state=LinkState.TOMBSTONE.value, local_base=None, remote_base=None, pending=None,
        changed_here=False,
    )  # fmt: skip


def _give_back_values(undo: Run, merge: Run, primary_id: UUID) -> None:
    primary = contacts_of(undo.owner_id).filter(id=primary_id, trashed_at=None).first()
    if primary is None:
        return
    changes = list(Change.objects.filter(cause=merge.id, contact_id=primary_id).exclude(field="").order_by("-id"))
    card = _card_before(card_of(primary), changes)
    contacts.set_card(owner_id=undo.owner_id, contact_id=primary_id, card=card, actor=Actor.UNDO, cause=undo.id)
    rest = [change for change in changes if change.field not in _CARD_FIELDS]
    patch: dict[str, Any] = {
        change.field: change.before for change in rest if getattr(primary, change.field) == change.after
    }
    contacts.change_contact(owner_id=undo.owner_id, contact_id=primary_id, patch=patch, actor=Actor.UNDO, cause=undo.id)
    _note(undo, {primary_id}, "update")


def _card_before(card: Card, changes: Sequence[Change]) -> Card:
    writes = [write_of(each.field, each.before, each.after) for each in changes if each.field in _CARD_FIELDS]
    return undone_card(card, writes)


def _decide(other_ids: Sequence[UUID], primary_id: UUID, decision: Decision) -> None:
    ids = [primary_id, *other_ids]
    pairs = PossibleDuplicate.objects.filter(Q(first_id__in=ids) & Q(second_id__in=ids))
    pairs.exclude(decision=Decision.DIFFERENT).update(decision=decision)


def _open(user: User, kind: RunKind, trigger: Trigger, *, scope: list[UUID], undoes: Run | None = None) -> Run:
    now = timezone.now()
    return Run.objects.create(
        owner=user, kind=kind, trigger=trigger, scope=scope, undoes=undoes, state=RunState.RUNNING, created_at=now,
        started_at=now, progress_total=len(scope),
    )  # fmt: skip


def _close(run: Run) -> Run:
    run.state, run.finished_at, run.progress_done = RunState.DONE, timezone.now(), run.progress_total
    run.counts = counts_of(run)
    run.save(update_fields=["state", "finished_at", "progress_done", "counts"])
    return run


def _note(run: Run, contact_ids: set[UUID], action: str) -> None:
    for contact_id in sorted(contact_ids):
        _operation(run, contact_id, action)


def _operation(run: Run, contact_id: UUID, action: str, *, link: Link | None = None, outcome: str = "updated") -> None:
    Operation.objects.create(
        run=run,
        account_id=link.account_id if link else None,
        contact_id=contact_id,
        source_id=link.source_id if link else "",
        resource_name=link.resource_name if link else "",
        side=Side.TANDEM,
        action=action,
        state=OperationState.DONE,
        outcome=outcome,
        reason="merged here" if action == "merge" else "taken apart",
        at=timezone.now(),
    )


def _actor(trigger: Trigger) -> Actor:
    return Actor.API if trigger is Trigger.API else Actor.PERSON
