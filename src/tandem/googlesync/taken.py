"""What a run did to each contact, read from the journal: what its undo takes back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef

from contactsync.card import BLANK, Card, Field
from contactsync.undoing import Write
from tandem.contacts.models import Change
from tandem.googlesync.models import Operation, OperationState, Run, RunState, Side

#: So long an undo is offered: as long as the journal keeps its values.
OFFERED = timedelta(days=90)
UNDONE = "undone"
STAYS = "stays: changed since"
#: What besides the Card comes from a contact that was merged in Google.
_REST = ("notes", "hashtags", "lead_types", "company")


@dataclass(slots=True)
class Taken:
    """What a run did to one contact: the writes here, newest first, and `sent` to Google.

    `rest` are other values that a merge in Google brought. `was_linked` says that it linked the two, `is_apart` that
    the undo takes them apart. Of an undo, `was_parted` says that it took them apart, `was_unmade` that it deleted the
    person.
    """

    writes: list[Write] = field(default_factory=list)
    sent: list[Write] = field(default_factory=list)
    rest: list[Change] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    was_linked: bool = False
    is_apart: bool = False
    was_parted: bool = False
    was_unmade: bool = False
    created: Operation | None = None


def taken(undo: Run, undone: Run) -> dict[UUID, Taken]:
    """By contact, what the undone run did, as far as this undo takes it back."""
    found: dict[UUID, Taken] = defaultdict(Taken)
    fields = [undo.undone_field] if undo.undone_field else [each.value for each in Field]
    for change in _changes(undo, undone):
        what = found[change.contact_id]
        if not change.field:
            what.events.append(change.event)
        elif change.field in fields:
            what.writes.append(_write_of(change.field, change.before, change.after))
        elif not undo.undone_field and change.field in _REST:
            what.rest.append(change)
    for row in _operations(undo, undone):
        if row.contact_id is not None:
            _add_operation(found[row.contact_id], row, fields)
    for contact_id in _undone_before(undo, undone):
        found.pop(contact_id, None)
    for what in found.values():
        what.is_apart = what.was_linked and not undo.undone_field
        if not what.was_linked:
            what.writes += what.sent
    return found


def _undone_before(undo: Run, undone: Run) -> set[UUID]:
    """The contacts whose part was undone already: what was done with them since stays."""
    earlier = undone.undone_by.filter(undone_field="", scope__isnull=False, state=RunState.DONE).exclude(id=undo.id)
    redone = Run.objects.filter(undoes=OuterRef("pk"), state=RunState.DONE)
    scopes = earlier.exclude(Exists(redone)).values_list("scope", flat=True)
    return {contact_id for scope in scopes for contact_id in scope or []}


def _changes(undo: Run, undone: Run) -> Iterable[Change]:
    changes = Change.objects.filter(cause=undone.id, contact__owner_id=undone.owner_id).order_by("-id")
    if undo.scope is not None:
        changes = changes.filter(contact_id__in=undo.scope)
    return changes.exclude(field="") if undo.undone_field else changes


def _operations(undo: Run, undone: Run) -> Iterable[Operation]:
    rows = undone.operations.filter(state=OperationState.DONE).order_by("-id")
    return rows.filter(contact_id__in=undo.scope) if undo.scope is not None else rows


def _add_operation(what: Taken, row: Operation, fields: Sequence[str]) -> None:
    is_whole = len(fields) > 1
    if row.outcome == "linked":
        what.was_linked = True
    if row.action == "link" and row.reason == UNDONE and is_whole:
        what.was_parted = True
    if row.side == Side.GOOGLE and row.action == "delete" and row.reason == UNDONE and is_whole:
        what.was_unmade = True
    if row.side == Side.GOOGLE and row.outcome == "created" and is_whole:
        what.created = row
    elif row.side == Side.GOOGLE and row.outcome == "updated":
        for change in row.changes:
            if change["field"] in fields:
                what.sent.append(_write_of(change["field"], change["before"], change["after"]))


def _write_of(name: str, before: Any, after: Any) -> Write:
    return _card(name, before), _card(name, after), frozenset({Field(name)})


def _card(name: str, value: Any) -> Card:
    """A Card that holds this field alone; no value is a blank field."""
    return msgspec.convert({name: value}, Card) if value else BLANK
