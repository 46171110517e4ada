"""A run of one account: read, plan, apply here, write to Google, store the token. The only place that acts.

The token moves once everything that was read has an outcome here; what could not be finished is a deferred item,
and what is left to carry to Google is marked on its link, so a run that dies is simply followed by the next one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched

from contactsync.actions import Action, DeleteLocal, Detach, Settle, Wait
from contactsync.brake import braked, may_stop
from contactsync.card import Field
from contactsync.carrying import apply_actions, decoded_or_deferred, reading_of
from contactsync.closing import approved, closed
from contactsync.due import read_due
from contactsync.following import follow_survivors
from contactsync.healing import heal_doubles
from contactsync.listing import Listing, get_persons, one_ahead, read_listing, readable
from contactsync.lost import create_again, look_for_lost_creates
from contactsync.outgoing import FIRST_BACK_OFF
from contactsync.plan import Reading, deferral, plan, plan_missing
from contactsync.ports import Provider, Repository
from contactsync.push import push_contacts
from contactsync.records import Deferred, Found, Link, LinkState, Listed, Page, Pair, Person, Reason, Unreadable
from contactsync.writing import CHUNK, Session, planned_writes, write_changes, write_pairs


async def sync(
    provider: Provider,
    repository: Repository,
    clock: Callable[[], datetime],
    *,
    spared: frozenset[str] = frozenset(),
) -> None:
    """The hourly run of an account, and its first import.

    Raises `SyncError` when it has to stop; what was done until then stays done, and the next run goes on. `spared` are
    contacts (ids) to whose deletion nobody said yes, though something else of them was approved.
    """
    start = await repository.start(provider.parameters_hash)
    session = Session(provider, repository, clock, start.policy)
    if start.first_import:
        await _import_all(session)
        return
    lost = await look_for_lost_creates(session)
    listing = await read_listing(provider, repository, start.token)
    await _carry_here(session, listing, spared)
    await repository.advance(listing.token, is_complete=listing.is_complete)
    await write_changes(session)
    await heal_doubles(session)
    if lost:
        await create_again(session, lost, listing.token)


async def push(
    provider: Provider,
    repository: Repository,
    clock: Callable[[], datetime],
    contact_ids: Sequence[str],
    *,
    anyway: bool = False,
) -> None:
    """Pushes these contacts: writes Google and the links, applies no change of Google's, stores no token."""
    start = await repository.start(provider.parameters_hash)
    session = Session(provider, repository, clock, start.policy)
    await push_contacts(session, contact_ids, start.token, anyway=anyway)


async def sync_contacts(
    provider: Provider,
    repository: Repository,
    clock: Callable[[], datetime],
    contact_ids: Sequence[str],
    resource_names: Sequence[str] = (),
    *,
    puts_back: bool = True,
    taken_back: frozenset[Field] = frozenset(),
    spared: frozenset[str] = frozenset(),
) -> None:
    """These contacts alone, in both directions, their persons read by one get; stores no token.

    `resource_names` are persons without a contact that are to be seen again. A contact that was deleted in Google and
    is kept here is put back there, if it `puts_back`. `taken_back` are fields of which an undo took values back.
    `spared` are contacts (ids) to whose deletion nobody said yes, though something else of them was approved.
    """
    start = await repository.start(provider.parameters_hash)
    session = Session(provider, repository, clock, replace(start.policy, taken_back=taken_back))
    await apply_actions(session, await _plan_contacts(session, contact_ids, resource_names, spared))
    known = await repository.contacts(contact_ids)
    held = await repository.held([item.link.source_id for item in known if item.link])
    changed = [
        Pair(item.link, item.contact)
        for item in known
        if item.link and _is_to_write(item.link) and item.link.source_id not in held
    ]
    for chunk in batched(changed, CHUNK, strict=False):
        await write_pairs(session, chunk)
    gone = [item for item in known if item.link and item.link.state is LinkState.GONE and not item.contact.trashed]
    if gone and puts_back:
        await push_contacts(session, [item.contact.id for item in gone], start.token)


