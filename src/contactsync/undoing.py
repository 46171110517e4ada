"""Takes back what a run wrote: the value that was before, unless it was changed since.

A first meeting fills each side from the other. What it filled in Google is taken back there alone: here it was before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import batched

from contactsync.card import Card, Field
from contactsync.changes import with_fields_of
from contactsync.merge import merge
from contactsync.ports import Provider, Repository
from contactsync.records import ConflictPolicy, Known, LinkState, Pair, Policy
from contactsync.writing import CHUNK, Session, write_pairs

#: A write that was done: the Card before it and after it, of which these fields alone count.
type Write = tuple[Card, Card, frozenset[Field]]

_NOW_WINS = Policy(conflict=ConflictPolicy.TANDEM)


def undone_card(now: Card, writes: Iterable[Write]) -> Card:
    """What a Card becomes when these writes, newest first, are taken back. Pure.

    A value that is no longer what was written stays.
    """
    for before, after, fields in writes:
        wrote = with_fields_of(now, after, fields)
        was = with_fields_of(now, before, fields)
        now = merge(wrote, now, wrote, was, policy=_NOW_WINS).local
    return now


async def take_back_in_google(
    provider: Provider,
    repository: Repository,
    clock: Callable[[], datetime],
    writes: Mapping[str, Sequence[Write]],
    *,
    though_paused: bool = False,
) -> None:
    """Takes back what was written to the persons of these contacts (by id); the contacts stay as they are.

    A link that is not live, or whose last write is in doubt, is passed over. `though_paused` says that the two are
    about to be taken apart: so it is done of paused links, too, which stay so.
    """
    states = {LinkState.LIVE, LinkState.PAUSED} if though_paused else {LinkState.LIVE}
    start = await repository.start(provider.parameters_hash)
    session = Session(provider, repository, clock, start.policy)
    for contact_ids in batched(writes, CHUNK, strict=False):
        known = await repository.contacts(contact_ids)
        known = [item for item in known if item.link is not None and item.link.state in states]
        pairs = [pair for item in known if (pair := _backwards(item, writes[item.contact.id])) is not None]
        if pairs:
            await write_pairs(session, pairs)


def _backwards(known: Known, writes: Sequence[Write]) -> Pair | None:
    """The pair as if the contact had been in step with the person, and the writes had been taken back here since."""
    link = known.link
    if link is None or link.pending is not None:
        return None
    if link.local_base is None or link.remote_base is None:
        return None
    fields = frozenset[Field]().union(*(fields for _, _, fields in writes))
    in_step = with_fields_of(link.local_base, link.remote_base, fields)
    card = with_fields_of(in_step, undone_card(link.remote_base, writes), fields)
    return Pair(replace(link, local_base=in_step), replace(known.contact, card=card))
