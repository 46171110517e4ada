"""A person's 'no' to rows of a plan or of a held run: nothing of them travels, and none is proposed again.

In a few statements, however many rows there are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import batched
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from contactsync.brake import kept_apart
from contactsync.card import BLANK, Card, Field
from contactsync.match import keys
from contactsync.normalize import display_name
from contactsync.records import Link as LinkRecord
from contactsync.records import LinkState, Reason
from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.approved import REJECTED
from tandem.googlesync.conflicts import close_undecided
from tandem.googlesync.models import Account, Link, Operation, OperationState, RunKind, Side
from tandem.googlesync.rows import NO_BASES, card_from_json, card_to_json, link_record
from tandem.updating import update_each

#: Why the person of a row 'New here' that was not taken has a link without a contact.
LEFT_OUT = "left out"
_AT_ONCE = 1000
_IN_STEP = (LinkState.LIVE.value, LinkState.PAUSED.value)
_NOT_IN_USE = (LinkState.GONE.value, LinkState.DORMANT.value)


def leave(
    rows: Sequence[Operation], account: Account, half_met: Collection[str] = (), taken: Collection[str] = ()
) -> None:
    """Leave the rows for good.

    `half_met` are persons (source ids) who meet a contact all the same: the run that does the other row leaves this
    side as it is (`approved.approved_rows`). `taken` are persons of whom another row is taken.
    """
    apart = [row for row in rows if row.source_id not in half_met]
    _leave_out([row for row in rows if row.action == "create"], account)
    _leave_unlinked([row for row in apart if row.action == "link"], _filled(rows), account)
    _keep_here([row for row in apart if row.action in {"delete", "merge"}], account)
    _leave_gone([row for row in apart if row.action == "restore"], account)
    _keep_both([row for row in apart if row.action == "update"], account, taken)
    for chunk in batched(rows, _AT_ONCE, strict=False):
        left = Operation.objects.filter(id__in=[row.id for row in chunk])
        left.update(state=OperationState.DROPPED, reason=REJECTED)


def release(rows: Iterable[Operation], account: Account, reason: Reason) -> None:
    """What was held is due again: approved, so that the next run does it if the one that is to do it dies; or stale."""
    for source_ids in _source_ids(rows):
        held = account.deferred.filter(source_id__in=source_ids, reason=Reason.HELD.value)
        held.update(reason=reason.value, due_at=timezone.now())


def answering(rows: Sequence[Operation], account: Account) -> list[Operation]:
    """The rows that are an answer to what is held of their persons, where anything is: they say the same.

    What a plan says of a person is no answer to what the brake has held back since.
    """
    held: dict[str, Operation] = {}
    for source_ids in _source_ids(row for row in rows if row.state != OperationState.HELD):
        found = Operation.objects.filter(account=account, state=OperationState.HELD, source_id__in=source_ids)
        held.update({row.source_id: row for row in found})
    return [row for row in rows if row.state == OperationState.HELD or _says(row, held.get(row.source_id, row))]


def _says(row: Operation, held: Operation) -> bool:
    is_alike = (row.side, row.action) == (held.side, held.action)
    return is_alike and _emptied(held) <= _emptied(row)


def _emptied(row: Operation) -> set[str]:
    return {change["field"] for change in row.changes if not change["after"]}


def _source_ids(rows: Iterable[Operation]) -> Iterable[Sequence[str]]:
    return batched(dict.fromkeys(row.source_id for row in rows), _AT_ONCE, strict=False)


def _filled(rows: Iterable[Operation]) -> set[str]:
    """The persons whose meeting fills something, on either side."""
    return {row.source_id for row in rows if row.changes}


def _leave_out(rows: Iterable[Operation], account: Account) -> None:
    """New here: the persons are known and stay out, until they are brought back."""
    _new_links(
        Link(
            account=account,
            source_id=row.source_id,
            why=LEFT_OUT,
            remote_base=row.card,
            left_keys=left_keys(card_from_json(row.card) or BLANK, BLANK),
            display_name=display_name(card_from_json(row.card) or BLANK),
            **_columns(row, LinkState.TOMBSTONE),
        )
        for row in rows
    )


def _leave_unlinked(rows: Sequence[Operation], filled: Collection[str], account: Account) -> None:
    """Same person: severed. Filled, on either side: linked, each side's value its own base.

    Who was deleted here since the plan has a tombstone.
    """
    contacts: dict[UUID, Contact] = {}
    for chunk in batched(rows, _AT_ONCE, strict=False):
        ids = [row.contact_id for row in chunk if row.contact_id is not None]
        contacts.update(contacts_of(account.user_id).order_by("id").select_for_update(no_key=True).in_bulk(ids))
    links = [
        _apart(row, contacts[row.contact_id], account, is_filled=row.source_id in filled)
        for row in rows
        if row.contact_id in contacts
    ]
    _make_room(links, account)
    _new_links(links)


def _make_room(links: Iterable[Link], account: Account) -> None:
    """For these: links asleep since a disconnect, or gone, of the same persons and contacts end."""
    for chunk in batched(links, _AT_ONCE, strict=False):
        source_ids, contact_ids = [link.source_id for link in chunk], [link.contact_id for link in chunk]
        of_either = Q(source_id__in=source_ids) | Q(contact_id__in=contact_ids)
        account.links.filter(of_either, state__in=_NOT_IN_USE).delete()


def _apart(row: Operation, contact: Contact, account: Account, *, is_filled: bool) -> Link:
    card = card_from_json(row.card) or BLANK
    here = card_of(contact)
    bases = {"local_base": card_to_json(here), "remote_base": card_to_json(card)} if is_filled else {}
    state = LinkState.LIVE if is_filled else LinkState.SEVERED
    return Link(
        account=account,
        source_id=row.source_id,
        contact=contact,
        display_name=display_name(card),
        why="left as they are",
        left_keys=left_keys(card, here) if is_filled else None,
        **_columns(row, state if contact.trashed_at is None else LinkState.TOMBSTONE),
        **bases,
    )


def left_keys(there: Card, here: Card) -> list[str] | None:
    """The keys by which the person is known, and the contact is not."""
    return sorted(keys(there) - keys(here)) or None


def keep_keys(there: Mapping[UUID, Collection[str]], account: Account) -> None:
    """Keep the new keys, by link, of persons whose edits do not come here, so that a push finds them.

    Of a person whose contact was purged nothing is kept.
    """
    links = account.links.filter(id__in=list(there)).exclude(~Q(why=LEFT_OUT), contact=None)
    rows = []
    for link in links.select_related("contact"):
        here = keys(card_of(link.contact)) if link.contact is not None else frozenset()
        rows.append({"id": link.id, "left_keys": sorted(set(there[link.id]) - here) or None})
    update_each(Link, rows)


def _new_links(links: Iterable[Link]) -> None:
    """Who has a link by now keeps it."""
    Link.objects.bulk_create(links, batch_size=_AT_ONCE, ignore_conflicts=True)


def _columns(row: Operation, state: LinkState) -> dict[str, object]:
    now = timezone.now()
    return {
        "resource_name": row.resource_name,
        "etag": row.etag,
        "person_updated_at": row.at,
        "state": state.value,
        "linked_at": now,
        "synced_at": now,
    }


def _keep_here(rows: Sequence[Operation], account: Account) -> None:
    """Deletions: the contacts stay, and the links to the persons that are gone go.

    Who was paused meanwhile stays for good, too, and so does who was deleted here, should the contact be restored.
    """
    for source_ids in _source_ids(rows):
        links = Link.objects.filter(account=account, source_id__in=source_ids)
        live = links.filter(state__in=_IN_STEP)
        kept = list(live.exclude(contact=None).values_list("contact_id", flat=True))
        live.update(state=LinkState.GONE.value, changed_here=False, pending=None)
        # Without bases it only ends once its contact is restored: the person has been answered for
        links.filter(state=LinkState.TOMBSTONE.value).update(**NO_BASES)
        close_undecided(account.user_id, kept, timezone.now())
    release(rows, account, Reason.STALE)  # who is back in Google by now brings its contact back into step


def _leave_gone(rows: Iterable[Operation], account: Account) -> None:
    """Persons that are back in Google: their contacts are left, in the trash with a tombstone, or here and apart."""
    for source_ids in _source_ids(rows):
        links = account.links.filter(source_id__in=source_ids, state__in=_NOT_IN_USE, contact__isnull=False)
        known = list(links.values_list("source_id", flat=True))
        in_trash, here = links.filter(contact__trashed_at__isnull=False), links.filter(contact__trashed_at=None)
        in_trash.update(state=LinkState.TOMBSTONE.value)
        here.update(state=LinkState.SEVERED.value, **NO_BASES)
        account.deferred.filter(source_id__in=known, reason=Reason.HELD.value).delete()


def _keep_both(rows: Sequence[Operation], account: Account, taken: Collection[str]) -> None:
    """Changes: in their fields each side's present value becomes its own base; other fields go on.

    So it is though the contact was paused or deleted here meanwhile: it may be resumed or restored.
    """
    by_person: dict[str, list[Operation]] = {}
    for row in rows:
        by_person.setdefault(row.source_id, []).append(row)
    for source_ids in batched(by_person, _AT_ONCE, strict=False):
        links = account.links.filter(source_id__in=source_ids, state__in=[*_IN_STEP, LinkState.TOMBSTONE.value])
        met = links.filter(local_base__isnull=False, remote_base__isnull=False)  # else a first meeting is to come
        _store_kept(met.select_related("contact"), by_person, taken)
        held = [row for key in source_ids for row in by_person[key] if row.run.kind != RunKind.PLAN]
        _leave_gone(held, account)  # what was held of a person that came back
    release(answering(rows, account), account, Reason.STALE)


def _store_kept(links: QuerySet[Link], by_person: Mapping[str, Sequence[Operation]], taken: Collection[str]) -> None:
    rows = []
    for link in links:
        if link.contact is not None:
            kept = _kept(link_record(link), link.contact, by_person[link.source_id], is_half=link.source_id in taken)
            left = left_keys(kept.remote_base or BLANK, card_of(link.contact))
            bases = {"local_base": card_to_json(kept.local_base), "remote_base": card_to_json(kept.remote_base)}
            rows.append({"id": link.id, **bases, "left_keys": left})
    update_each(Link, rows)
    Link.objects.filter(id__in=[row["id"] for row in rows]).update(version=F("version") + 1)


def _kept(record: LinkRecord, contact: Contact, rows: Iterable[Operation], *, is_half: bool) -> LinkRecord:
    """Where the other side's row is taken (`is_half`), only what would have come from the one side travels no more."""
    here = card_of(contact)

    def keep(link: LinkRecord, row: Operation) -> LinkRecord:
        changes = [each for each in row.changes if row.run.kind == RunKind.PLAN or not each["after"]]
        fields = [Field(change["field"]) for change in changes]
        kept = kept_apart(link, here, card_from_json(row.card) or BLANK, fields)
        if not is_half:
            return kept
        if row.side == Side.TANDEM:
            return replace(kept, local_base=link.local_base)
        return replace(kept, remote_base=link.remote_base)

    return reduce(keep, rows, record)
