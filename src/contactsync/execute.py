"""A run of one account: read, plan, apply here, write to Google, store the token. The only place that acts.

The token moves once everything that was read has an outcome here; what could not be finished is a deferred item,
and what is left to carry to Google is marked on its link, so a run that dies is simply followed by the next one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched

from contactsync.actions import Action, Close, DeleteLocal, Detach, Wait
from contactsync.faults import TokenExpired
from contactsync.listing import Listing, decoded, one_ahead, read_listing
from contactsync.match import keys, shared_keys
from contactsync.outgoing import FIRST_BACK_OFF
from contactsync.plan import Reading, plan, plan_missing
from contactsync.ports import Provider, Repository
from contactsync.push import push_contacts
from contactsync.records import Deferred, DoubtfulCreate, LinkState, Listed, Page, Pair, Person, Reason
from contactsync.writing import CHUNK, Session, planned_writes, write_changes

#: Actions in one transaction: long enough for bulk SQL, short enough to lose little and to show progress.
ACTIONS = 500


async def sync(provider: Provider, repository: Repository, clock: Callable[[], datetime]) -> None:
    """The hourly run of an account, and its first import.

    Raises `SyncError` when it has to stop; what was done until then stays done, and the next run goes on.
    """
    start = await repository.start(provider.parameters_hash)
    session = Session(provider, repository, clock, start.policy)
    if start.first_import:
        await _import_all(session)
        return
    lost = await _look_for_lost_creates(session)
    listing = await read_listing(provider, repository, start.token)
    await _carry_here(session, listing)
    await repository.advance(listing.token, is_complete=listing.is_complete)
    await write_changes(session)
    if lost:
        await push_contacts(session, lost, listing.token)


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


async def preview(provider: Provider, repository: Repository, clock: Callable[[], datetime]) -> None:
    """What a sync would do now, kept as planned operations; nothing else is written, here or there."""
    start = await repository.start(provider.parameters_hash)
    session = Session(provider, repository, clock, start.policy)
    listing = await read_listing(provider, repository, start.token)
    actions = await _plan_here(session, listing)
    await repository.show(actions, await planned_writes(session, actions))


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
    persons, unread = _decoded(session, fresh)
    actions.extend(plan(Reading(persons, {}, {}), session.policy, now))
    await session.repository.apply([*actions, *unread])
    await session.repository.progress(len(seen), page.total or len(seen))


async def _carry_here(session: Session, listing: Listing) -> None:
    """Applies what a listing and the due items say, changes before deletions."""
    await _apply(session, await _plan_here(session, listing))


async def _plan_here(session: Session, listing: Listing) -> list[Action]:
    now = session.clock()
    due = await session.repository.due(now)
    session.tries.update({item.source_id: item.tries for item in due if item.reason is Reason.REFUSED})
    missing = await _missing_pairs(session, listing)
    found = await _get(session, [*(item.resource_name for item in due), *(pair.link.resource_name for pair in missing)])
    persons, unread = _decoded(session, listing.fresh.values())
    reread = [found[item.resource_name] for item in due]
    reading = await _reading(session, _newest(persons, reread))
    reading = replace(reading, due=frozenset(item.source_id for item in due))
    actions: list[Action] = [*(Close(item) for item in due), *unread, *plan(reading, session.policy, now)]
    actions.extend(await _plan_deletions(session, missing, due, found, now))
    return actions


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


async def _plan_deletions(
    session: Session,
    missing: Sequence[Pair],
    due: Sequence[Deferred],
    found: Mapping[str, Person | None],
    now: datetime,
) -> list[Action]:
    """Deletions, each confirmed by a get: of those reported or absent, and of due items that are not found."""
    lost = [item.source_id for item in due if found[item.resource_name] is None]
    pairs = {pair.link.id: pair for pair in missing}
    if lost:
        of_lost = await session.repository.pairs(lost)
        # A get is ahead of the listing, which may show the person once more: other links outlive that.
        pairs.update({pair.link.id: pair for pair in of_lost if pair.link.state is LinkState.LIVE})
    return [
        action
        for pair in pairs.values()
        for action in plan_missing(pair, found.get(pair.link.resource_name), session.policy, now)
    ]


async def _reading(session: Session, persons: Sequence[Person]) -> Reading:
    """The persons with everything here that may concern them."""
    if not persons:
        return Reading((), {}, {})
    repository = session.repository
    pairs = {pair.link.source_id: pair for pair in await repository.pairs([p.source_id for p in persons])}
    persons = await _without_ghosts(session, persons, pairs)
    strangers = [person for person in persons if person.source_id not in pairs]
    marked = await repository.contacts([person.marker for person in strangers if person.marker])
    wanted = frozenset[str]().union(*(keys(person.card) for person in strangers))
    candidates = await repository.candidates(wanted)
    return Reading(
        persons=persons,
        pairs=pairs,
        marked={known.contact.id: known for known in marked},
        known=candidates.known,
        shared_keys=candidates.shared_keys | shared_keys(person.card for person in persons),
    )


async def _without_ghosts(session: Session, persons: Sequence[Person], pairs: Mapping[str, Pair]) -> list[Person]:
    """The persons, those of links that are gone as a get shows them: a listing that lags raises nobody."""
    gone = {source_id for source_id, pair in pairs.items() if pair.link.state is LinkState.GONE}
    found = await _get(session, [person.resource_name for person in persons if person.source_id in gone])
    now = [found[person.resource_name] if person.source_id in gone else person for person in persons]
    return [person for person in now if person is not None]


async def _apply(session: Session, actions: Sequence[Action]) -> None:
    """Applies actions chunk by chunk, deletions last; what had moved on meanwhile is read again when due."""
    last = [action for action in actions if isinstance(action, DeleteLocal | Detach)]
    first = [action for action in actions if not isinstance(action, DeleteLocal | Detach)]
    ordered = [*first, *last]
    sources = {person.source_id: person for person in map(_person_of, ordered) if person is not None}
    done = 0
    for chunk in batched(ordered, ACTIONS, strict=False):
        moved_on = await session.repository.apply(chunk)
        if moved_on:
            await session.repository.defer([_again(sources[source_id], session.clock()) for source_id in moved_on])
        done += len(chunk)
        await session.repository.progress(done, len(ordered))


def _person_of(action: Action) -> Person | None:
    return getattr(action, "person", None)


def _again(person: Person, now: datetime) -> Deferred:
    return Deferred(person.source_id, person.resource_name, Reason.STALE, now)


def _decoded(session: Session, entries: Iterable[Listed]) -> tuple[list[Person], list[Wait]]:
    """The entries as persons; one that can't be read is deferred and delays nobody else."""
    persons, unreadable = decoded(session.provider, entries)
    due_at = session.clock() + FIRST_BACK_OFF
    return persons, [
        Wait(Deferred(entry.source_id or "", entry.resource_name, Reason.REFUSED, due_at)) for entry in unreadable
    ]


