"""Undo: a run is taken back by the merge that made it.

Base is what the run wrote, one side is what stands now, the other what was before; so what was changed since stays. The
contact is changed here, and the undo's run carries it to Google. Where the run linked the two, each side's fills are
taken back on that side alone, in Google first: then the two are apart.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from contactsync.card import BLANK, Card, Field
from contactsync.changes import with_fields_of
from contactsync.records import LinkState
from contactsync.undoing import Write, undone_card
from tandem.contacts import services as contacts
from tandem.contacts.cards import card_of
from tandem.contacts.models import Actor, Change, Contact
from tandem.googlesync import lease as leases
from tandem.googlesync.conflicts import close_undecided
from tandem.googlesync.lease import Lease
from tandem.googlesync.models import Deferred, Link, Operation, OperationState, Run, RunKind, RunState, Side, Trigger
from tandem.googlesync.reading import accounts_of
from tandem.googlesync.rows import NO_BASES, card_from_json, card_to_json
from tandem.googlesync.services import SyncRefused, check_sync, lock_account, open_run
from tandem.googlesync.waking import wake
from tandem.users.models import User

#: So long an undo is offered: as long as the journal keeps its values.
OFFERED = timedelta(days=90)
UNDONE = "undone"
STAYS = "stays: changed since"
#: What besides the Card comes from a contact that was merged in Google.
_REST = ("notes", "hashtags", "lead_types", "company")
_TOGETHER = (LinkState.LIVE.value, LinkState.PAUSED.value)
_UNDONE_KINDS = (RunKind.SYNC, RunKind.PUSH, RunKind.UNDO)


@dataclass(slots=True)
class Taken:
    """What a run did to one contact: the writes here, newest first, and `sent` to Google.

    `was_linked` says that it linked the two; `is_apart` that the undo takes them apart.
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
    check_sync(account)
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


def fills_in_google(run: Run) -> dict[str, list[Write]]:
    """What the undone run wrote to the persons that it linked, by contact id: to be taken back there, before all else.

    Were it left to the contact, the value that was here before would go, and Google would keep it.
    """
    assert run.undoes is not None  # noqa: S101 - the caller's promise, for the type checker
    taken = _taken(run, run.undoes)
    return {str(contact_id): what.sent for contact_id, what in taken.items() if what.was_linked and what.sent}


@transaction.atomic
def wake_paused(run: Run, lease: Lease, contact_ids: Collection[str]) -> list[UUID]:
    """Links that are about to be taken apart: what they filled in Google is taken back though they are paused.

    Their ids, for `pause_again`.
    """
    leases.lock(lease)
    if run.undone_field:
        return []
    links = Link.objects.filter(account=run.account, contact_id__in=contact_ids, state=LinkState.PAUSED.value)
    woken = list(links.values_list("id", flat=True))
    Link.objects.filter(id__in=woken).update(state=LinkState.LIVE.value)
    return woken


@transaction.atomic
def pause_again(run: Run, lease: Lease, link_ids: Collection[UUID]) -> None:
    """What was woken is paused as it was, however that ended."""
    leases.lock(lease)
    links = Link.objects.filter(account=run.account, id__in=link_ids, state=LinkState.LIVE.value)
    links.update(state=LinkState.PAUSED.value)


def take_back(run: Run, lease: Lease) -> tuple[list[str], dict[str, str]]:
    """Take back here what the undone run did; contacts to carry to Google, and the persons to delete there.

    The persons stand by resource name with the etag of our own write. Done again, it changes nothing more.
    """
    assert run.undoes is not None  # noqa: S101 - the caller's promise, for the type checker
    taken = _taken(run, run.undoes)
    carried: list[str] = []
    created: dict[str, str] = {}
    for contact_id, what in sorted(taken.items()):
        with transaction.atomic():
            leases.lock(lease)
            _take_back_one(run, contact_id, what)
            if what.created is not None:
                created[what.created.resource_name] = what.created.etag
            elif (
                what.was_unmade
                or Link.objects.filter(contact_id=contact_id, state=LinkState.LIVE.value, changed_here=True).exists()
            ):
                carried.append(str(contact_id))
    return carried, created


