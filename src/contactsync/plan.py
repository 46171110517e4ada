"""From Google to here: what the persons read in a run mean for their contacts. Pure; the only place that decides.

Full and incremental listings go through the same functions. What each side gained is carried to the contact; what
is left to carry to Google stays as a difference against the bases, marked `changed_here`, and is written from the
newest person by `contactsync.outgoing`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contactsync.actions import Action, DeleteLocal, Detach, Fill, Import, Merge, Return, Settle, Wait
from contactsync.card import BLANK, Card, Field, Name
from contactsync.changes import SINGLE, differing_fields, with_fields_of
from contactsync.match import CreateNew, LinkTo, keys, match_all
from contactsync.merge import Conflict, fill, merge, moved_base, overlay
from contactsync.names import name_key
from contactsync.normalize import field_text, same_card
from contactsync.records import (
    ASLEEP,
    ConflictPolicy,
    Deferred,
    EmptiedFields,
    Found,
    Known,
    Link,
    LinkState,
    Pair,
    Person,
    Policy,
    Reason,
    Unreadable,
)

#: A link that isn't stored yet has no id.
NEW = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a run read, by source id where it is a mapping.

    `persons` are as they are now or as a listing shows them; `pairs` the links there are of them; `marked` the
    contacts that their markers name; `known` the contacts that share a key with one of them, oldest first. `due` are
    the persons that were read because an item was, `held` those whose item the brake holds back. `orphaned` are the
    tombstones of `marked` whose persons are no longer there, `doubles` the persons that are to go (`healing`).
    """

    persons: Sequence[Person]
    pairs: Mapping[str, Pair]
    marked: Mapping[str, Known]
    known: Sequence[Known] = ()
    shared_keys: frozenset[str] = frozenset()
    due: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    orphaned: frozenset[str] = frozenset()
    doubles: frozenset[str] = frozenset()


def plan(reading: Reading, policy: Policy, now: datetime) -> Iterator[Action]:
    """What to do here about the persons of a reading; linked ones first, then marked, matched and new ones.

    A person older than what our own write answered is passed over: a listing that lags. A due item waits for it.
    One that is held back waits for a person's answer. Of one without a contact we wrote nothing that could lag.
    """
    strangers: list[Person] = []
    for person in reading.persons:
        pair = reading.pairs.get(person.source_id)
        if pair is None:
            strangers.append(person)
        elif person.source_id in reading.held:
            yield from _moved(pair.link, person)
        elif person.updated_at >= pair.link.updated_at or pair.contact is None:
            yield from plan_linked(pair, person, policy, now)
        elif person.source_id in reading.due:
            yield Wait(deferral(pair.link, Reason.WAIT, now + _delay(policy)))
    yield from _plan_strangers(strangers, reading, now)


def plan_linked(pair: Pair, person: Person, policy: Policy, now: datetime) -> Iterator[Action]:
    """What a person means for the link it already has."""
    link, contact = pair.link, pair.contact
    if contact is None or link.state is LinkState.TOMBSTONE:
        yield from _moved(link, person)
        return
    match link.state:
        case LinkState.LIVE:
            yield from _plan_live(pair, person, policy, now)
        case LinkState.GONE if link.local_base is None:
            yield meet(Known(contact, link), person, "seen again in Google")
        case LinkState.GONE:
            yield _returned(pair, person, policy)
        case LinkState.DORMANT:
            yield meet(Known(contact, link), person, "connected again")
        case LinkState.PAUSED | LinkState.SEVERED:
            yield from _moved(link, person)


def _plan_live(pair: Pair, person: Person, policy: Policy, now: datetime) -> Iterator[Action]:
    link, contact = pair.link, pair.contact
    if contact is None:
        return
    if link.local_base is None or link.remote_base is None:
        yield meet(Known(contact, link), person, "in step again")
        return
    if link.pending is not None:
        settled = _doubt_resolved(link, person, policy, now)
        if settled is None:
            yield Wait(deferral(link, Reason.WAIT, link.pending.sent_at + _delay(policy)))
            return
        link = settled
    joined = _carried(replace(pair, link=link), person, policy)
    nothing_moved = same_card(joined.card, contact.card) and same_card(person.card, _base(link.remote_base))
    if nothing_moved and link == pair.link and joined.link.changed_here == link.changed_here:
        yield from _moved(link, person)
    else:
        yield joined


