"""Settles creates whose answers were lost: whether the person came to be is asked of a listing that must hold it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from contactsync.carrying import apply_actions, decoded_or_deferred, reading_of
from contactsync.faults import TokenExpired
from contactsync.listing import get_persons
from contactsync.plan import plan
from contactsync.records import DoubtfulCreate, Person
from contactsync.writing import Session


async def look_for_lost_creates(session: Session) -> list[str]:
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
        await apply_actions(session, list(plan(await reading_of(session, persons), session.policy, session.clock())))
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
    listed, _ = decoded_or_deferred(session, [entry for entry in entries if not entry.deleted])
    found = await get_persons(session.provider, [entry.resource_name for entry in entries if entry.deleted])
    hidden = [replace(person, hidden=True) for person in found.values() if person is not None]
    persons = {person.source_id: person for person in (*hidden, *listed)}
    return [person for person in persons.values() if person.marker in wanted]
