"""What becomes of deferred items that were read again, and which of them a person has approved."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from contactsync.actions import Close
from contactsync.ports import Repository
from contactsync.records import Deferred, LinkState, Pair, Reason

#: What only the outcome of a write closes: how often it was refused, and that it was approved, is known until then.
_OF_WRITES = frozenset({Reason.REFUSED, Reason.APPROVED})


def closed(items: Iterable[Deferred], pairs: Mapping[str, Pair]) -> Iterator[Close]:
    """Those that are open no longer; `pairs` are the links of the persons that were read, by source id."""
    for item in items:
        pair = pairs.get(item.source_id)
        if item.reason not in _OF_WRITES or pair is None or not _is_to_be_written(pair):
            yield Close(item)


def _is_to_be_written(pair: Pair) -> bool:
    return pair.link.state is LinkState.LIVE and pair.link.changed_here and pair.link.pending is None


async def approved(repository: Repository, now: datetime) -> frozenset[str]:
    """The persons (source ids) of whom a person approved what was held back, and which is not done yet."""
    return frozenset(item.source_id for item in await repository.due(now) if item.reason is Reason.APPROVED)
