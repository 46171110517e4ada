"""Undo: a run is taken back by the merge that made it.

Base is what the run wrote, one side is what stands now, the other what was before; so what was changed since stays. The
contact is changed here, and the undo's run carries it to Google. Where the run linked the two, each side's fills are
taken back on that side alone, in Google first: then the two are apart.
"""

from collections.abc import Collection, Sequence
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from contactsync.card import Card, Field
from contactsync.changes import with_fields_of
from contactsync.erasing import Seen
from contactsync.records import LinkState
from contactsync.undoing import Write, undone_card
from tandem.contacts import services as contacts
from tandem.contacts.cards import card_of
from tandem.contacts.models import Actor, Change, Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync import lease as leases
from tandem.googlesync.conflicts import close_undecided
from tandem.googlesync.lease import Lease
from tandem.googlesync.models import Deferred, Link, Operation, OperationState, Run, Side
from tandem.googlesync.rows import NO_BASES, card_from_json, card_to_json
from tandem.googlesync.taken import STAYS, UNDONE, Taken, taken
from tandem.googlesync.touched import worked_on
from tandem.googlesync.waking import wake

_TOGETHER = (LinkState.LIVE.value, LinkState.PAUSED.value)
#: So many imported contacts go to the trash in one transaction.
_AT_ONCE = 500


def fills_in_google(run: Run) -> dict[str, list[Write]]:
    """What the undone run wrote to the persons that it linked, by contact id: to be taken back there, before all else.

    Were it left to the contact, the value that was here before would go, and Google would keep it.
    """
    assert run.undoes is not None  # noqa: S101 - the caller's promise, for the type checker
    found = taken(run, run.undoes)
    return {str(contact_id): what.sent for contact_id, what in found.items() if what.was_linked and what.sent}


def fields_taken_back(run: Run) -> frozenset[Field]:
    """The fields of which the undone run's values are taken back."""
    assert run.undoes is not None  # noqa: S101 - the caller's promise, for the type checker
    writes = (write for what in taken(run, run.undoes).values() for write in what.writes)
    return frozenset[Field]().union(*(fields for _, _, fields in writes))


def take_back(run: Run, lease: Lease) -> tuple[list[str], dict[str, Seen]]:
    """Take back here what the undone run did; contacts to carry to Google, and the persons to delete there.

    The persons stand by resource name, as our own write left them. Done again, it changes nothing more.
    """
    assert run.undoes is not None  # noqa: S101 - the caller's promise, for the type checker
    found = taken(run, run.undoes)
    imported = sorted(contact_id for contact_id, what in found.items() if Change.Event.CREATED in what.events)
    for chunk in batched(imported, _AT_ONCE, strict=False):
        _trash_imported(run, lease, chunk)
    carried: list[str] = []
    created: dict[str, Seen] = {}
    for contact_id in sorted(found.keys() - set(imported)):
        what = found[contact_id]
        with transaction.atomic():
            leases.lock(lease)
            _take_back_one(run, contact_id, what)
            if what.created is not None:
                created[what.created.resource_name] = Seen(what.created.etag)
            elif what.was_unmade or _is_to_carry(contact_id):
                carried.append(str(contact_id))
    return carried, created


def _is_to_carry(contact_id: UUID) -> bool:
    return Link.objects.filter(contact_id=contact_id, state=LinkState.LIVE.value, changed_here=True).exists()


@transaction.atomic
def _trash_imported(run: Run, lease: Lease, contact_ids: Sequence[UUID]) -> None:
    """Contacts that an import made go, unless somebody worked on them since."""
    leases.lock(lease)
    rows = contacts_of(run.owner_id).filter(id__in=contact_ids).order_by("id").select_for_update(no_key=True)
    found = {row.id: row for row in rows}
    kept = worked_on(run.owner_id, found.keys())
    going = [key for key, row in found.items() if row.trashed_at is None and key not in kept]
    contacts.trash_contacts(
        owner_id=run.owner_id, contact_ids=going, actor=Actor.UNDO, cause=run.id, because="Import undone"
    )
    gone = frozenset(going)
    Operation.objects.bulk_create(_row(run, each, Side.TANDEM, "delete", is_done=each in gone) for each in found)


def _take_back_one(run: Run, contact_id: UUID, what: Taken) -> None:
    contact = Contact.objects.select_for_update(no_key=True).filter(id=contact_id, owner_id=run.owner_id).first()
    if contact is None:
        return
    if Change.Event.TRASHED in what.events:
        done = _is_as_it_was_trashed(run, contact) and contacts.restore_contacts(
            owner_id=run.owner_id, contact_ids=[contact_id], actor=Actor.UNDO, cause=run.id
        )
        _note(run, contact_id, Side.TANDEM, "restore", is_done=bool(done))
    elif Change.Event.RESTORED in what.events:
        done = _is_as_it_was_restored(run, contact) and contacts.trash_contacts(
            owner_id=run.owner_id, contact_ids=[contact_id], actor=Actor.UNDO, cause=run.id, because="Undone"
        )
        _note(run, contact_id, Side.TANDEM, "delete", is_done=bool(done))
    elif contact.trashed_at is None:
        _take_back_writes(run, contact, what)
        _take_back_meeting(run, contact, what)


def _is_as_it_was_trashed(run: Run, contact: Contact) -> bool:
    """Whether the contact lies in the trash since the undone run: who was deleted again since stays deleted."""
    if contact.trashed_at is None:
        return False
    trashed = contact.changes.filter(cause=run.undoes_id, event=Change.Event.TRASHED, at=contact.trashed_at)
    return trashed.exists()


def _is_as_it_was_restored(run: Run, contact: Contact) -> bool:
    """Whether nobody worked on the contact since the undone run brought it back."""
    restored = contact.changes.filter(cause=run.undoes_id, event=Change.Event.RESTORED).latest("id")
    return not worked_on(run.owner_id, [contact.id], since=restored.at)


def _take_back_writes(run: Run, contact: Contact, what: Taken) -> None:
    if what.writes:
        card = undone_card(card_of(contact), what.writes)
        is_done = contacts.set_card(
            owner_id=run.owner_id, contact_id=contact.id, card=card, actor=Actor.UNDO, cause=run.id
        )
        _note(run, contact.id, Side.TANDEM, "update", is_done=is_done)
    patch = {each.field: each.before for each in what.rest if getattr(contact, each.field) == each.after}
    if patch:
        contacts.change_contact(
            owner_id=run.owner_id, contact_id=contact.id, patch=patch, actor=Actor.UNDO, cause=run.id
        )


def _take_back_meeting(run: Run, contact: Contact, what: Taken) -> None:
    """The two are apart again; or, where an undo is undone, together again."""
    severed = Link.objects.filter(account=run.account, contact=contact, state=LinkState.SEVERED.value)
    if what.was_unmade:  # the person is gone: the contact is put back there
        severed.update(state=LinkState.GONE.value)
    if what.was_parted:
        wake(severed, timezone.now())
    if what.is_apart:
        _sever(run, contact)
    elif what.was_linked:
        card = undone_card(card_of(contact), what.writes)
        _keep_own_values(run, contact, card, [name for _, _, names in what.writes + what.sent for name in names])


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
    _row(run, contact_id, side, action, is_done=is_done, name=name).save()


def _row(run: Run, contact_id: UUID | None, side: Side, action: str, *, is_done: bool, name: str = "") -> Operation:
    return Operation(
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
