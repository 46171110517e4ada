"""From here to Google: what is written to a person, and what its answer moves. Pure.

A body is made from the newest person: our own difference since the last sync is laid over it, so that what Google
gained meanwhile stays. Google's base moves only by what we wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from contactsync.actions import Receipt, Result, Send, Settled
from contactsync.card import BLANK, Card, Field
from contactsync.changes import SINGLE, differing_fields, with_fields_of
from contactsync.merge import merge, moved_base, overlay
from contactsync.normalize import field_text, same_card, values_of
from contactsync.plan import NEW, deferral
from contactsync.records import (
    Contact,
    Deferred,
    EmptiedFields,
    Found,
    Link,
    LinkState,
    Pair,
    Pending,
    Person,
    Policy,
    Reason,
    Unreadable,
)
from contactsync.sides import holds, key_of_all
from contactsync.writes import Doubtful, Draft, Missing, Outcome, Refused, Stale, Unsent, Update, Written

FIRST_BACK_OFF = timedelta(minutes=5)
LONGEST_BACK_OFF = timedelta(hours=6)
UNREADABLE = "Google shows this person in a way that can't be read: tried again later"


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing is written now: the pair is left to a later run, for the reason given."""

    deferred: Deferred
    receipt: Receipt


def plan_write(pair: Pair, newest: Found, policy: Policy, now: datetime) -> Send | Settled | Held:
    """What to write to `newest` for a link with something to carry to Google.

    `Settled` where Google has it all already, or can't hold it.
    """
    link, contact = pair.link, pair.contact
    assert contact is not None  # noqa: S101 - a link that is changed here has a contact
    if newest is None:
        return _held(link, contact, Reason.WAIT, now + _delay(policy), "not found in Google: the next run finds out")
    if isinstance(newest, Unreadable):
        return _held(link, contact, Reason.REFUSED, now + FIRST_BACK_OFF, UNREADABLE)
    if newest.updated_at < link.updated_at:
        return _held(link, contact, Reason.WAIT, now + _delay(policy), "Google still shows an older version")
    local_base, base = link.local_base, link.remote_base
    if local_base is None or base is None:
        return _held(link, contact, Reason.STALE, now, "not met again yet: the next run does it")
    merged = merge(local_base, contact.card, base, base, policy=policy)
    if not same_card(merged.local, contact.card):
        return _held(link, contact, Reason.STALE, now, "filled in again from Google first: the next run does it")
    desired = merged.remote
    clashing = _clashing(base, desired, newest.card) | _contested(base, desired, newest.card, policy)
    after = with_fields_of(desired, base, clashing)
    body = overlay(base, after, newest.card)
    moved_local = with_fields_of(contact.card, local_base, clashing)
    pending = Pending(base, after, moved_local, now)
    differing = differing_fields(newest.card, body)
    fields = frozenset(field for field in differing if field in SINGLE or not _holds_all(newest.card, body, field))
    if fields:
        in_doubt = deferral(link, Reason.WAIT, now + _delay(policy))
        return Send(contact, link, Update(newest, body, fields), pending, in_doubt, leftover=bool(clashing))
    return _settled(link, contact, pending, newest, Result.UNCHANGED, leftover=bool(clashing), now=now)


def _clashing(base: Card, desired: Card, newest: Card) -> frozenset[Field]:
    """The single fields that we would write and that Google changed since its base, to something else."""
    return frozenset(
        field
        for field in differing_fields(base, desired) & SINGLE
        if field_text(newest, field) not in (field_text(base, field), field_text(desired, field))
    )


def _holds_all(newest: Card, body: Card, field: Field) -> bool:
    """Whether Google has each of these values as we would write it, and no other: several entries of one are one."""
    there, ours = values_of(newest, field), values_of(body, field)
    key_of = key_of_all(there, ours)
    return set(map(key_of, there)) == set(map(key_of, ours)) and all(holds(there, value) for value in ours)


def _contested(base: Card, desired: Card, newest: Card, policy: Policy) -> frozenset[Field]:
    """The sets of which we would write over what Google edited meanwhile: the next run merges and records it."""
    if same_card(base, newest):
        return frozenset()
    met = merge(base, desired, base, newest, policy=replace(policy, emptied=EmptiedFields.REMOVE))
    laid = overlay(base, desired, newest)
    decided = {conflict.field for conflict in met.conflicts} | differing_fields(met.remote, laid)
    return frozenset(decided) - SINGLE


