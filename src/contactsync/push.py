"""On-demand push: which of the chosen contacts are created, linked, written, or left, each with a receipt."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import batched

from contactsync.actions import Detach, Fill, Joined, Receipt, Result, Return, Wake
from contactsync.brake import NEVER
from contactsync.card import BLANK
from contactsync.listing import decoded, get_persons, read_listing, readable
from contactsync.match import LinkTo, keys, match_all
from contactsync.merge import fill
from contactsync.normalize import display_name, same_card
from contactsync.outgoing import UNREADABLE
from contactsync.plan import adopt, meet
from contactsync.records import ASLEEP, IGNORED, Contact, Known, Link, LinkState, Pair, Person
from contactsync.writing import CHUNK, Session, create, skipped, without_held, write_pairs

#: Whose persons are their contacts', now or, as a listing shows them, with the next run.
_IN_STEP = frozenset({LinkState.LIVE, LinkState.PAUSED, LinkState.DORMANT, LinkState.GONE})
HELD_BACK = "held back: answer the held run first"


@dataclass(slots=True)
class _Search:
    """What is known of Google's side: persons that a contact may be linked to, and those that others hold.

    `own` says of persons that were a contact's once, and are back, whose they are.
    """

    free: dict[str, Person] = field(default_factory=dict)
    tombstones: dict[str, Pair] = field(default_factory=dict)
    taken: dict[str, tuple[Person, Contact]] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    shared_keys: frozenset[str] = frozenset()


async def push_contacts(
    session: Session,
    contact_ids: Sequence[str],
    token: str | None,
    *,
    anyway: bool = False,
    undone: frozenset[str] = frozenset(),
) -> None:
    """Pushes these contacts, with a receipt for each; the listing since `token` is read for matching only.

    A paused link lives again, and Google's side of it is left to the next run; a severed one is met again. `undone`
    are creates (operation ids) that are known to have made nobody, though they are not dropped yet.
    """
    chosen = [_without_undone(known, undone) for known in await session.repository.contacts(contact_ids)]
    held = await session.repository.held([known.link.source_id for known in chosen if known.link is not None])
    receipts = [receipt for known in chosen if (receipt := _receipt_without_a_call(known, held)) is not None]
    settled = {receipt.contact_id for receipt in receipts}
    await session.repository.record(receipts)
    todo = await _awake(session, [known for known in chosen if known.contact.id not in settled])
    linked = [known for known in todo if known.link is not None and known.link.changed_here]
    if unlinked := [known for known in todo if not known.is_linked]:
        linked.extend(await _push_unlinked(session, unlinked, token, anyway=anyway))
    pairs = await without_held(session, [Pair(known.link, known.contact) for known in linked if known.link])
    for chunk in batched(pairs, CHUNK, strict=False):
        await write_pairs(session, chunk)


def _without_undone(known: Known, undone: frozenset[str]) -> Known:
    is_undone = known.doubtful is not None and known.doubtful.operation_id in undone
    return replace(known, doubtful=None) if is_undone else known


def _receipt_without_a_call(known: Known, held: frozenset[str]) -> Receipt | None:
    """The receipt of a contact that needs no call to Google, or can't have one now."""
    link = known.link
    if known.contact.trashed:
        return skipped(known, "in the trash: restore it first", Result.FAILED)
    if known.doubtful is not None or (link is not None and link.pending is not None):
        return skipped(known, "an earlier answer of Google is awaited", Result.WAITING)
    if link is not None and link.source_id in held:
        return skipped(known, HELD_BACK)
    if link is not None and link.state is LinkState.DORMANT:
        return skipped(known, "left to the hourly run")
    if link is not None and link.state is LinkState.LIVE:
        return None if link.changed_here else skipped(known, "", Result.UNCHANGED)
    if same_card(fill(known.contact.card, BLANK).remote, BLANK):
        return skipped(known, "nothing to send: no name, e-mail, phone, address or birthday")
    return None


async def _awake(session: Session, todo: Sequence[Known]) -> Sequence[Known]:
    """The same contacts, their paused and severed links living again; without a link whose person is gone."""
    asleep = [known.link for known in todo if known.link is not None and known.link.state in ASLEEP]
    if not asleep:
        return todo
    await session.repository.apply([Wake(link) for link in asleep])
    awake = await session.repository.contacts([known.contact.id for known in todo])
    await _meet_again(session, [known for known in awake if _is_without_bases(known.link)])
    return await _not_held(session, await session.repository.contacts([known.contact.id for known in todo]))


