"""Settles creates whose answers were lost: whether the person came to be is asked of a listing that must hold it.

A create that came to nothing stays in doubt until something else is known of its contact, so that no fault and no
stop in between loses what somebody asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from contactsync.actions import Receipt, Result
from contactsync.carrying import apply_actions, decoded_or_deferred, reading_of
from contactsync.faults import TokenExpired
from contactsync.listing import get_persons, readable
from contactsync.normalize import display_name
from contactsync.plan import Reading, plan
from contactsync.push import push_contacts
from contactsync.records import DoubtfulCreate, Person
from contactsync.writing import Session

NOT_DONE = "the answer was lost, and nothing came of it: tried again"
FOUND = "the answer was lost; the person is in Google"


async def look_for_lost_creates(session: Session) -> list[DoubtfulCreate]:
    """Settles creates whose answers were lost: adopts the persons they made; returns those that made none.

    Only a listing with the token that was valid when the create went out, made once Google's delay has passed,
    must hold the person; if it does not, the create was not done.
    """
    doubtful = await session.repository.doubtful_creates()
    delay = timedelta(seconds=session.policy.delay_seconds)
    ripe = [create for create in doubtful if session.clock() >= create.sent_at + delay]
    lost: list[DoubtfulCreate] = []
    for token in dict.fromkeys(create.token for create in ripe):
        lost.extend(await _settle_creates_of(session, token, [item for item in ripe if item.token == token]))
    return lost


async def _settle_creates_of(
    session: Session, token: str | None, creates: Sequence[DoubtfulCreate]
) -> list[DoubtfulCreate]:
    wanted = {create.contact_id: create for create in creates}
    persons = await _marked(session, token, wanted)
    reading = await reading_of(session, persons)
    if persons:
        await apply_actions(session, list(plan(reading, session.policy, session.clock())))
    own = {person.marker for person in persons if _is_own(person, reading)}
    met = {person.marker for person in persons if _is_linked(person, reading)}
    await session.repository.drop_creates([each.operation_id for each in creates if each.contact_id in met], FOUND)
    left = [create for create in creates if create.contact_id not in own]
    merged = await _leave_merged(session, left, persons)
    return [create for create in left if create.contact_id not in merged]


async def _leave_merged(
    session: Session, creates: Sequence[DoubtfulCreate], persons: Sequence[Person]
) -> frozenset[str]:
    """Settles the creates whose person is somebody else's by now, merged in Google or linked: none is made anew.

    Answers their contacts, which are listed as possible duplicates.
    """
    by_marker = {marker: person for person in persons for marker in (*person.other_markers, person.marker) if marker}
    holders = {pair.link.source_id: pair for pair in await session.repository.pairs([p.source_id for p in persons])}
    receipts, duplicates, settled = [], [], []
    for create in creates:
        person = by_marker.get(create.contact_id)
        pair = holders.get(person.source_id) if person is not None else None
        if pair is None or pair.contact is None:
            continue
        reason = f"already in Google as {display_name(pair.contact.card) or 'another contact'}"
        receipts.append(Receipt(create.contact_id, Result.SKIPPED, reason, pair.link.resource_name))
        duplicates.append((create.contact_id, pair.contact.id, "one person in Google"))
        settled.append(create.operation_id)
    await session.repository.record(receipts, duplicates)
    await session.repository.drop_creates(settled, FOUND)
    return frozenset(receipt.contact_id for receipt in receipts)


def _is_own(person: Person, reading: Reading) -> bool:
    """Whether nobody else here has been linked to the person that the create made."""
    pair = reading.pairs.get(person.source_id)
    return pair is None or pair.link.contact_id == person.marker


def _is_linked(person: Person, reading: Reading) -> bool:
    """Whether the person had a link with its own contact before, be it one that runs leave alone."""
    pair = reading.pairs.get(person.source_id)
    return pair is not None and pair.link.contact_id == person.marker


async def create_again(session: Session, lost: Sequence[DoubtfulCreate], token: str | None) -> None:
    """Pushes the contacts of creates that made nobody, as it was asked; whatever comes of it takes their place."""
    undone = frozenset(create.operation_id for create in lost)
    for anyway in (False, True):
        contact_ids = [create.contact_id for create in lost if create.anyway is anyway]
        if contact_ids:
            await push_contacts(session, contact_ids, token, anyway=anyway, undone=undone)
    await session.repository.drop_creates(sorted(undone), NOT_DONE)


async def _marked(session: Session, token: str | None, wanted: Mapping[str, DoubtfulCreate]) -> list[Person]:
    """The persons with one of these markers in the listing since `token`; in all of it where that has died.

    Who is reported deleted is asked for by a get: a person moved to 'Other contacts' still exists.
    """
    try:
        entries = [entry async for page in session.provider.changes(token) for entry in page.entries]
    except TokenExpired:
        entries = [entry async for page in session.provider.changes(None) for entry in page.entries]
    listed, _ = decoded_or_deferred(session, [entry for entry in entries if not entry.deleted])
    found = await get_persons(session.provider, [entry.resource_name for entry in entries if entry.deleted])
    hidden = [replace(person, hidden=True) for person in readable(found.values())]
    persons = {person.source_id: person for person in (*hidden, *listed)}
    return [
        person for person in persons.values() if not wanted.keys().isdisjoint({person.marker, *person.other_markers})
    ]