def settle_write(send: Send, outcome: Outcome, policy: Policy, now: datetime, tries: int = 0) -> Settled:
    """What is known once the answer to a write is there, or is not to come. `tries` counts earlier refusals."""
    link, contact = send.link, send.contact
    match outcome:
        case Written(person=person):
            return _settled(
                replace(link, written_at=now), contact, send.pending, person, Result.UPDATED,
                leftover=send.leftover, now=now, fields=send.update.fields,
            )  # fmt: skip
        case Stale():
            return _open(send, Reason.STALE, now, Result.WAITING, "changed in Google meanwhile")
        case Missing():
            due_at = now + _delay(policy)
            return _open(send, Reason.WAIT, due_at, Result.FAILED, "not found in Google: the next run finds out")
        case Refused(detail=detail):
            due_at = now + back_off(tries)
            return _open(send, Reason.REFUSED, due_at, Result.FAILED, detail, tries + 1)
        case Doubtful():
            due_at = send.pending.sent_at + _delay(policy)
            kept = replace(link, pending=send.pending)
            return replace(_open(send, Reason.WAIT, due_at, Result.WAITING, "no answer came"), link=kept)
        case Unsent(error=error):
            return replace(_open(send, Reason.WAIT, now, Result.FAILED, error.detail), deferred=None)
        case _:
            assert_never(outcome)


def back_off(tries: int) -> timedelta:
    """How long a refused write waits: five minutes, doubling to six hours."""
    doubled: timedelta = FIRST_BACK_OFF * 2 ** min(tries, 10)
    return min(doubled, LONGEST_BACK_OFF)


def _settled(
    link: Link, contact: Contact, pending: Pending, person: Person, result: Result, *,
    leftover: bool, now: datetime, fields: frozenset[Field] = frozenset(),
) -> Settled:  # fmt: skip
    base = moved_base(link.remote_base or BLANK, pending.before, pending.after, person.card, frozenset(Field))
    moved = replace(
        link,
        resource_name=person.resource_name,
        etag=person.etag,
        updated_at=person.updated_at,
        local_base=pending.local_base,
        remote_base=base,
        pending=None,
        changed_here=leftover,
    )
    is_in_step = same_card(base, person.card) and not leftover
    return Settled(
        link=moved,
        receipt=Receipt(contact.id, result, resource_name=person.resource_name, fields=fields),
        planned_revision=contact.card_revision,
        deferred=None if is_in_step else deferral(moved, Reason.STALE, now),
        before=pending.before,
        after=pending.after,
    )


def _open(send: Send, reason: Reason, due_at: datetime, result: Result, detail: str, tries: int = 0) -> Settled:
    link = replace(send.link, pending=None, changed_here=True)
    receipt = Receipt(send.contact.id, result, detail, link.resource_name, send.update.fields)
    deferred = deferral(link, reason, due_at, tries, detail if reason is Reason.REFUSED else "")
    return Settled(link, receipt, send.contact.card_revision, deferred, send.pending.before, send.pending.after)


def _held(link: Link, contact: Contact, reason: Reason, due_at: datetime, detail: str) -> Held:
    receipt = Receipt(contact.id, Result.WAITING, detail, link.resource_name)
    return Held(deferral(link, reason, due_at), receipt)


def created_link(draft: Draft, answer: Person, now: datetime, old: Link | None = None) -> Link:
    """The link that a create's answer makes; it takes the place of a link that is gone."""
    fields = frozenset(Field)
    return Link(
        id=old.id if old else NEW,
        contact_id=draft.contact_id,
        source_id=answer.source_id,
        resource_name=answer.resource_name,
        etag=answer.etag,
        updated_at=answer.updated_at,
        state=LinkState.LIVE,
        local_base=draft.card,
        remote_base=moved_base(BLANK, BLANK, draft.card, answer.card, fields),
        written_at=now,
    )


def failed_receipts(outcomes: Mapping[str, Outcome]) -> list[Receipt]:
    """The receipts of creates that came to nothing, or of which nothing is known yet."""
    receipts = []
    for contact_id, outcome in outcomes.items():
        match outcome:
            case Refused(detail=detail):
                receipts.append(Receipt(contact_id, Result.FAILED, detail))
            case Doubtful():
                receipts.append(Receipt(contact_id, Result.WAITING, "no answer came: a later run finds out"))
            case Unsent(error=error):
                receipts.append(Receipt(contact_id, Result.FAILED, error.detail))
            case Stale() | Missing():
                receipts.append(Receipt(contact_id, Result.FAILED, "Google did not take it"))
            case Written():
                continue
            case _:
                assert_never(outcome)
    return receipts


def _delay(policy: Policy) -> timedelta:
    return timedelta(seconds=policy.delay_seconds)