def _is_to_write(link: Link) -> bool:
    return link.state is LinkState.LIVE and link.changed_here and link.pending is None


async def _plan_contacts(
    session: Session, contact_ids: Sequence[str], resource_names: Sequence[str], spared: frozenset[str]
) -> list[Action]:
    now = session.clock()
    known = await session.repository.contacts(contact_ids)
    pairs = [Pair(item.link, item.contact) for item in known if item.link and item.link.state is LinkState.LIVE]
    source_ids = frozenset(pair.link.source_id for pair in pairs)
    names = [*(pair.link.resource_name for pair in pairs), *resource_names]
    due = [item for item in await session.repository.due(now) if item.resource_name in names]
    found = await get_persons(session.provider, names)
    persons = [replace(person, hidden=None) for person in readable(found.values())]
    reading = replace(await reading_of(session, persons), due=source_ids)
    lost = [pair for pair in pairs if found[pair.link.resource_name] is None]
    approved_ids = {item.source_id for item in due if item.reason is Reason.APPROVED}
    approved_ids -= {pair.link.source_id for pair in pairs if pair.link.contact_id in spared}
    until = now + timedelta(seconds=session.policy.delay_seconds)
    deletions = [_put_off(action, approved_ids, until) for action in await _plan_deletions(session, lost, {}, now)]
    unread = [
        Wait(deferral(pair.link, Reason.REFUSED, now + FIRST_BACK_OFF))
        for pair in pairs
        if isinstance(found[pair.link.resource_name], Unreadable)
    ]
    return [*closed(due, reading.pairs), *plan(reading, session.policy, now), *deletions, *unread]


def _put_off(action: Action, approved_ids: Collection[str], until: datetime) -> Action:
    """A get that finds nobody deletes nobody, but where it was approved: he may have another name, not listed yet.

    Nor does it end the link of a pair that was in step once.
    """
    if not isinstance(action, DeleteLocal | Detach) or action.link.local_base is None:
        return action
    if action.link.source_id not in approved_ids:
        return Wait(deferral(action.link, Reason.WAIT, until))
    return action


async def preview(provider: Provider, repository: Repository, clock: Callable[[], datetime]) -> None:
    """What a sync would do now, kept as planned operations; nothing else is written, here or there.

    But for who could not be read: it is remembered, as by a sync.
    """
    start = await repository.start(provider.parameters_hash)
    session = Session(provider, repository, clock, start.policy)
    listing = await read_listing(provider, repository, start.token)
    actions = await _plan_here(session, listing)
    if start.token is None:  # no listing after this one, once it is approved, shows them again
        _, unread = decoded_or_deferred(session, listing.fresh.values())
        await repository.defer([each.deferred for each in unread])
    await repository.show(actions, await planned_writes(session, actions), listing.token)


async def _import_all(session: Session) -> None:
    """The first import of an account whose owner has no contacts: page by page, with flat memory.

    It can neither delete, blank nor link. A person that moved between pages is read again by the next run.
    """
    seen: dict[str, str] = {}
    async with aclosing(one_ahead(session.provider.changes(None))) as pages:
        async for page in pages:
            await _import_page(session, page, seen)
            if page.next_token is not None:
                await session.repository.advance(page.next_token, is_complete=True)


async def _import_page(session: Session, page: Page, seen: dict[str, str]) -> None:
    now = session.clock()
    actions: list[Action] = []
    fresh: list[Listed] = []
    for entry in page.entries:
        if entry.deleted or entry.source_id is None:
            continue
        if entry.source_id not in seen:
            fresh.append(entry)
        elif seen[entry.source_id] != entry.etag:
            actions.append(Wait(Deferred(entry.source_id, entry.resource_name, Reason.STALE, now)))
        seen[entry.source_id] = entry.etag
    persons, unread = decoded_or_deferred(session, fresh)
    actions.extend(plan(Reading(persons, {}, {}), session.policy, now))
    await session.repository.apply([*actions, *unread])
    await session.repository.progress(len(seen), page.total or len(seen))