def _carried(pair: Pair, person: Person, policy: Policy) -> Merge:
    """Google's difference laid over the contact; what is left to carry back stays one against the new bases.

    The bases of a field that a person is asked about do not move, so that it stays a difference of both sides.
    """
    link, contact = pair.link, pair.contact
    assert contact is not None  # noqa: S101 - the callers' promise, for the type checker
    local_base, remote_base = _base(link.local_base), _base(link.remote_base)
    merged = merge(local_base, contact.card, remote_base, person.card, policy=policy)
    in_step = merge(local_base, local_base, remote_base, person.card, policy=policy).local
    if policy.emptied is EmptiedFields.REFILL:  # what is filled in again there is not in step yet
        in_step = overlay(merged.remote, person.card, merged.local)
    has_more = not same_card(merged.remote, person.card)
    asked = frozenset(conflict.field for conflict in merged.conflicts if conflict.kept is ConflictPolicy.ASK)
    moved = replace(
        _at(link, person),
        state=LinkState.LIVE,
        local_base=with_fields_of(in_step if has_more else merged.local, local_base, asked),
        remote_base=with_fields_of(person.card, remote_base, asked),
        changed_here=has_more,
    )
    return Merge(contact, person, merged.local, moved, link_reason(merged.conflicts), merged.conflicts)


def _returned(pair: Pair, person: Person, policy: Policy) -> Return:
    joined = _carried(pair, person, policy)
    return Return(joined.contact, person, joined.card, joined.link, "seen again in Google", joined.conflicts)


def _doubt_resolved(link: Link, person: Person, policy: Policy, now: datetime) -> Link | None:
    """The link once a write in doubt is known to have landed or not; None while only time can tell.

    A field landed when the person shows what was sent. Where only some do, Google changed the others since: those are
    merged against their old bases, so that nothing typed on either side is taken for an echo.
    """
    pending = link.pending
    assert pending is not None  # noqa: S101 - the caller's promise, for the type checker
    sent = differing_fields(pending.before, pending.after)
    landed = sent - differing_fields(overlay(pending.before, pending.after, person.card), person.card)
    if landed != sent and now < pending.sent_at + _delay(policy):
        return None
    base = moved_base(_base(link.remote_base), pending.before, pending.after, person.card, landed)
    local_base = pending.local_base
    if landed != sent:
        local_base = with_fields_of(_base(link.local_base), pending.local_base, landed)
    return replace(link, pending=None, local_base=local_base, remote_base=base)


def emptied_fields(pair: Pair) -> frozenset[Field]:
    """The fields of the contact that were left wholly blank here since both sides were last in step."""
    base, card = _base(pair.link.local_base), pair.contact.card if pair.contact else BLANK
    blank = {field: field_text(BLANK, field) for field in differing_fields(base, card)}
    return frozenset(field for field, text in blank.items() if field_text(card, field) == text)


def meet(known: Known, person: Person, reason: str) -> Fill | Return:
    """Links a contact and a person by the rules of a first meeting: blanks are filled, nothing is replaced."""
    filled = fill(known.contact.card, person.card)
    if person.name_is_guess:  # `names` goes to Google only when the name was edited here
        filled = replace(filled, remote=with_fields_of(filled.remote, person.card, [Field.NAME]))
    old = known.link
    link = replace(
        _at(old or _new_link(known.contact.id, person), person),
        contact_id=known.contact.id,
        state=LinkState.LIVE,
        local_base=overlay(filled.remote, person.card, filled.local),
        remote_base=person.card,
        pending=None,
        changed_here=not same_card(filled.remote, person.card),
    )
    kind = Return if known.contact.trashed else Fill
    differences = tuple(_differences(filled.local, filled.remote))
    return kind(known.contact, person, filled.local, link, reason, differences=differences)


def _differences(local: Card, remote: Card) -> Iterator[Conflict]:
    """The single fields that a first meeting leaves different, since it replaces nothing."""
    for field in sorted(differing_fields(local, remote) & SINGLE):
        is_on_both = field_text(BLANK, field) not in (field_text(local, field), field_text(remote, field))
        if is_on_both and not (field is Field.NAME and _are_same_words(local.name, remote.name)):
            yield Conflict(field, getattr(local, field.value), getattr(remote, field.value), ConflictPolicy.ASK)


def _are_same_words(one: Name, other: Name) -> bool:
    """Whether the names read alike, in other parts: nobody need choose between 'Bob Smith' and Bob Smith."""
    return name_key(one) == name_key(other) != ""


def adopt(known: Known, person: Person, sent: Card) -> Fill:
    """Links the person that our own create made, whatever happened to the two since `sent` went out."""
    link = replace(
        _at(known.link or _new_link(known.contact.id, person), person),
        contact_id=known.contact.id,
        state=LinkState.TOMBSTONE if known.contact.trashed else LinkState.LIVE,
        local_base=sent,
        remote_base=moved_base(BLANK, BLANK, sent, person.card, frozenset(Field)),
        pending=None,
    )
    link = replace(link, changed_here=not known.contact.trashed and not same_card(known.contact.card, sent))
    return Fill(known.contact, person, known.contact.card, link, "created in Google")


