"""Merging contacts here, as a run of its own that `googlesync.parting` takes back. Nothing is deleted in Google."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from contactsync.records import LinkState
from tandem.contacts.cards import card_of
from tandem.contacts.errors import FieldError, Invalid
from tandem.contacts.merging import merge_into
from tandem.contacts.models import Actor, Contact
from tandem.googlesync.models import (
    Account,
    Decision,
    Deferred,
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
from tandem.googlesync.rows import NO_BASES, card_to_json
from tandem.googlesync.tally import counts_of
from tandem.googlesync.waking import read_again
from tandem.users.models import User

MERGED_HERE = "merged here: in Google they are two still"
_REASON = "merged here"
#: The states to which a link returns when the two are taken apart.
_KEPT = tuple(state.value for state in LinkState if state is not LinkState.TOMBSTONE)
#: Links whose persons are met only when a listing shows them again.
_NOT_THERE = (LinkState.DORMANT, LinkState.GONE)


@transaction.atomic
def merge_contacts(
    *, owner: User, primary: UUID, others: Sequence[UUID], values: Mapping[str, object], actor: Actor
) -> Run:
    """Merge contacts of one owner into the primary; the run that did it. Raises `Invalid`, `NotFound` and `InTrash`."""
    others = list(dict.fromkeys(others))
    if not others:
        raise Invalid([FieldError("/others", "must name at least one contact")])
    if primary in others:
        raise Invalid([FieldError(f"/others/{others.index(primary)}", "must be another contact than the primary")])
    lock_accounts(owner.pk)
    trigger = Trigger.API if actor is Actor.API else Trigger.PERSON
    run = open_done_run(owner.pk, RunKind.MERGE, trigger, [primary, *others])
    links = list(Link.objects.select_for_update().filter(contact_id__in=others, state__in=_KEPT).order_by("id"))
    links.sort(key=_is_gone)  # what is there in Google comes first
    merge_into(owner_id=owner.pk, primary_id=primary, other_ids=others, values=values, actor=actor, cause=run.id)
    rows = [operation(run, primary, "update", reason=_REASON)]
    rows += [operation(run, each, "merge", reason=_REASON) for each in others]
    rows += [_settle_link(run, link, primary) for link in links]
    duplicates_between(owner.pk, [primary, *others]).exclude(decision=Decision.DIFFERENT).update(decision=Decision.SAME)
    return close_run(run, rows)


def lock_accounts(owner_id: int) -> None:
    """No run applies anything to the owner's links meanwhile."""
    list(Account.objects.select_for_update(no_key=True).filter(user_id=owner_id).order_by("id"))


def open_done_run(
    owner_id: int, kind: RunKind, trigger: Trigger, scope: Sequence[UUID], undoes: Run | None = None
) -> Run:
    """A run without an account that is begun and ended in one transaction (`close_run`)."""
    now = timezone.now()
    return Run.objects.create(
        owner_id=owner_id, kind=kind, trigger=trigger, scope=list(scope), undoes=undoes, state=RunState.RUNNING,
        created_at=now, started_at=now, progress_total=len(scope),
    )  # fmt: skip


def close_run(run: Run, rows: Iterable[Operation]) -> Run:
    """Store what the run did, and that it is done."""
    Operation.objects.bulk_create(rows)
    run.state, run.finished_at, run.progress_done = RunState.DONE, timezone.now(), run.progress_total
    run.counts = counts_of(run)
    run.save(update_fields=["state", "finished_at", "progress_done", "counts"])
    return run


def operation(
    run: Run, contact_id: UUID | None, action: str, *, reason: str, is_done: bool = True, **columns: Any
) -> Operation:
    """A row of the run's journal, not saved yet; what was not done is skipped, and the reason says why."""
    return Operation(
        run=run,
        contact_id=contact_id,
        side=Side.TANDEM,
        action=action,
        state=OperationState.DONE,
        outcome="updated" if is_done else "skipped",
        reason=reason,
        at=timezone.now(),
        **columns,
    )


def duplicates_between(owner_id: int, contact_ids: Sequence[UUID]) -> QuerySet[PossibleDuplicate]:
    """The listed pairs of which both are among these contacts."""
    return PossibleDuplicate.objects.filter(owner_id=owner_id, first_id__in=contact_ids, second_id__in=contact_ids)


def _settle_link(run: Run, link: Link, primary: UUID) -> Operation:
    """A primary without a link takes over the other's, and meets its person; else that stays a tombstone.

    So does one that its user unlinked. Of a person that is gone, too: seen again, it is the primary's, and the other
    does not come back. The row keeps how the link stood. `link` is as it was before the contact went to the trash.
    """
    own = Link.objects.filter(account_id=link.account_id, contact_id=primary)
    has_another = (own if _is_gone(link) else own.exclude(state=LinkState.GONE.value)).exists()
    is_passed = link.state != LinkState.SEVERED and not has_another
    other_id = link.contact_id
    if is_passed:
        own.delete()
        _meet(link, primary)
        if link.state in _NOT_THERE:
            Link.objects.filter(id=link.id).update(state=link.state, changed_here=False)
            Deferred.objects.filter(account_id=link.account_id, source_id=link.source_id).delete()
    else:
        Link.objects.filter(id=link.id).update(state=LinkState.TOMBSTONE.value, why=MERGED_HERE)
    _drop_doubts(link, other_id)
    stood = {
        "passed": is_passed,
        "state": link.state,
        "why": link.why,
        "local_base": link.local_base,
        "remote_base": link.remote_base,
        "pending": link.pending,
        "merged": card_to_json(card_of(Contact.objects.get(id=primary))),
    }
    return operation(
        run, other_id, "link", reason=_REASON, account_id=link.account_id, source_id=link.source_id,
        resource_name=link.resource_name, card=stood,
    )  # fmt: skip


def _is_gone(link: Link) -> bool:
    return link.state == LinkState.GONE


def _meet(link: Link, contact_id: UUID) -> None:
    """The link is that contact's, and the next run lets the two meet."""
    Link.objects.filter(id=link.id).update(
        contact_id=contact_id, state=LinkState.LIVE.value, changed_here=True, why=_REASON, version=F("version") + 1,
        **NO_BASES,
    )  # fmt: skip
    read_again([link], timezone.now())


def _drop_doubts(link: Link, contact_id: UUID | None) -> None:
    """The answer of a write in flight no longer matters: the person is read anew."""
    sent = Operation.objects.filter(account_id=link.account_id, contact_id=contact_id, state=OperationState.SENT)
    sent.filter(action="update").update(state=OperationState.DROPPED, reason="merged meanwhile")