async def _carry_here(session: Session, listing: Listing, spared: frozenset[str]) -> None:
    """Applies what a listing and the due items say, changes before deletions; too much of a kind is held back."""
    actions = await _plan_here(session, listing)
    if may_stop(actions, session.policy.brake):
        yes = await approved(session.repository, session.clock())
        yes -= {each.link.source_id for each in actions if isinstance(each, DeleteLocal) and each.contact.id in spared}
        actions = braked(actions, session.policy.brake, await session.repository.live_links(), yes)
    await apply_actions(session, actions)


async def _plan_here(session: Session, listing: Listing) -> list[Action]:
    now = session.clock()
    due = await read_due(session)
    missing = await _missing_pairs(session, listing)
    found = await get_persons(session.provider, [pair.link.resource_name for pair in missing])
    persons, unread = decoded_or_deferred(session, listing.fresh.values())
    hidden = {pair.link.id: person for pair in missing if (person := _met_hidden(pair, found)) is not None}
    missing = [pair for pair in missing if pair.link.id not in hidden]
    reading = await reading_of(session, _newest([*persons, *hidden.values()], readable(due.found.values())))
    reading = replace(reading, due=frozenset(item.source_id for item in due.items))
    deletions = await _plan_deletions(session, [*missing, *due.lost(listing)], found, now)
    reading, deletions = await follow_survivors(session, reading, deletions, now)
    planned = list(plan(reading, session.policy, now))
    return [*closed(due.items, due.pairs), *due.unread(now), *unread, *planned, *_without_passed(deletions, planned)]


async def _missing_pairs(session: Session, listing: Listing) -> list[Pair]:
    """The links whose persons are reported deleted, or that a complete listing does not hold."""
    pairs: dict[str, Pair] = {}
    if listing.deleted:
        source_ids = [entry.source_id for entry in listing.deleted if entry.source_id]
        names = [entry.resource_name for entry in listing.deleted]
        pairs.update({pair.link.id: pair for pair in await session.repository.pairs(source_ids, names)})
    if listing.is_complete:
        absent = await session.repository.absent(frozenset(listing.seen))
        pairs.update({pair.link.id: pair for pair in absent})
    return [
        pair
        for pair in pairs.values()
        if pair.link.state is not LinkState.GONE and pair.link.source_id not in listing.seen
    ]


def _met_hidden(pair: Pair, found: Mapping[str, Found]) -> Person | None:
    """The person of a link that a disconnect put to sleep, if Google keeps it out of its listings: met all the same."""
    person = found.get(pair.link.resource_name)
    if pair.link.state is not LinkState.DORMANT or not isinstance(person, Person):
        return None
    return replace(person, hidden=True)


async def _plan_deletions(
    session: Session, missing: Iterable[Pair], found: Mapping[str, Found], now: datetime
) -> list[Action]:
    """Deletions, each confirmed by a get, whose answers `found` holds by resource name.

    Of one that is held back only that it is hidden by now is noted: no listing will say it again.
    """
    pairs = {pair.link.id: pair for pair in missing}
    held = await session.repository.held([pair.link.source_id for pair in pairs.values()]) if pairs else frozenset()
    return [
        action
        for pair in pairs.values()
        for action in plan_missing(pair, found.get(pair.link.resource_name), session.policy, now)
        if isinstance(action, Settle) or pair.link.source_id not in held
    ]


def _newest(listed: Iterable[Person], reread: Iterable[Person]) -> list[Person]:
    """Each person once: what a get says now stands over what a listing shows."""
    persons = {person.source_id: person for person in listed}
    for person in reread:
        persons[person.source_id] = replace(person, hidden=False if person.source_id in persons else None)
    return list(persons.values())


def _without_passed(deletions: Iterable[Action], planned: Iterable[Action]) -> list[Action]:
    """The deletions but for those of links that go on with another person."""
    passed = {action.link.id: action.link.source_id for action in planned if isinstance(action, Settle)}
    return [
        action
        for action in deletions
        if not isinstance(action, Detach) or passed.get(action.link.id, action.link.source_id) == action.link.source_id
    ]