def _newest(listed: Iterable[Person], reread: Iterable[Person | None]) -> list[Person]:
    """Each person once: what a get says now stands over what a listing shows."""
    persons = {person.source_id: person for person in listed}
    for person in reread:
        if person is not None:
            persons[person.source_id] = replace(person, hidden=False if person.source_id in persons else None)
    return list(persons.values())


async def _get(session: Session, resource_names: Iterable[str]) -> dict[str, Person | None]:
    found: dict[str, Person | None] = {}
    for chunk in batched(dict.fromkeys(resource_names), CHUNK, strict=False):
        found.update(await session.provider.get_many(chunk))
    return found


async def _look_for_lost_creates(session: Session) -> list[str]:
    """Settles creates whose answers were lost: adopts the persons they made; returns the contacts without one.

    Only a listing with the token that was valid when the create went out, made once Google's delay has passed,
    must hold the person; if it does not, the create was not done.
    """
    doubtful = await session.repository.doubtful_creates()
    delay = timedelta(seconds=session.policy.delay_seconds)
    ripe = [create for create in doubtful if session.clock() >= create.sent_at + delay]
    lost: list[str] = []
    for token in dict.fromkeys(create.token for create in ripe):
        lost.extend(await _settle_creates_of(session, token, [item for item in ripe if item.token == token]))
    return lost


async def _settle_creates_of(session: Session, token: str | None, creates: Sequence[DoubtfulCreate]) -> list[str]:
    wanted = {create.contact_id: create for create in creates}
    persons = await _marked(session, token, wanted)
    if persons:
        await _apply(session, list(plan(await _reading(session, persons), session.policy, session.clock())))
    found = {person.marker for person in persons}
    lost = [create for create in creates if create.contact_id not in found]
    await session.repository.drop_creates([create.operation_id for create in lost])
    return [create.contact_id for create in lost]


async def _marked(session: Session, token: str | None, wanted: Mapping[str, DoubtfulCreate]) -> list[Person]:
    """The persons with one of these markers in the listing since `token`; in all of it where that has died.

    Who is reported deleted is asked for by a get: a person moved to 'Other contacts' still exists.
    """
    try:
        entries = [entry async for page in session.provider.changes(token) for entry in page.entries]
    except TokenExpired:
        entries = [entry async for page in session.provider.changes(None) for entry in page.entries]
    listed, _ = _decoded(session, [entry for entry in entries if not entry.deleted])
    found = await _get(session, [entry.resource_name for entry in entries if entry.deleted])
    hidden = [replace(person, hidden=True) for person in found.values() if person is not None]
    persons = {person.source_id: person for person in (*hidden, *listed)}
    return [person for person in persons.values() if person.marker in wanted]
