"""Carries to Google what links and drafts have for it: journalled, sent, settled, a chunk at a time."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched

from contactsync.actions import Action, Fill, Hold, Joined, Receipt, Result, Send, Settled
from contactsync.brake import NEVER, blanking_sends
from contactsync.card import BLANK
from contactsync.closing import approved
from contactsync.faults import SyncError
from contactsync.listing import get_persons, readable
from contactsync.normalize import same_card
from contactsync.outgoing import Held, created_link, failed_receipts, plan_write, settle_write
from contactsync.plan import deferral, emptied_fields, plan_linked
from contactsync.ports import Provider, Repository
from contactsync.records import EmptiedFields, Found, Known, Link, Pair, Person, Policy, Reason
from contactsync.writes import Draft, Outcome, Refused, Stale, Unsent, Written

#: Google's limit for a batch, and so for what may be in doubt at once.
CHUNK = 200
#: So often the newest person is read again after a stale etag; then the item is deferred.
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Session:
    """What every step of a run needs. `tries` counts earlier refusals, `doubles` are those found, by source id."""

    provider: Provider
    repository: Repository
    clock: Callable[[], datetime]
    policy: Policy
    tries: dict[str, int] = field(default_factory=dict)
    doubles: dict[str, Person] = field(default_factory=dict)


async def write_changes(session: Session, approved_now: frozenset[str] = frozenset()) -> None:
    """Writes every live link that has something to carry to Google; too many blanked fields are held back.

    `approved_now` are persons (source ids) to whom a person has just said yes.
    """
    if session.policy.emptied is EmptiedFields.REFILL:
        await _fill_in_again(session)
    await _hold_blanks(session, approved_now)
    after = ""
    while pairs := await session.repository.changed_here(CHUNK, after):
        await write_pairs(session, pairs)
        after = pairs[-1].link.id


async def _fill_in_again(session: Session) -> None:
    """Carries here what was emptied here since: under 'fill it in again' the other side's value comes back."""
    after = ""
    while pairs := await session.repository.changed_here(CHUNK, after):
        after = pairs[-1].link.id
        emptied = [pair for pair in pairs if pair.contact and emptied_fields(pair)]
        found = await get_persons(session.provider, [pair.link.resource_name for pair in emptied])
        now = session.clock()
        actions = [
            action
            for pair in emptied
            for person in readable([found[pair.link.resource_name]])
            if person.updated_at >= pair.link.updated_at
            for action in plan_linked(pair, replace(person, hidden=None), session.policy, now)
        ]
        if actions:
            await session.repository.apply(actions)


async def _hold_blanks(session: Session, approved_now: frozenset[str]) -> None:
    """Holds back the writes that would blank fields in Google, where they are too many together.

    Fewer marked links than the brake lets pass need no second look.
    """
    brake = session.policy.brake
    pairs = await session.repository.changed_here(CHUNK)
    if not brake.on or len(pairs) <= min(brake.count, brake.most):
        return
    blanking: list[Send] = []
    while pairs:
        blanking.extend(blanking_sends(_sends_as_last_seen(session, pairs)))
        pairs = await session.repository.changed_here(CHUNK, pairs[-1].link.id)
    await _hold_too_many(session, [send for send in blanking if send.link.source_id not in approved_now])


