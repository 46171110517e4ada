"""What is done with several contacts at once is a run: it has receipts, and can be undone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Change, Contact, Status
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.models import Operation, OperationState, Run, RunKind, RunState, Side, Trigger
from tandem.googlesync.services import SyncRefused
from tandem.identifiers import new_id
from tandem.users.models import User

#: So long an undo is offered: as long as the changes keep their values.
OFFERED = timedelta(days=90)
STAYS = "stays: changed since"
UNDONE = "undone"
_AT_ONCE = 2000


class Verb(Protocol):
    """A verb of `contacts.services` for several contacts; returns those that it changed."""

    def __call__(
        self, *, owner_id: int, contact_ids: Collection[UUID], actor: Actor, cause: UUID | None
    ) -> set[UUID]: ...


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to each contact: the verb, its word in the journal, and the receipt's reason."""

    verb: Verb
    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one contact."""

    contact_id: UUID
    action: str
    is_done: bool
    reason: str


@transaction.atomic
def run_bulk(*, user: User, contact_ids: Collection[UUID], deed: Deed, trigger: Trigger) -> Run:
    """Do it to the user's contacts among these; the run, done, with a receipt for each that it changed.

    What the verb raises undoes all of it.
    """
    run_id = new_id()
    changed = deed.verb(owner_id=user.pk, contact_ids=contact_ids, actor=_actor_of(trigger), cause=run_id)
    run = _open(run_id, user.pk, RunKind.BULK, trigger, scope=list(contact_ids))
    receipts = [Receipt(each, deed.action, is_done=True, reason=deed.reason) for each in sorted(changed)]
    return _close(run, receipts)


def _actor_of(trigger: Trigger) -> Actor:
    return Actor.API if trigger is Trigger.API else Actor.PERSON


@transaction.atomic
def undo_bulk(*, run: Run, actor: Actor, trigger: Trigger = Trigger.PERSON) -> Run:
    """Give each contact back what the run changed of it; the undo's own run, done.

    What was changed since stays as it is, with a receipt that says so. Raises `SyncRefused` for a run that is no
    bulk action, was undone already, or is older than its values.
    """
    run = Run.objects.select_for_update(of=["self"]).select_related("undoes").get(id=run.id)
    _check(run)
    undo = _open(new_id(), run.owner_id, RunKind.UNDO, trigger, undoes=run)
    changes = list(Change.objects.filter(cause=run.id, contact__owner_id=run.owner_id).order_by("id"))
    now = {each.id: each for each in _locked(run.owner_id, changes)}
    receipts = chain(_take_back_values(undo, changes, now, actor), _take_back_moves(undo, changes, now, actor))
    return _close(undo, list(receipts))


def is_bulk(run: Run) -> bool:
    """Whether it is a bulk action, or the undo of one: that can be undone in its turn."""
    return run.kind == RunKind.BULK or (run.undoes is not None and is_bulk(run.undoes))


def _check(run: Run) -> None:
    if not is_bulk(run):
        raise SyncRefused("not_undoable", "This run is not a bulk action.", "Nothing to do.")
    if run.undone_by.exists():
        raise SyncRefused("undone", "It was undone already.", "Nothing to do.", run.undone_by.all()[0].id)
    if timezone.now() - run.created_at > OFFERED:
        raise SyncRefused("too_old", "It is older than 90 days: its values are no longer kept.", "Nothing to do.")


def _locked(owner_id: int, changes: Iterable[Change]) -> Iterable[Contact]:
    """The contacts as they are now, locked in the order of every bulk verb."""
    ids = {change.contact_id for change in changes}
    return contacts_of(owner_id).filter(id__in=ids).order_by("id").select_for_update(no_key=True)


def _take_back_values(
    undo: Run, changes: Iterable[Change], now: Mapping[UUID, Contact], actor: Actor
) -> Iterable[Receipt]:
    """Statuses and hashtags, a call for each value that comes back to several."""
    groups: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    verbs: dict[tuple[str, str], Verb] = {}
    for change in changes:
        if not change.field:
            continue
        contact = now[change.contact_id]
        if change.before is None or contact.trashed_at is not None or getattr(contact, change.field) != change.after:
            yield Receipt(contact.id, "update", is_done=False, reason=STAYS)
            continue
        key = (change.field, repr(change.before))
        verbs.setdefault(key, _giving(change.field, change.before))
        groups[key].append(contact.id)
    for key, ids in groups.items():
        done = verbs[key](owner_id=undo.owner_id, contact_ids=ids, actor=actor, cause=undo.id)
        yield from (Receipt(each, "update", is_done=True, reason=UNDONE) for each in sorted(done))


def _giving(field: str, before: Any) -> Verb:
    """The verb that gives a contact the value that it had before."""
    match field:
        case "status":
            return partial(contacts.set_status, status=Status(before))
        case "hashtags":
            return partial(contacts.set_hashtags, hashtags=before)
        case other:
            raise ValueError(f"no bulk action changes {other}")


def _take_back_moves(
    undo: Run, changes: Iterable[Change], now: Mapping[UUID, Contact], actor: Actor
) -> Iterable[Receipt]:
    """Into the trash and out of it; who was moved again since stays where it is."""
    moved = {change.contact_id: change for change in changes if not change.field}
    trashed = [each for each, change in moved.items() if change.event == Change.Event.TRASHED]
    restored = [each for each, change in moved.items() if change.event == Change.Event.RESTORED]
    back = {each for each in trashed if now[each].trashed_at == moved[each].at}
    again = {each for each in restored if now[each].trashed_at is None}
    contacts.restore_contacts(owner_id=undo.owner_id, contact_ids=back, actor=actor, cause=undo.id)
    contacts.trash_contacts(owner_id=undo.owner_id, contact_ids=again, actor=actor, cause=undo.id, because="Undone")
    yield from (Receipt(each, "restore", is_done=True, reason=UNDONE) for each in sorted(back))
    yield from (Receipt(each, "delete", is_done=True, reason=UNDONE) for each in sorted(again))
    stayed = sorted(moved.keys() - back - again)
    yield from (Receipt(each, "update", is_done=False, reason=STAYS) for each in stayed)


def _open(
    run_id: UUID,
    owner_id: int,
    kind: RunKind,
    trigger: Trigger,
    *,
    scope: list[UUID] | None = None,
    undoes: Run | None = None,
) -> Run:
    now = timezone.now()
    return Run.objects.create(
        id=run_id,
        owner_id=owner_id,
        kind=kind,
        trigger=trigger,
        state=RunState.DONE,
        scope=scope,
        undoes=undoes,
        created_at=now,
        started_at=now,
    )


def _close(run: Run, receipts: Collection[Receipt]) -> Run:
    """Write the receipts and what they come to."""
    now = timezone.now()
    rows = (
        Operation(
            run=run,
            contact_id=receipt.contact_id,
            side=Side.TANDEM,
            action=receipt.action,
            state=OperationState.DONE,
            outcome="updated" if receipt.is_done else "skipped",
            reason=receipt.reason,
            at=now,
        )
        for receipt in receipts
    )
    Operation.objects.bulk_create(rows, batch_size=_AT_ONCE)
    done = Counter(receipt.action for receipt in receipts if receipt.is_done)
    run.counts = {"tandem": dict(done), "skipped": len(receipts) - done.total()}
    run.progress_done = run.progress_total = len(receipts)
    run.finished_at = now
    run.save(update_fields=["counts", "progress_done", "progress_total", "finished_at"])
    return run
