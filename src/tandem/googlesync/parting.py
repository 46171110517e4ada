"""Taking merged contacts apart: the undo of a merge here. What was changed since stays, and is listed."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from contactsync.card import BLANK, Card, Field
from contactsync.changes import field_changes, with_fields_of
from contactsync.merge import fill, overlay
from contactsync.records import LinkState
from contactsync.undoing import undone_card
from tandem.contacts import services as contacts
from tandem.contacts.cards import card_of
from tandem.contacts.models import Actor, Change, Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.conflicts import close_undecided
from tandem.googlesync.merging import close_run, duplicates_between, lock_accounts, open_done_run, operation
from tandem.googlesync.models import AccountState, Decision, Link, Operation, Run, RunKind, Trigger
from tandem.googlesync.rows import NO_BASES, card_from_json, card_to_json
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.taken import OFFERED, STAYS
from tandem.googlesync.waking import hold_again, read_again, sleep_again

_UNDONE = "taken apart"


@transaction.atomic
def take_apart(*, run: Run, actor: Actor) -> Run:
    """Undo a merge here; the undo's own run, done. Raises `SyncRefused`."""
    lock_accounts(run.owner_id)
    run = Run.objects.select_for_update(of=("self",)).get(id=run.id)
    _check(run)
    scope = run.scope or []
    now = {each.id: each for each in contacts_of(run.owner_id).filter(id__in=scope).order_by("id").select_for_update()}
    trigger = Trigger.API if actor is Actor.API else Trigger.PERSON
    undo = open_done_run(run.owner_id, RunKind.UNDO, trigger, scope, undoes=run)
    changes = list(Change.objects.filter(cause=run.id, contact__in=now).order_by("id"))
    rows = _give_back_fields(undo, now.get(scope[0]), [each for each in changes if each.field], actor)
    passed = {each.source_id: each for each in run.operations.filter(action="link")}
    back = [each.contact_id for each in changes if not each.field and now[each.contact_id].trashed_at == each.at]
    contacts.restore_contacts(owner_id=run.owner_id, contact_ids=back, actor=actor, cause=undo.id)
    rows += [operation(undo, each, "restore", reason=_UNDONE) for each in back]
    rows += [
        operation(undo, each, "restore", reason="stays: no longer in the trash as it was put there", is_done=False)
        for each in scope[1:]
        if each not in back
    ]
    rows += [_give_back_link(undo, each, scope[0], back) for each in passed.values()]
    duplicates_between(run.owner_id, scope).filter(decision=Decision.SAME).update(decision=Decision.OPEN)
    return close_run(undo, rows)


def _check(run: Run) -> None:
    if run.kind != RunKind.MERGE:
        raise SyncRefused("not_undoable", "This run merged nothing here.", "Nothing to do.")
    earlier = run.undone_by.first()
    if earlier is not None:
        raise SyncRefused("undone", "The merge was taken apart already.", "Merge them again.", earlier.id)
    if timezone.now() - run.created_at > OFFERED:
        raise SyncRefused(
            "too_old", "The merge is older than 90 days: its values are no longer kept.", "Nothing to do."
        )


def _give_back_fields(undo: Run, primary: Contact | None, changes: Iterable[Change], actor: Actor) -> list[Operation]:
    """The primary as it was, but for what was changed since."""
    changes = [each for each in changes if primary is not None and each.contact_id == primary.id]
    if primary is None or not changes:
        return []
    if primary.trashed_at is not None:
        return [operation(undo, primary.id, "update", reason="stays: in the trash", is_done=False)]
    names: dict[str, Any] = {"owner_id": undo.owner_id, "contact_id": primary.id, "actor": actor, "cause": undo.id}
    before, wrote = _span(changes)
    card = card_of(primary)
    was = _laid(card, before)
    after = undone_card(card, [(was, _laid(card, wrote), frozenset(_card_fields(wrote)))])
    is_done = contacts.set_card(card=after, **names)
    rest = [name for name in wrote if name not in set(Field)]
    patch = {name: before[name] for name in rest if getattr(primary, name) == wrote[name]}
    if patch:
        contacts.change_contact(patch=patch, **names)
    stays = [
        {"field": change.field.value, "before": change.before, "after": change.after}
        for change in field_changes(after, was)
    ]
    stays += [
        {"field": name, "before": getattr(primary, name), "after": before[name]} for name in rest if name not in patch
    ]
    rows = [operation(undo, primary.id, "update", reason=_UNDONE)] if is_done or patch else []
    return rows + ([operation(undo, primary.id, "update", reason=STAYS, is_done=False, changes=stays)] if stays else [])


