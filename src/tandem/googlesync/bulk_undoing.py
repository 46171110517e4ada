"""Gives contacts back what a bulk run changed of them; what was changed since stays."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Change, Contact, Status
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.bulk_receipts import Receipt
from tandem.googlesync.deeds import Verb
from tandem.googlesync.models import Link, Operation, Run
from tandem.googlesync.touched import worked_on
from tandem.googlesync.waking import sleep_again

STAYS = "stays: changed since"
UNDONE = "undone"


def take_back(undo: Run, undone: Run, contact_ids: Collection[UUID]) -> list[Receipt]:
    """Give these contacts of the undone run back what it changed; to be called in a transaction."""
    # Locked in the order of every bulk verb, and first of all: nobody of them can be erased meanwhile
    chosen = contacts_of(undo.owner_id).filter(id__in=contact_ids).order_by("id").select_for_update(no_key=True)
    now = {each.id: each for each in chosen}
    changes = list(Change.objects.filter(cause=undone.id, contact_id__in=now).order_by("id"))
    return [*_take_back_values(undo, changes, now), *_take_back_moves(undo, changes, now)]


def _take_back_values(undo: Run, changes: Iterable[Change], now: Mapping[UUID, Contact]) -> Iterable[Receipt]:
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
        done = verbs[key](owner_id=undo.owner_id, contact_ids=ids, actor=Actor.UNDO, cause=undo.id)
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


def _take_back_moves(undo: Run, changes: Iterable[Change], now: Mapping[UUID, Contact]) -> Iterable[Receipt]:
    """Into the trash and out of it; who was moved again since, or worked on, stays where it is."""
    moved = {change.contact_id: change for change in changes if not change.field}
    trashed = [each for each, change in moved.items() if change.event == Change.Event.TRASHED]
    restored = [each for each, change in moved.items() if change.event == Change.Event.RESTORED]
    back = {each for each in trashed if now[each].trashed_at == moved[each].at}
    owner_id, cause = undo.owner_id, undo.id
    again = {
        each
        for each in restored
        if now[each].trashed_at is None and not worked_on(owner_id, [each], since=moved[each].at)
    }
    contacts.restore_contacts(owner_id=owner_id, contact_ids=back, actor=Actor.UNDO, cause=cause)
    _let_sleep(changes, back)
    contacts.trash_contacts(owner_id=owner_id, contact_ids=again, actor=Actor.UNDO, cause=cause, because="Undone")
    yield from (Receipt(each, "restore", is_done=True, reason=UNDONE) for each in sorted(back))
    yield from (Receipt(each, "delete", is_done=True, reason=UNDONE) for each in sorted(again))
    stayed = sorted(moved.keys() - back - again)
    yield from (Receipt(each, "update", is_done=False, reason=STAYS) for each in stayed)


def _let_sleep(changes: Iterable[Change], contact_ids: Collection[UUID]) -> None:
    """Links that their user had paused or unlinked are so again."""
    runs = {change.cause for change in changes if change.cause is not None}
    rows = Operation.objects.filter(run_id__in=runs, contact_id__in=contact_ids, card__isnull=False)
    for stood in rows.values_list("card", flat=True):
        for link_id, state in (stood or {}).items():
            sleep_again(Link.objects.filter(id=link_id), state)