async def _not_held(session: Session, todo: Sequence[Known]) -> Sequence[Known]:
    """Those that wait for no answer: what was held of a link before its pause is held again."""
    held = await session.repository.held([known.link.source_id for known in todo if known.link is not None])
    waiting = [known for known in todo if known.link is not None and known.link.source_id in held]
    await session.repository.record([skipped(known, HELD_BACK) for known in waiting])
    return [known for known in todo if known not in waiting]


def _is_without_bases(link: Link | None) -> bool:
    return link is not None and link.state is LinkState.LIVE and link.local_base is None


async def _meet_again(session: Session, severed: Sequence[Known]) -> None:
    joined: list[Fill | Return] = []
    ended: list[Detach] = []
    links = {known.contact.id: known.link for known in severed if known.link is not None}
    found = await get_persons(session.provider, [link.resource_name for link in links.values()])
    for known in severed:
        link = links[known.contact.id]
        person = found[link.resource_name]
        if isinstance(person, Person):
            joined.append(meet(known, replace(person, hidden=None), "linked again"))
        elif person is None:
            ended.append(Detach(link))
    moved_on = await session.repository.apply([*joined, *ended])
    stand = [join for join in joined if join.person.source_id not in moved_on]
    await session.repository.record(_linked_receipts(stand))


async def _push_unlinked(
    session: Session, unlinked: Sequence[Known], token: str | None, *, anyway: bool
) -> list[Known]:
    """Links or creates; returns those that were linked and may have something to carry."""
    search = await _search(session, unlinked, token)
    joined, unsettled = await _link_found(session, unlinked, search)
    linked_ids = {join.contact.id for join in joined}
    left = [known for known in unlinked if known.contact.id not in linked_ids | unsettled]
    if not anyway:
        left = await _leave_taken(session, left, search)
    await create(session, await _within_room(session, left), token, anyway=anyway)
    await session.repository.record(_linked_receipts(joined))
    linked = await session.repository.contacts(sorted(linked_ids))
    return [known for known in linked if known.link is not None and known.link.changed_here]


async def _search(session: Session, unlinked: Sequence[Known], token: str | None) -> _Search:
    """All persons known to the account, and those just read, that share a matching key with the contacts."""
    wanted = frozenset[str]().union(*(keys(known.contact.card) for known in unlinked))
    ids = {known.contact.id for known in unlinked}
    search = _Search(shared_keys=(await session.repository.candidates(wanted)).shared_keys)
    known_persons = await session.repository.known_persons(wanted)
    ignored = [pair.link.resource_name for pair in known_persons if pair.link.state in IGNORED]
    newest = await get_persons(session.provider, ignored)
    for pair in known_persons:
        person = newest.get(pair.link.resource_name)
        _add_linked(search, pair, replace(person, hidden=None) if isinstance(person, Person) else _as_known(pair))
    listing = await read_listing(session.provider, session.repository, token)
    persons, _ = decoded(session.provider, listing.fresh.values())
    persons += await _waiting(session, {person.source_id for person in persons})
    own = {known.link.source_id: known.contact.id for known in unlinked if known.link is not None}
    near = [p for p in persons if p.source_id in own or p.marker in ids or keys(p.card) & wanted]
    linked = {pair.link.source_id: pair for pair in await session.repository.pairs([p.source_id for p in near])}
    for person in near:
        if person.source_id in own:  # its own person, deleted in Google once, is back
            search.own[person.source_id] = own[person.source_id]
            search.free[person.source_id] = person
        elif person.source_id in linked:
            _add_linked(search, linked[person.source_id], person)
    strangers = [person for person in near if person.source_id not in linked]
    owners = await _owners(
        session, [person.marker for person in strangers if person.marker and person.marker not in ids]
    )
    for person in strangers:
        if person.marker in owners:
            search.taken[person.source_id] = (person, owners[person.marker])
        else:
            search.free[person.source_id] = person
    return search


async def _waiting(session: Session, read: Collection[str]) -> list[Person]:
    """The persons without a link of whom only a deferred item tells: a listing has shown them, none will again."""
    items = [item for item in await session.repository.due(NEVER) if item.source_id not in read]
    linked = {pair.link.source_id for pair in await session.repository.pairs([item.source_id for item in items])}
    names = [item.resource_name for item in items if item.source_id not in linked]
    return readable((await get_persons(session.provider, names)).values())


async def _owners(session: Session, markers: Sequence[str]) -> dict[str | None, Contact]:
    """The contacts that these markers name and that wait for their person: it is nobody else's."""
    known = await session.repository.contacts(markers)
    return {item.contact.id: item.contact for item in known if not item.is_linked}


def _as_known(pair: Pair) -> Person:
    link = pair.link
    return Person(
        source_id=link.source_id,
        resource_name=link.resource_name,
        etag=link.etag,
        updated_at=link.updated_at,
        card=link.remote_base or (pair.contact.card if pair.contact else BLANK),
        hidden=None,
    )