async def without_held(session: Session, pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs but for those held back because too many of them would blank a field in Google."""
    blanking = blanking_sends(_sends_as_last_seen(session, pairs))
    held = await _hold_too_many(session, blanking)
    return [pair for pair in pairs if pair.link.id not in held]


async def _hold_too_many(session: Session, blanking: Sequence[Send]) -> frozenset[str]:
    """Holds these writes back where they are too many; the ids of their links then."""
    brake = session.policy.brake
    if not brake.on or len(blanking) <= min(brake.count, brake.most):
        return frozenset()
    yes = await approved(session.repository, session.clock())
    blanking = [send for send in blanking if send.link.source_id not in yes]
    if not brake.stops(len(blanking), await session.repository.live_links()):
        return frozenset()
    await session.repository.apply([Hold(send) for send in blanking])
    return frozenset(send.link.id for send in blanking)


async def planned_writes(session: Session, actions: Sequence[Action]) -> list[Send]:
    """What `write_changes` would send after these actions, were nothing to change in Google meanwhile.

    Planned from the persons as they are now, as a write is: what they hold against it is not sent.
    """
    joined = [action for action in actions if isinstance(action, Joined) and action.link.changed_here]
    pairs = [Pair(action.link, replace(action.contact, card=action.card)) for action in joined]
    newest: dict[str, Found] = {action.link.source_id: action.person for action in joined}
    met = {action.link.source_id for action in actions if isinstance(action, Joined)}
    after = ""
    while chunk := await session.repository.changed_here(CHUNK, after):
        others = [pair for pair in chunk if pair.link.source_id not in met]
        found = await get_persons(session.provider, [pair.link.resource_name for pair in others])
        newest |= {pair.link.source_id: found[pair.link.resource_name] for pair in others}
        pairs.extend(others)
        after = chunk[-1].link.id
    return _sends(session, pairs, newest)


def _sends_as_last_seen(session: Session, pairs: Sequence[Pair]) -> list[Send]:
    """What would be sent, were the persons as they were last seen."""
    return _sends(session, pairs, {pair.link.source_id: _as_last_seen(pair.link) for pair in pairs})


def _sends(session: Session, pairs: Sequence[Pair], newest: Mapping[str, Found]) -> list[Send]:
    now = session.clock()
    writes = (plan_write(pair, newest[pair.link.source_id], session.policy, now) for pair in pairs)
    return [write for write in writes if isinstance(write, Send)]


def _as_last_seen(link: Link) -> Person:
    return Person(link.source_id, link.resource_name, link.etag, link.updated_at, link.remote_base or BLANK)


async def write_pairs(session: Session, pairs: Sequence[Pair]) -> None:
    """Writes these links, at most `CHUNK`. A person that changed meanwhile is read again, `ROUNDS` times."""
    for is_last in (*[False] * (ROUNDS - 1), True):
        pairs = await _write_once(session, pairs, is_last=is_last)
        if not pairs:
            return


async def _write_once(session: Session, pairs: Sequence[Pair], *, is_last: bool) -> list[Pair]:
    """One round; returns the pairs whose persons turned out to be stale, for the next one."""
    newest = await session.provider.get_many([pair.link.resource_name for pair in pairs])
    sends = await _plan_round(session, pairs, newest)
    stand = await session.repository.send(sends)
    sends = [send for send in sends if send.link.id in stand]
    if not sends:
        return []
    outcomes = await outcomes_of(
        session.provider.update_many([send.update for send in sends]),
        [send.update.newest.resource_name for send in sends],
    )
    stale = await _settle_round(session, sends, outcomes, is_last=is_last)
    return [pair for pair in pairs if pair.link.id in stale]


async def _plan_round(session: Session, pairs: Sequence[Pair], newest: Mapping[str, Found]) -> list[Send]:
    now = session.clock()
    sends: list[Send] = []
    settled: list[Settled] = []
    held: list[Held] = []
    for pair in pairs:
        match plan_write(pair, newest.get(pair.link.resource_name), session.policy, now):
            case Send() as send:
                sends.append(send)
            case Settled() as done:
                settled.append(done)
            case Held() as kept:
                held.append(kept)
    if settled:
        await session.repository.settle(settled)
    if held:
        await session.repository.defer([kept.deferred for kept in held])
        await session.repository.record([kept.receipt for kept in held])
    return sends


async def _settle_round(
    session: Session, sends: Sequence[Send], outcomes: Mapping[str, Outcome], *, is_last: bool
) -> set[str]:
    now = session.clock()
    tries = await _refusals(session) if any(isinstance(each, Refused) for each in outcomes.values()) else {}
    settled: list[Settled] = []
    stale: set[str] = set()
    for send in sends:
        outcome = outcomes[send.update.newest.resource_name]
        if isinstance(outcome, Stale) and not is_last:
            stale.add(send.link.id)
        settled.append(settle_write(send, outcome, session.policy, now, tries.get(send.link.source_id, 0)))
    await session.repository.settle(settled)
    raise_unsent(outcomes)
    return stale


async def _refusals(session: Session) -> dict[str, int]:
    """How often Google has refused what is open, by source id, whichever run it was."""
    return {item.source_id: item.tries for item in await session.repository.due(NEVER)}


async def create(session: Session, known: Sequence[Known], token: str | None, *, anyway: bool = False) -> None:
    """Creates a person for each of these contacts; whether there is one already was searched before."""
    for chunk in batched(known, CHUNK, strict=False):
        await _create_chunk(session, chunk, token, anyway=anyway)


async def _create_chunk(session: Session, known: Sequence[Known], token: str | None, *, anyway: bool) -> None:
    drafts = {item.contact.id: Draft(item.contact.id, item.contact.card, anyway) for item in known}
    stand = await session.repository.send_creates(list(drafts.values()), token)
    moved_on = [item for item in known if item.contact.id not in stand]
    if moved_on:
        words = "changed here meanwhile: left to the next run"
        await session.repository.record([skipped(item, words, Result.WAITING) for item in moved_on])
    known = [item for item in known if item.contact.id in stand]
    if not known:
        return
    sent = [drafts[item.contact.id] for item in known]
    outcomes = await outcomes_of(session.provider.create_many(sent), [draft.contact_id for draft in sent])
    created: list[Fill] = []
    open_items = []
    for item in known:
        outcome = outcomes[item.contact.id]
        if isinstance(outcome, Written):
            link = created_link(drafts[item.contact.id], outcome.person, session.clock(), item.link)
            created.append(Fill(item.contact, outcome.person, item.contact.card, link, "pushed to Google"))
            if link.remote_base is None or not same_card(link.remote_base, outcome.person.card):
                open_items.append(deferral(link, Reason.STALE, session.clock()))
    await session.repository.settle_creates(created, failed_receipts(outcomes), open_items)
    raise_unsent(outcomes)


async def outcomes_of(writing: Awaitable[Mapping[str, Outcome]], keys: Sequence[str]) -> Mapping[str, Outcome]:
    """What came of these writes; a fault that is raised came before any of them was sent."""
    try:
        return await writing
    except SyncError as error:
        return {key: Unsent(error) for key in keys}


def raise_unsent(outcomes: Mapping[str, Outcome]) -> None:
    """Stops the run with the fault that kept the first unsent item back, once all outcomes are recorded."""
    error: SyncError | None = next(
        (outcome.error for outcome in outcomes.values() if isinstance(outcome, Unsent)), None
    )
    if error is not None:
        raise error


def skipped(known: Known, reason: str, result: Result = Result.SKIPPED) -> Receipt:
    """A receipt for a contact for which nothing is sent."""
    return Receipt(known.contact.id, result, reason, known.link.resource_name if known.link else "")
