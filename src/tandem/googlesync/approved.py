"""The rows that a run was approved to do, for the engine, and what became of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from contactsync.approving import Row
from contactsync.card import Field
from contactsync.changes import FieldChange
from tandem.contacts.models import Contact
from tandem.googlesync import lease as leases
from tandem.googlesync.lease import Lease
from tandem.googlesync.models import Account, Link, Operation, OperationState, Run, RunState, Side

#: So long a plan may be approved: as long as Google's token of its listing lives.
PLAN_LIVES = timedelta(days=6)
MOVED = "changed since: left to the next run"
REJECTED = "rejected"


def approved_rows(plan: Run) -> tuple[list[Row], str]:
    """What is to be done of an approved plan, person by person, and the token of the plan's listing."""
    rejected = plan.operations.filter(state=OperationState.DROPPED, reason=REJECTED)
    left = set(rejected.values_list("source_id", "side"))
    here = {row.source_id: row.changes for row in _open(plan).filter(side=Side.TANDEM)}
    rows = {row.source_id: _row(row, left, here.get(row.source_id, ())) for row in _open(plan)}
    return list(rows.values()), plan.sync_token


def spared_contacts(held: Run) -> frozenset[str]:
    """The contacts of which a blanked field was approved: that is no yes to their deletion, should it come to that."""
    blanks = held.operations.filter(state__in=[OperationState.PLANNED, OperationState.DONE]).exclude(action="delete")
    return frozenset(str(contact_id) for contact_id in blanks.values_list("contact_id", flat=True) if contact_id)


def unfinished(account: Account) -> QuerySet[Run]:
    """Plans and held runs that a person said yes to, and whose own run failed: the account's next run does them.

    However late that is: what was not taken of them must not be done either.
    """
    failed = account.runs.filter(approves__isnull=False)
    failed = failed.filter(state__in=[RunState.FAILED, RunState.QUEUED])  # or overtaken by this one
    waiting = Operation.objects.filter(run=OuterRef("pk"), state=OperationState.PLANNED)
    return Run.objects.filter(Exists(waiting), id__in=failed.values("approves"))


@transaction.atomic
def settle_plan(lease: Lease, plan: Run, moved: Collection[str]) -> None:
    """The rows of a plan are done; those that had moved are said so, by source id. Raises `LeaseLost`."""
    leases.lock(lease)
    settle_rows(plan, moved)


def settle_rows(approved: Run, moved: Collection[str]) -> None:
    """The rows are done; those that had moved are said so, by source id."""
    _note_moved(approved)
    rows = _open(approved)
    rows.filter(source_id__in=list(moved)).update(state=OperationState.DROPPED, reason=MOVED)
    rows.exclude(source_id__in=list(moved)).update(state=OperationState.DONE)


def _note_moved(held: Run) -> None:
    """Of what was held: which contact or person was no longer as it was when it was held."""
    rows = [row for row in _open(held) if row.card_revision is not None]
    contacts = Contact.objects.filter(id__in=[row.contact_id for row in rows])
    revisions = dict(contacts.values_list("id", "card_revision"))
    kept = set(contacts.filter(trashed_at=None).values_list("id", flat=True))
    etags = dict(
        Link.objects.filter(source_id__in=[row.source_id for row in rows], account=held.account).values_list(
            "source_id", "etag"
        )
    )
    for row in rows:
        is_same_contact = row.contact_id is not None and revisions.get(row.contact_id) in {
            row.card_revision,
            (row.card_revision or 0) + 1,
        }
        is_as_held = row.action != "delete" or (etags.get(row.source_id) == row.etag and row.contact_id not in kept)
        if not is_same_contact or not is_as_held:
            row.reason = f"{row.reason}; changed since, and planned anew"
            row.save(update_fields=["reason"])


def _open(run: Run) -> QuerySet[Operation]:
    return run.operations.filter(state=OperationState.PLANNED)


def _row(row: Operation, left: Collection[tuple[str, str]], changes: Iterable[Mapping[str, Any]]) -> Row:
    """`left` are the sides, by source id, of which a row was not taken; `changes` those of the contact that were."""
    return Row(
        source_id=row.source_id,
        resource_name=row.resource_name,
        etag=row.etag,
        contact_id=str(row.contact_id) if row.contact_id else None,
        card_revision=row.card_revision,
        is_deletion=row.action in {"delete", "merge"},
        is_merge=row.action == "merge",
        fills_here=(row.source_id, Side.TANDEM) not in left,
        fills_there=(row.source_id, Side.GOOGLE) not in left,
        changes=tuple(FieldChange(Field(each["field"]), each["before"], each["after"]) for each in changes),
    )
