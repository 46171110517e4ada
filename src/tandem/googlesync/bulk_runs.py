"""What is done with several contacts at once is a run: it has receipts, and can be undone.

Up to `AT_ONCE` contacts are done in the request; more are left to a worker (`googlesync.bulk_jobs`).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from contactsync.records import ASLEEP
from tandem.contacts.models import Actor
from tandem.googlesync import jobs
from tandem.googlesync.bulk_receipts import Receipt, changed_by, note, open_done
from tandem.googlesync.bulk_undoing import take_back
from tandem.googlesync.deeds import Deed, DeedName, deed_to_json
from tandem.googlesync.models import STOPPED, Link, Run, RunKind, RunState, Trigger
from tandem.googlesync.services import SyncRefused
from tandem.identifiers import new_id
from tandem.users.models import User

#: More contacts than these are left to a worker, which does so many in one transaction.
AT_ONCE = 500
#: So long an undo is offered: as long as the changes keep their values.
OFFERED = timedelta(days=90)
#: The `deed` of an undo that is left to a worker.
TAKE_BACK = {"name": "take_back"}


@transaction.atomic
def run_bulk(*, user: User, contact_ids: Collection[UUID], deed: Deed, trigger: Trigger) -> Run:
    """Do it to the user's contacts among these, or leave it to a worker where they are many.

    The run is done, with a receipt for each that it changed, or queued. Raises `Invalid`, and then nothing was begun.
    """
    run_id, scope = new_id(), sorted(contact_ids)
    if len(scope) > AT_ONCE:
        do(deed, run_id, user.pk, [], trigger)  # changes nobody, but raises now what would fail later
        return _leave(run_id, user.pk, RunKind.BULK, trigger, len(scope), scope=scope, deed=deed_to_json(deed))
    receipts = do(deed, run_id, user.pk, scope, trigger)
    run = open_done(run_id, user.pk, RunKind.BULK, trigger, scope=scope)
    note(run, receipts, len(receipts))
    return run


def do(deed: Deed, run_id: UUID, owner_id: int, contact_ids: Collection[UUID], trigger: Trigger) -> list[Receipt]:
    """Do it to the owner's contacts among these; a receipt for each that it changed."""
    actor = Actor.API if trigger is Trigger.API else Actor.PERSON
    stood = _asleep(owner_id, contact_ids) if deed.name is DeedName.TRASH else {}
    changed = deed.verb(owner_id=owner_id, contact_ids=contact_ids, actor=actor, cause=run_id)
    return [
        Receipt(each, deed.action, is_done=True, reason=deed.reason, stood=stood.get(each)) for each in sorted(changed)
    ]


def _asleep(owner_id: int, contact_ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, str]]:
    """The states of the links that sleep, which a contact's way to the trash and back would end; by contact."""
    links = Link.objects.filter(
        account__user_id=owner_id, contact_id__in=contact_ids, state__in=[state.value for state in ASLEEP]
    )
    stood: dict[UUID, dict[str, str]] = defaultdict(dict)
    for link in links:
        if link.contact_id is not None:
            stood[link.contact_id][str(link.id)] = link.state
    return stood


@transaction.atomic
def undo_bulk(*, run: Run, trigger: Trigger = Trigger.PERSON, is_queued: bool = True) -> Run:
    """Give each contact back what the run changed of it, or leave it to a worker where they are many.

    The undo's own run, done or queued. What was changed since stays as it is, with a receipt that says so. Raises
    `SyncRefused` for a run that is no bulk action, is under way, was undone already, or is older than its values.
    """
    run = Run.objects.select_for_update(of=["self"]).select_related("undoes").get(id=run.id)
    _check(run)
    contact_ids = changed_by(run)
    if is_queued and len(contact_ids) > AT_ONCE:
        return _leave(new_id(), run.owner_id, RunKind.UNDO, trigger, len(contact_ids), undoes=run, deed=TAKE_BACK)
    undo = open_done(new_id(), run.owner_id, RunKind.UNDO, trigger, undoes=run)
    receipts = take_back(undo, run, contact_ids)
    note(undo, receipts, len(receipts))
    return undo


@transaction.atomic
def stop_bulk(*, run: Run) -> None:
    """Let a worker do no more of it: what is done stays done, and can be undone. Raises `SyncRefused`."""
    under_way = Run.objects.filter(id=run.id, deed__isnull=False, state__in=[RunState.QUEUED, RunState.RUNNING])
    is_stopped = under_way.update(
        state=RunState.FAILED,
        finished_at=timezone.now(),
        error_code=STOPPED,
        error_detail="You stopped it.",
        error_mend="Undo takes back what was done; the same once more does the rest.",
    )
    if not is_stopped:
        raise SyncRefused("not_underway", "There is nothing to stop: the run has ended.", "Look at its receipts.")


def is_bulk(run: Run) -> bool:
    """Whether it is a bulk action, or the undo of one: that can be undone in its turn."""
    return run.kind == RunKind.BULK or (run.undoes is not None and is_bulk(run.undoes))


def _check(run: Run) -> None:
    if not is_bulk(run):
        raise SyncRefused("not_undoable", "This run is not a bulk action.", "Nothing to do.")
    if run.state in {RunState.QUEUED, RunState.RUNNING}:
        raise SyncRefused("run_underway", "The run is still under way.", "Wait until it ends.", run.id)
    undos = run.undone_by.exclude(state=RunState.FAILED)
    if undos.exists():
        raise SyncRefused("undone", "It was undone already.", "Nothing to do.", undos[0].id)
    if timezone.now() - run.created_at > OFFERED:
        raise SyncRefused("too_old", "It is older than 90 days: its values are no longer kept.", "Nothing to do.")


def _leave(run_id: UUID, owner_id: int, kind: RunKind, trigger: Trigger, number: int, **columns: Any) -> Run:
    """A run for a worker, whose job commits with it."""
    run = Run.objects.create(
        id=run_id,
        owner_id=owner_id,
        kind=kind,
        trigger=trigger,
        progress_total=number,
        created_at=timezone.now(),
        **columns,
    )
    jobs.enqueue(run)
    return run