def _add_linked(search: _Search, pair: Pair, person: Person) -> None:
    if pair.link.state is LinkState.TOMBSTONE:
        search.tombstones[person.source_id] = pair
        search.free[person.source_id] = person
    elif pair.contact is not None and pair.link.state in _IN_STEP:
        search.taken[person.source_id] = (person, pair.contact)


async def _link_found(
    session: Session, unlinked: Sequence[Known], search: _Search
) -> tuple[list[Fill], frozenset[str]]:
    """Links the contacts whose persons are free, each read anew first, and a tombstone's passes over.

    Also answers the contacts that have a person and can't be linked now: creating theirs would double it.
    """
    by_id = {known.contact.id: known for known in unlinked}
    matches = dict(search.own)
    others = {key: known for key, known in by_id.items() if key not in search.own.values()}
    matches |= _marked((person for key, person in search.free.items() if key not in search.own), others)
    rest = [known.contact for contact_id, known in by_id.items() if contact_id not in set(matches.values())]
    free = [person for person in search.free.values() if person.source_id not in matches]
    for source_id, decision in match_all(free, rest, shared=search.shared_keys).items():
        if isinstance(decision, LinkTo):
            matches[source_id] = decision.contact_id
    names = [search.free[source_id].resource_name for source_id in matches]
    newest = await get_persons(session.provider, names)
    joined: list[Fill] = []
    receipts: list[Receipt] = []
    for source_id, contact_id in matches.items():
        person = newest[search.free[source_id].resource_name]
        if isinstance(person, Person):
            person = replace(person, hidden=search.free[source_id].hidden)
            joined.append(_join(by_id[contact_id], person, search.tombstones.get(source_id)))
        elif person is not None:
            receipts.append(skipped(by_id[contact_id], UNREADABLE, Result.FAILED))
    moved_on = await session.repository.apply(joined)
    changed = [by_id[join.contact.id] for join in joined if join.person.source_id in moved_on]
    receipts.extend(skipped(known, "changed here meanwhile: left to the next run", Result.WAITING) for known in changed)
    await session.repository.record(receipts)
    stand = [join for join in joined if join.person.source_id not in moved_on]
    return stand, frozenset(receipt.contact_id for receipt in receipts)


def _linked_receipts(joined: Iterable[Joined]) -> list[Receipt]:
    """The receipts of contacts that were linked to persons there are."""
    return [Receipt(join.contact.id, Result.LINKED, join.reason, join.link.resource_name) for join in joined]


def _marked(persons: Iterable[Person], by_id: dict[str, Known]) -> dict[str, str]:
    """The persons that carry a contact's own marker, by source id; one for each contact."""
    matches: dict[str, str] = {}
    for person in sorted(persons, key=lambda person: person.source_id):
        if person.marker in by_id and person.marker not in matches.values():
            matches[person.source_id] = person.marker
    return matches


def _join(known: Known, person: Person, tombstone: Pair | None) -> Fill:
    if known.doubtful is not None:
        return adopt(known, person, known.doubtful.card)
    link = tombstone.link if tombstone is not None else known.link
    joined = meet(Known(known.contact, link), person, "already in Google")
    return Fill(joined.contact, joined.person, joined.card, joined.link, joined.reason)


async def _leave_taken(session: Session, unlinked: Sequence[Known], search: _Search) -> list[Known]:
    """Those whose person isn't another contact's; the others are listed as possible duplicates of it."""
    contacts = [known.contact for known in unlinked]
    persons = [person for person, _ in search.taken.values()]
    taken: dict[str, tuple[Contact, str]] = {}
    for source_id, decision in match_all(persons, contacts, shared=search.shared_keys).items():
        if isinstance(decision, LinkTo):
            taken.setdefault(decision.contact_id, (search.taken[source_id][1], decision.reason))
    receipts = []
    duplicates = []
    for known in unlinked:
        if known.contact.id in taken:
            other, evidence = taken[known.contact.id]
            name = display_name(other.card) or "another contact"
            receipts.append(skipped(known, f"already in Google as {name}"))
            duplicates.append((known.contact.id, other.id, evidence))
    await session.repository.record(receipts, duplicates)
    return [known for known in unlinked if known.contact.id not in taken]


async def _within_room(session: Session, unlinked: Sequence[Known]) -> Sequence[Known]:
    """As many as the account can still hold; the rest fail with the reason."""
    if not unlinked:
        return unlinked
    room = await session.repository.room()
    reason = "Google holds at most 25,000 contacts: delete some there, then push again"
    await session.repository.record([skipped(known, reason, Result.FAILED) for known in unlinked[room:]])
    return unlinked[:room]
