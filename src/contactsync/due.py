"""The deferred items that are due: what a get says of each now, by the name that its link has by now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contactsync.actions import Wait
from contactsync.listing import Listing, get_persons
from contactsync.outgoing import back_off
from contactsync.records import Deferred, Found, LinkState, Pair, Reason, Unreadable
from contactsync.writing import Session


@dataclass(frozen=True, slots=True)
class Due:
    """The items of a run; `pairs` are the links there are of them, `found` what was read, both by source id."""

    items: Sequence[Deferred]
    pairs: Mapping[str, Pair]
    found: Mapping[str, Found]

    def lost(self, listing: Listing) -> list[Pair]:
        """The links in step, or asleep since a disconnect, whose persons are not found.

        A get is ahead of a listing, which may show the person once more; but one that it shows under another name was
        renamed.
        """
        return [
            pair
            for source_id, pair in self.pairs.items()
            if self.found[source_id] is None
            and pair.link.state in {LinkState.LIVE, LinkState.DORMANT}
            and not listing.shows_renamed(source_id, pair.link.resource_name)
        ]

    def unread(self, now: datetime) -> list[Wait]:
        """What can't be read is tried again, ever later, and delays nobody else."""
        return [
            Wait(replace(item, reason=Reason.REFUSED, due_at=now + back_off(item.tries), tries=item.tries + 1))
            for item in self.items
            if isinstance(self.found[item.source_id], Unreadable)
        ]


async def read_due(session: Session) -> Due:
    """Reads the items that are due, with one get of up to two hundred."""
    items = await session.repository.due(session.clock())
    if not items:
        return Due((), {}, {})
    session.tries.update({item.source_id: item.tries for item in items if item.reason is Reason.REFUSED})
    pairs = {pair.link.source_id: pair for pair in await session.repository.pairs([item.source_id for item in items])}
    names = {item.source_id: item.resource_name for item in items}
    names |= {source_id: pair.link.resource_name for source_id, pair in pairs.items() if source_id in names}
    found = await get_persons(session.provider, names.values())
    return Due(items, pairs, {source_id: found[name] for source_id, name in names.items()})