def settle_deletions(run: Run, gone: Mapping[str, bool]) -> None:
    """Record which persons that the undone run made are gone; the links to them are severed either way."""
    for name, is_gone in gone.items():
        with transaction.atomic():
            links = Link.objects.filter(account=run.account, resource_name=name, state__in=_TOGETHER)
            contact_id = links.values_list("contact_id", flat=True).first()
            if is_gone:
                links.update(state=LinkState.SEVERED.value, changed_here=False, **NO_BASES)
                close_undecided(run.owner_id, [contact_id] if contact_id else [], timezone.now())
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
        elif not undo.undone_field and change.field in _REST:
            what.rest.append(change)
    for row in _operations(undo, undone):
        if row.contact_id is not None:
            _add_operation(taken[row.contact_id], row, fields)
    for contact_id in _undone_before(undo, undone):
        taken.pop(contact_id, None)
    for what in taken.values():
        what.is_apart = what.was_linked and not undo.undone_field
        if not what.was_linked:
            what.writes += what.sent
    return taken


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


def _take_back_one(run: Run, contact_id: UUID, what: Taken) -> None:
    contact = Contact.objects.select_for_update(no_key=True).filter(id=contact_id, owner_id=run.owner_id).first()
    if contact is None:
        return
    if Change.Event.CREATED in what.events:
        _trash_imported(run, contact)
        return
    if Change.Event.TRASHED in what.events:
        is_as_left = (
            contact.trashed_at is not None
            and contact.changes.filter(cause=run.undoes_id, event=Change.Event.TRASHED, at=contact.trashed_at).exists()
        )
        done = is_as_left and contacts.restore_contacts(
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
    is_worked_on = contact.changes.filter(by__in=theirs).exists()
    is_worked_on |= Contact.objects.filter(owner_id=run.owner_id, merged_into=contact).exists()
    if contact.trashed_at is None and not is_worked_on:
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
    patch = {each.field: each.before for each in what.rest if getattr(contact, each.field) == each.after}
    if patch:
        contacts.change_contact(
            owner_id=run.owner_id, contact_id=contact.id, patch=patch, actor=Actor.UNDO, cause=run.id
        )
    if what.was_unmade:  # the person is gone: the contact is put back there
        severed = Link.objects.filter(account=run.account, contact=contact, state=LinkState.SEVERED.value)
        severed.update(state=LinkState.GONE.value)
    if what.was_parted:
        wake(Link.objects.filter(account=run.account, contact=contact, state=LinkState.SEVERED.value), timezone.now())
    if what.is_apart:
        _sever(run, contact)
    elif what.was_linked:
        _keep_own_values(run, contact, before, [name for _, _, names in what.writes + what.sent for name in names])


def _sever(run: Run, contact: Contact) -> None:
    """Both stay, apart: what is not answered of the fills in Google is not waited for."""
    links = Link.objects.filter(account=run.account, contact=contact, state__in=_TOGETHER)
    Deferred.objects.filter(account=run.account, source_id__in=links.values("source_id")).delete()
    links.update(state=LinkState.SEVERED.value, changed_here=False, **NO_BASES)
    close_undecided(run.owner_id, [contact.id], timezone.now())
    sent = Operation.objects.filter(account=run.account, contact_id=contact.id, state=OperationState.SENT)
    sent.filter(action="update").update(state=OperationState.DROPPED, reason="no answer came, and unlinked since")
    _note(run, contact.id, Side.TANDEM, "link", is_done=True)


def _keep_own_values(run: Run, contact: Contact, card: Card, fields: Collection[Field]) -> None:
    """A field of a first meeting is undone, the link stays: in the field each side's value is its own base."""
    link = Link.objects.filter(account=run.account, contact=contact, state__in=_TOGETHER).first()
    base = card_from_json(link.local_base) if link is not None else None
    if link is not None and base is not None:
        columns = {"local_base": card_to_json(with_fields_of(base, card, fields)), "changed_here": True}
        Link.objects.filter(id=link.id).update(**columns)


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
        reason=UNDONE if is_done else STAYS,
        at=timezone.now(),
    )
