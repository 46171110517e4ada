"""Merged in Google: the contact of the person that is gone follows into that of the survivor."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contactsync.actions import Action, DeleteLocal, Follow
from contactsync.card import BLANK
from contactsync.match import keys
from contactsync.plan import Reading
from contactsync.records import LinkState, Pair
from contactsync.survivors import RECENT, Survivor, from_reading, survivor_of
from contactsync.writing import Session


async def follow_survivors(
    session: Session, reading: Reading, deletions: Sequence[Action], now: datetime
) -> tuple[Reading, list[Action]]:
    """The reading and the deletions, those that were merges in Google as such.

    A contact whose person lives on in one that has a contact follows into that; where it has none, the link passes to
    the survivor.
    """
    lost = [action for action in deletions if isinstance(action, DeleteLocal)]
    if not lost:
        return reading, list(deletions)
    changed = await _changed(session, reading, lost, now)
    pairs = dict(reading.pairs)
    kept: list[Action] = []
    for action in deletions:
        survivor = survivor_of(_pair(action), changed) if isinstance(action, DeleteLocal) else None
        if survivor is None or not isinstance(action, DeleteLocal):
            kept.append(action)
        elif survivor.has_contact:
            kept.append(Follow(action.contact, action.link, survivor.source_id))
        elif _has_room(pairs.get(survivor.source_id), action) and _can_pass(action, survivor, reading):
            pairs[survivor.source_id] = _pair(action)
        else:
            kept.append(action)
    return replace(reading, pairs=pairs), kept


async def _changed(session: Session, reading: Reading, lost: Sequence[DeleteLocal], now: datetime) -> list[Survivor]:
    """The persons that changed in this run or in the last day and may be survivors."""
    gone = {action.link.source_id for action in lost}
    here = [person for person in from_reading(reading.persons, reading.pairs) if person.source_id not in gone]
    wanted = frozenset[str]().union(*(keys(action.link.remote_base or BLANK) for action in lost))
    known = await session.repository.known_persons(wanted)
    read = {person.source_id for person in here} | gone
    recent = [pair for pair in known if _is_recent(pair, now) and pair.link.source_id not in read]
    return [*here, *(Survivor(pair.link.source_id, pair.link.remote_base or BLANK) for pair in recent)]


def _has_room(pair: Pair | None, action: DeleteLocal) -> bool:
    """Whether the survivor is nobody's here; one whose contact was merged into this one here is this one's by now."""
    if pair is None:
        return True
    is_merged = pair.contact is not None and pair.contact.merged_into == action.contact.id
    return pair.link.state is LinkState.TOMBSTONE and is_merged


def _is_recent(pair: Pair, now: datetime) -> bool:
    return pair.link.state is LinkState.LIVE and pair.link.updated_at >= now - RECENT


def _can_pass(action: DeleteLocal, survivor: Survivor, reading: Reading) -> bool:
    """Whether the link can go on with the survivor: nothing of it is in doubt, and the survivor is the newer one."""
    person = next(person for person in reading.persons if person.source_id == survivor.source_id)
    return action.link.pending is None and person.updated_at >= action.link.updated_at


def _pair(action: DeleteLocal) -> Pair:
    return Pair(action.link, action.contact)
