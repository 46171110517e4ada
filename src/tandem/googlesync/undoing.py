"""Undo: a run is taken back by the merge that made it.

Base is what the run wrote, one side is what stands now, the other what was before; so what was changed since stays. The
contact is changed here, and the undo's run carries it to Google.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from contactsync.card import BLANK, Card, Field
from contactsync.changes import with_fields_of
from contactsync.merge import merge
from contactsync.records import ConflictPolicy, LinkState, Policy
from tandem.contacts import services as contacts
from tandem.contacts.cards import card_of
from tandem.contacts.models import Actor, Change, Contact
from tandem.googlesync.models import Link, Operation, OperationState, Run, RunKind, RunState, Side, Trigger
from tandem.googlesync.reading import accounts_of
from tandem.googlesync.services import SyncRefused, check_connection, lock_account, open_run
from tandem.users.models import User

#: So long an undo is offered: as long as the journal keeps its values.
OFFERED = timedelta(days=90)
STAYS = "stays: changed since"
_NOW_WINS = Policy(conflict=ConflictPolicy.TANDEM)
_UNDONE_KINDS = (RunKind.SYNC, RunKind.PUSH, RunKind.UNDO)


@dataclass(slots=True)
class Taken:
    """What a run did to one contact. `writes` are (before, after), newest first; both as they concern its Card."""

    writes: list[tuple[Card, Card, frozenset[Field]]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    is_linked: bool = False
    created: Operation | None = None


@transaction.atomic
def request_undo(
    *, user: User, run: Run, contact_id: UUID | None = None, field_name: str = "", trigger: Trigger,
    is_queued: bool = True,
) -> Run:  # fmt: skip
    """Begin to undo a run, or what it did to one contact, or to one field of it. Raises `SyncRefused`."""
    account = accounts_of(user).filter(id=run.account_id).first() if run.account_id else None
    if account is None:
        raise SyncRefused("not_connected", "Its Google account is not connected.", "Connect it in the Google settings.")
    account = lock_account(account)
    check_connection(account)
    _check(run)
    scope = [contact_id] if contact_id else None
    return open_run(
        account, RunKind.UNDO, trigger, scope=scope, undoes=run, undone_field=field_name, is_queued=is_queued
    )


def _check(run: Run) -> None:
    if run.kind not in _UNDONE_KINDS:
        raise SyncRefused("not_undoable", "A plan did nothing that could be undone.", "Reject it instead.")
    if run.state in {RunState.QUEUED, RunState.RUNNING}:
        raise SyncRefused("run_underway", "The run is still under way.", "Wait until it ends.", run.id)
    if timezone.now() - run.created_at > OFFERED:
        raise SyncRefused("too_old", "The run is older than 90 days: its values are no longer kept.", "Nothing to do.")
    whole = run.undone_by.filter(scope=None).exclude(state=RunState.FAILED)
    if whole.exists():
        raise SyncRefused("undone", "The run was undone already.", "Undo the undo to have it back.", whole[0].id)


def take_back(run: Run) -> tuple[list[str], dict[str, str]]:
    """Take back here what the undone run did; contacts to carry to Google, and the persons to delete there.

    The persons stand by resource name with the etag of our own write. Done again, it changes nothing more.
    """
    assert run.undoes is not None  # noqa: S101 - the caller's promise, for the type checker
    taken = _taken(run, run.undoes)
    carried: list[str] = []
    created: dict[str, str] = {}
    for contact_id, what in sorted(taken.items()):
        with transaction.atomic():
            _take_back_one(run, contact_id, what)
            if what.created is not None:
                created[what.created.resource_name] = what.created.etag
            elif Link.objects.filter(contact_id=contact_id, state=LinkState.LIVE.value, changed_here=True).exists():
                carried.append(str(contact_id))
    return carried, created


def settle_deletions(run: Run, gone: Mapping[str, bool]) -> None:
    """Record which persons that the undone run made are gone; the links to them are severed either way."""
    for name, is_gone in gone.items():
        with transaction.atomic():
            links = Link.objects.filter(account=run.account, resource_name=name, state=LinkState.LIVE.value)
            contact_id = links.values_list("contact_id", flat=True).first()
            if is_gone:
                links.update(
                    state=LinkState.SEVERED.value, local_base=None, remote_base=None, pending=None, changed_here=False
                )
            _note(run, contact_id, Side.GOOGLE, "delete", is_done=is_gone, name=name)


def _taken(undo: Run, undone: Run) -> dict[UUID, Taken]:
    taken: dict[UUID, Taken] = defaultdict(Taken)
    fields = [undo.undone_field] if undo.undone_field else [each.value for each in Field]
    for change in _changes(undo, undone):
        what = taken[change.contact_id]
        if not change.field:
            what.events.append(change.event)
        elif change.field in fields:
            what.writes.append(_write_of(change.field, change.before, change.after))
    for row in _operations(undo, undone):
        if row.contact_id is not None:
            _add_operation(taken[row.contact_id], row, fields)
    return taken


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
    if row.outcome == "linked" and is_whole:
        what.is_linked = True
    if row.side == Side.GOOGLE and row.outcome == "created" and is_whole:
        what.created = row
    elif row.side == Side.GOOGLE and row.outcome == "updated":
        for change in row.changes:
            if change["field"] in fields:
                what.writes.append(_write_of(change["field"], change["before"], change["after"]))


def _write_of(name: str, before: Any, after: Any) -> tuple[Card, Card, frozenset[Field]]:
    return _card(name, before), _card(name, after), frozenset({Field(name)})


def _card(name: str, value: Any) -> Card:
    """A Card that holds this field alone; no value is a blank field."""
    return msgspec.convert({name: value}, Card) if value else BLANK


def _take_back_one(run: Run, contact_id: UUID, what: Taken) -> None:
    contact = Contact.objects.select_for_update(no_key=True).filter(id=contact_id, owner_id=run.owner_id).first()
    if contact is None:
        return
    if Change.Event.CREATED in what.events:
        _trash_imported(run, contact)
        return
    if Change.Event.TRASHED in what.events:
        done = contacts.restore_contacts(
            owner_id=run.owner_id, contact_ids=[contact_id], actor=Actor.UNDO, cause=run.id
        )
        _note(run, contact_id, Side.TANDEM, "restore", is_done=bool(done))
    elif Change.Event.RESTORED in what.events:
        done = contacts.trash_contacts(
            owner_id=run.owner_id, contact_ids=[contact_id], actor=Actor.UNDO, cause=run.id, because="Undone"
        )
        _note(run, contact_id, Side.TANDEM, "delete", is_done=bool(done))
    elif contact.trashed_at is None:
        _take_back_writes(run, contact, what)


def _trash_imported(run: Run, contact: Contact) -> None:
    """A contact that an import made goes, unless somebody worked on it since."""
    theirs = [Actor.PERSON, Actor.API, Actor.IMPORT]
    if contact.trashed_at is None and not contact.changes.filter(by__in=theirs).exists():
        contacts.trash_contacts(
            owner_id=run.owner_id, contact_ids=[contact.id], actor=Actor.UNDO, cause=run.id, because="Import undone"
        )
        _note(run, contact.id, Side.TANDEM, "delete", is_done=True)
    else:
        _note(run, contact.id, Side.TANDEM, "delete", is_done=False)


def _take_back_writes(run: Run, contact: Contact, what: Taken) -> None:
    now = card_of(contact)
    before = undone_card(now, what.writes)
    if what.writes:
        is_done = contacts.set_card(
            owner_id=run.owner_id, contact_id=contact.id, card=before, actor=Actor.UNDO, cause=run.id
        )
        _note(run, contact.id, Side.TANDEM, "update", is_done=is_done)
    if what.is_linked:
        Link.objects.filter(account=run.account, contact=contact, state=LinkState.LIVE.value).update(
            state=LinkState.SEVERED.value, local_base=None, remote_base=None, pending=None, changed_here=False
        )
        _note(run, contact.id, Side.TANDEM, "link", is_done=True)


def undone_card(now: Card, writes: Iterable[tuple[Card, Card, frozenset[Field]]]) -> Card:
    """What a Card becomes when these writes (before, after, fields), newest first, are taken back. Pure.

    A value that is no longer what was written stays.
    """
    for before, after, fields in writes:
        wrote = with_fields_of(now, after, fields)
        was = with_fields_of(now, before, fields)
        now = merge(wrote, now, wrote, was, policy=_NOW_WINS).local
    return now


def _note(run: Run, contact_id: UUID | None, side: Side, action: str, *, is_done: bool, name: str = "") -> None:
    Operation.objects.create(
        run=run,
        account=run.account,
        contact_id=contact_id,
        resource_name=name,
        side=side,
        action=action,
        state=OperationState.DONE,
        outcome="updated" if is_done else "skipped",
        reason="undone" if is_done else STAYS,
        at=timezone.now(),
    )