def _plan_strangers(persons: Sequence[Person], reading: Reading, now: datetime) -> Iterator[Action]:
    taken: set[str] = set()
    unmarked: list[Person] = []
    for person in sorted(persons, key=lambda person: person.source_id):
        if person.source_id in reading.doubles:
            yield Wait(Deferred(person.source_id, person.resource_name, Reason.STALE, now))
            continue
        known = reading.marked.get(person.marker) if person.marker else None
        is_orphaned = known is not None and known.link is not None and known.link.source_id in reading.orphaned
        if known is None or (known.is_linked and not is_orphaned) or known.contact.id in taken:
            unmarked.append(person)
            continue
        taken.add(known.contact.id)
        if is_orphaned and known.link is not None:  # deleted here: it stays so, whatever brought the person back
            yield Settle(_at(known.link, person))
        else:
            yield from _plan_marked(known, person, now)
    free = [
        known
        for known in reading.known
        if not known.is_linked and known.doubtful is None and known.contact.id not in taken
    ]
    yield from _plan_matched(unmarked, free, reading)


def _plan_marked(known: Known, person: Person, now: datetime) -> Iterator[Action]:
    if known.doubtful is None and known.contact.trashed and known.link is None:
        yield adopt(known, person, known.contact.card)  # deleted here by its user: it stays so
        return
    if known.doubtful is None:
        yield meet(known, person, "created from here")
        return
    adopted = adopt(known, person, known.doubtful.card)
    yield adopted
    if not same_card(person.card, _base(adopted.link.remote_base)):
        yield Wait(deferral(adopted.link, Reason.STALE, now))


def _plan_matched(persons: Sequence[Person], free: Sequence[Known], reading: Reading) -> Iterator[Action]:
    by_contact = {known.contact.id: known for known in free}
    decisions = match_all(persons, [known.contact for known in free], shared=reading.shared_keys)
    for person in persons:
        match decisions[person.source_id]:
            case LinkTo(contact_id=contact_id, reason=reason, duplicates=duplicates):
                yield replace(meet(by_contact[contact_id], person, reason), duplicates=duplicates)
            case CreateNew(possible_duplicates=duplicates):
                yield Import(person, duplicates)


def plan_missing(pair: Pair, found: Found, policy: Policy, now: datetime) -> Iterator[Action]:
    """What it means that a person is reported deleted, or that a complete listing lacks it.

    `found` is what a get says now: only a person that isn't found is deleted; another is hidden, or a gap; of one that
    can't be read the next run asks again. A link without bases was apart when its person went, one without an etag had
    not met it again since its contact was restored: it only ends.
    """
    link, contact = pair.link, pair.contact
    if found is not None:
        if not link.hidden:
            yield Settle(replace(link, hidden=True))
        if isinstance(found, Unreadable) and link.state is LinkState.LIVE:
            yield Wait(deferral(link, Reason.STALE, now))
        return
    if link.state in ASLEEP and contact is not None:
        return
    due_at = link.written_at + _delay(policy) if link.written_at is not None else now
    if now < due_at:
        yield Wait(deferral(link, Reason.WAIT, due_at))
    elif link.state is LinkState.LIVE and contact is not None and link.local_base is not None and link.etag:
        yield DeleteLocal(contact, link, is_edited=not same_card(contact.card, link.local_base))
    elif link.state is not LinkState.GONE:
        yield Detach(link)


def deferral(link: Link, reason: Reason, due_at: datetime, tries: int = 0, detail: str = "") -> Deferred:
    """An item to read again: the link's person."""
    return Deferred(link.source_id, link.resource_name, reason, due_at, tries, detail)


def link_reason(conflicts: Iterable[object]) -> str:
    """Why a linked pair was written, in a few words for the journal."""
    return "changed on both sides" if any(True for _ in conflicts) else "changed in Google"


def _moved(link: Link, person: Person) -> Iterator[Settle]:
    """The link alone, where its person has a new etag or name, or is seen again, and nothing else."""
    moved = _at(link, person)
    if moved != link:
        yield Settle(moved, frozenset(keys(person.card)))


def _at(link: Link, person: Person) -> Link:
    return replace(
        link,
        source_id=person.source_id,
        resource_name=person.resource_name,
        etag=person.etag,
        updated_at=person.updated_at,
        hidden=link.hidden if person.hidden is None else person.hidden,
    )


def _new_link(contact_id: str, person: Person) -> Link:
    return Link(
        id=NEW,
        contact_id=contact_id,
        source_id=person.source_id,
        resource_name=person.resource_name,
        etag=person.etag,
        updated_at=person.updated_at,
        state=LinkState.LIVE,
    )


def _base(card: Card | None) -> Card:
    return BLANK if card is None else card


def _delay(policy: Policy) -> timedelta:
    return timedelta(seconds=policy.delay_seconds)
