"""The rows that a run was approved to do, for the engine, and what became of them."""

from collections.abc import Collection

from django.db.models import QuerySet

from contactsync.approving import Row
from tandem.contacts.models import Contact
from tandem.googlesync.models import Link, Operation, OperationState, Run, Side

MOVED = "changed since: left to the next run"
REJECTED = "rejected"


def approved_rows(run: Run) -> tuple[list[Row], str]:
    """What is to be done of the plan that the run approves, person by person, and the token of the plan's listing."""
    plan = run.approves
    if plan is None:
        return [], ""
    rejected = plan.operations.filter(state=OperationState.DROPPED, reason=REJECTED)
    left = set(rejected.values_list("source_id", "side"))
    rows = {row.source_id: _row(row, left) for row in _open(plan)}
    return list(rows.values()), plan.sync_token


def settle_rows(run: Run, moved: Collection[str]) -> None:
    """The rows are done; those that had moved are said so, by source id."""
    if run.approves is None:
        return
    _note_moved(run.approves)
    rows = _open(run.approves)
    rows.filter(source_id__in=list(moved)).update(state=OperationState.DROPPED, reason=MOVED)
    rows.exclude(source_id__in=list(moved)).update(state=OperationState.DONE)


def _note_moved(held: Run) -> None:
    """Of what was held: which contact or person was no longer as it was when it was held."""
    rows = [row for row in _open(held) if row.card_revision is not None]
    revisions = dict(Contact.objects.filter(id__in=[row.contact_id for row in rows]).values_list("id", "card_revision"))
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
        if not is_same_contact or (row.action == "delete" and etags.get(row.source_id) != row.etag):
            row.reason = f"{row.reason}; changed since, and planned anew"
            row.save(update_fields=["reason"])


def _open(run: Run) -> QuerySet[Operation]:
    return run.operations.filter(state=OperationState.PLANNED)


def _row(row: Operation, left: Collection[tuple[str, str]]) -> Row:
    """`left` are the sides, by source id, of which a row was not taken."""
    return Row(
        source_id=row.source_id,
        resource_name=row.resource_name,
        etag=row.etag,
        contact_id=str(row.contact_id) if row.contact_id else None,
        card_revision=row.card_revision,
        is_deletion=row.action in {"delete", "merge"},
        fills_here=(row.source_id, Side.TANDEM) not in left,
        fills_there=(row.source_id, Side.GOOGLE) not in left,
    )