def _span(changes: Iterable[Change]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Each field before the first of these changes, and after the last: a merge may write a field twice."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for change in changes:
        before.setdefault(change.field, change.before)
        after[change.field] = change.after
    return before, after


def _card_fields(names: Iterable[str]) -> list[Field]:
    return [field for field in Field if field.value in set(names)]


def _laid(card: Card, values: Mapping[str, Any]) -> Card:
    """The Card with these fields' values, as the history holds them; what is no field of it is passed over."""
    fields = _card_fields(values)
    given = {field.value: values[field.value] for field in fields if values[field.value]}
    return with_fields_of(card, msgspec.convert(given, Card) if given else BLANK, fields)


def _give_back_link(undo: Run, row: Operation, primary: UUID, back: Iterable[UUID]) -> Operation:
    """A link goes back to its contact, as it was where the primary had not met the person yet.

    Where it had, what the merge brought to Google is a difference against the bases, and is taken back by the next run.
    """
    stood = row.card or {}
    links = Link.objects.select_for_update(of=("self",)).select_related("account")
    link = links.filter(account=row.account_id, source_id=row.source_id).first()
    if link is None or row.contact_id not in set(back):
        return operation(undo, row.contact_id, "link", reason=STAYS, is_done=False)
    if not stood.get("passed"):
        Link.objects.filter(id=link.id).update(why=stood.get("why", ""))
        sleep_again(Link.objects.filter(id=link.id), str(stood.get("state")))
        return operation(undo, row.contact_id, "link", reason=_UNDONE)
    is_gone_since = link.state == LinkState.GONE != stood.get("state")
    if link.contact_id != primary or is_gone_since or _has_another(row.contact_id, link):
        return operation(undo, row.contact_id, "link", reason=STAYS, is_done=False)
    bases = _bases(undo, link, stood)
    is_connected = link.account.state != AccountState.DISCONNECTED
    is_awake = is_connected and link.state in {LinkState.LIVE, LinkState.TOMBSTONE}  # the primary may be deleted since
    was_paused = stood.get("state") == LinkState.PAUSED
    if is_awake:
        bases["state"] = LinkState.PAUSED.value if was_paused else LinkState.LIVE.value
    elif link.state == LinkState.TOMBSTONE:
        bases["state"] = LinkState.DORMANT.value
    Link.objects.filter(id=link.id).update(
        contact_id=row.contact_id,
        changed_here=is_awake,
        why=stood.get("why", ""),
        version=F("version") + 1,
        **bases,
    )
    close_undecided(undo.owner_id, [primary], timezone.now())  # with this person it has nothing to do any more
    if is_awake and not was_paused:
        link.refresh_from_db(fields=["local_base"])
        hold_again([link], timezone.now())
        read_again([link], timezone.now())
    return operation(undo, row.contact_id, "link", reason=_UNDONE)


def _has_another(contact_id: UUID | None, link: Link) -> bool:
    """Whether the contact is linked by now: a create of its own was in doubt, and made somebody."""
    own = Link.objects.filter(account_id=link.account_id).exclude(id=link.id)
    return contact_id is not None and own.filter(contact_id=contact_id).exists()


def _bases(undo: Run, link: Link, stood: Mapping[str, Any]) -> dict[str, Any]:
    """Those of before the merge; none where the account was disconnected since, or its user unlinked the two."""
    if link.local_base is not None:
        return _bases_with_what_was_brought(stood) or {}
    merged_at = undo.undoes.created_at if undo.undoes is not None else undo.created_at
    is_erased = link.account.state == AccountState.DISCONNECTED or link.account.connected_at > merged_at
    if is_erased or link.state == LinkState.SEVERED:
        return dict(NO_BASES)
    return {name: stood.get(name) for name in ("local_base", "remote_base", "pending")}


def _bases_with_what_was_brought(stood: Mapping[str, Any]) -> dict[str, Any] | None:
    """The bases of before the merge, with what it brought to the person on both: here that is gone, so it goes there.

    What Google changed since is its own difference against them, and comes here.
    """
    local, remote = card_from_json(stood.get("local_base")), card_from_json(stood.get("remote_base"))
    merged = card_from_json(stood.get("merged"))
    if local is None or remote is None or merged is None:
        return None
    brought = fill(merged, remote).remote
    return {"local_base": card_to_json(overlay(remote, brought, local)), "remote_base": card_to_json(brought)}
