"""Where the two sides of a pair do not agree: noted by runs, listed, and answered by a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from contactsync.actions import Joined
from contactsync.card import Field
from contactsync.changes import parts_json
from contactsync.merge import Conflict as Clash
from contactsync.normalize import field_text
from contactsync.records import ConflictPolicy
from tandem.googlesync.models import Account, Conflict, ConflictKind

_UPSERTED = (ConflictKind.OPEN, ConflictKind.DIFFERENCE, ConflictKind.DELETED)


def note_conflicts(actions: Sequence[Joined], account: Account, run_id: UUID, at: datetime) -> None:
    """Keep what these actions left in conflict, and close what they brought into step."""
    rows: list[Conflict] = []
    for action in actions:
        contact_id = UUID(action.contact.id)
        for clash in action.conflicts:
            is_open = clash.kept is ConflictPolicy.ASK
            kind = ConflictKind.OPEN if is_open else ConflictKind.SETTLED
            rows.append(_row(clash, kind, contact_id, account, run_id, at))
        rows += [_row(clash, ConflictKind.DIFFERENCE, contact_id, account, run_id, at) for clash in action.differences]
    _close_equal(actions, account, at)
    _store(rows, account)


def note_deletions(contact_ids: Iterable[UUID], account: Account, run_id: UUID, at: datetime) -> None:
    """Keep which contacts were deleted in Google though they were edited here since."""
    rows = [
        Conflict(account=account, contact_id=each, kind=ConflictKind.DELETED, run_id=run_id, found_at=at)
        for each in contact_ids
    ]
    _store(rows, account)


def close_restored(owner_id: int, contact_ids: Sequence[UUID], at: datetime) -> None:
    """A contact that is back is no deletion to decide about."""
    _unanswered(contact_ids).filter(account__user_id=owner_id, kind=ConflictKind.DELETED).update(closed_at=at)


def close_undecided(owner_id: int, contact_ids: Sequence[UUID], at: datetime) -> None:
    """Contacts that are in step no more have nothing to decide; where they come back, the next run asks again."""
    rows = _unanswered(contact_ids).filter(account__user_id=owner_id)
    rows.filter(kind__in=[ConflictKind.OPEN, ConflictKind.DIFFERENCE]).update(closed_at=at)


def close_in_step(fields: Mapping[UUID, Collection[str]], account: Account, at: datetime) -> None:
    """These fields of these contacts are in step: nothing of them is to be decided any more."""
    found = _unanswered(fields).filter(account=account, kind__in=[ConflictKind.OPEN, ConflictKind.DIFFERENCE])
    closed = [row.id for row in found.only("id", "contact_id", "field") if row.field in fields[row.contact_id]]
    if closed:
        Conflict.objects.filter(id__in=closed).update(closed_at=at)


def _unanswered(contact_ids: Iterable[UUID]) -> QuerySet[Conflict]:
    return Conflict.objects.filter(contact_id__in=list(contact_ids), closed_at=None)


def _close_equal(actions: Sequence[Joined], account: Account, at: datetime) -> None:
    """Those whose field is equal on both sides, or decided by now."""
    found = _unanswered([UUID(action.contact.id) for action in actions]).filter(
        account=account, kind__in=[ConflictKind.OPEN, ConflictKind.DIFFERENCE]
    )
    by_contact = {UUID(action.contact.id): action for action in actions}
    closed = [row.id for row in found if _is_over(row, by_contact[row.contact_id])]
    if closed:
        Conflict.objects.filter(id__in=closed).update(closed_at=at)


def _is_over(row: Conflict, action: Joined) -> bool:
    asked = {clash.field.value for clash in action.conflicts if clash.kept is ConflictPolicy.ASK}
    if row.kind == ConflictKind.OPEN:
        return row.field not in asked
    field = Field(row.field)
    return field_text(action.card, field) == field_text(action.person.card, field)


def _row(clash: Clash, kind: ConflictKind, contact_id: UUID, account: Account, run_id: UUID, at: datetime) -> Conflict:
    return Conflict(
        account=account,
        contact_id=contact_id,
        field=clash.field.value,
        kind=kind,
        local=parts_json(clash.local),
        remote=parts_json(clash.remote),
        stands=clash.kept.value if kind == ConflictKind.SETTLED else "",
        run_id=run_id,
        found_at=at,
    )


def _store(rows: Sequence[Conflict], account: Account) -> None:
    """One unanswered row for a contact's field: a later one takes the place of the earlier."""
    if not rows:
        return
    places = {(row.contact_id, row.field) for row in rows if row.kind in _UPSERTED}
    found = _unanswered({contact_id for contact_id, _ in places}).filter(account=account, kind__in=_UPSERTED)
    replaced = [row.id for row in found.only("id", "contact_id", "field") if (row.contact_id, row.field) in places]
    Conflict.objects.filter(id__in=replaced).delete()
    Conflict.objects.bulk_create(rows)
