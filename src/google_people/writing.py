"""How many persons are written: single calls or batches, and what each answer means for each item.

Batches are all or nothing (docs/explanation/sync.md, Pushing): after a 4xx nothing was written, so the items
that it names fail and the rest goes again; if it names none, the batch is halved. Without an answer all of it
is in doubt.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from contactsync.faults import SyncError
from contactsync.writes import Doubtful, Outcome, Unsent
from google_people.client import Call, Client
from google_people.errors import Failure, Rejected, Uncertain

MOST_SINGLES = 6  # a batch costs as much of the minute as six single calls
MOST_IN_BATCH = 200
MOST_LOST_ANSWERS = 2  # one may be a blip; after a second one nothing more is risked


class Kind[Item](Protocol):
    """One kind of write: its calls, and how their answers are read."""

    def key(self, item: Item) -> str:
        """What the outcomes are told apart by."""

    def single(self, item: Item) -> Call:
        """The call for one item alone."""

    def batch(self, items: Sequence[Item]) -> Call:
        """The call for up to `MOST_IN_BATCH` items."""

    def read_single(self, body: bytes) -> Outcome:
        """Raises `ValueError` for a body that is no answer."""

    def read_batch(self, items: Sequence[Item], body: bytes) -> Mapping[str, Outcome]:
        """Raises `ValueError` for a body that is no answer; an item that it does not answer is `Doubtful`."""

    def culprits(self, items: Sequence[Item], failure: Failure) -> Mapping[str, Outcome]:
        """The outcomes of the items that a rejected batch names."""

    def rejected(self, failure: Failure) -> Outcome:
        """The outcome of an item that was rejected."""


@dataclass(frozen=True, slots=True)
class Lot[Item]:
    """What goes out in one request."""

    kind: Kind[Item]
    items: Sequence[Item]

    def all_as(self, outcome: Outcome) -> dict[str, Outcome]:
        """One outcome for all of them."""
        return {self.kind.key(item): outcome for item in self.items}


def lots_of[Item](client: Client, kind: Kind[Item], items: Sequence[Item]) -> list[Lot[Item]]:
    """The items by request: up to six, or all when the day is nearly spent, alone; more in batches."""
    is_single = len(items) <= MOST_SINGLES or client.budget.is_tight
    size = 1 if is_single else MOST_IN_BATCH
    return [Lot(kind, items[start : start + size]) for start in range(0, len(items), size)]


async def write_all[Item](client: Client, lots: Iterable[Lot[Item]]) -> dict[str, Outcome]:
    """An outcome for every item. Raises only while nothing has an outcome yet; `LeaseLost` at any time."""
    waiting = deque(lots)
    outcomes: dict[str, Outcome] = {}
    lost_answers = 0
    while waiting:
        lot = waiting.popleft()
        try:
            outcomes |= await _send(client, lot)
        except Rejected as rejected:
            culprits, again = _sorted_out(client, lot, rejected.failure)
            outcomes |= culprits
            waiting.extendleft(reversed(again))
        except Uncertain as uncertain:
            outcomes |= lot.all_as(Doubtful())
            lost_answers += 1
            if lost_answers == MOST_LOST_ANSWERS:
                return outcomes | _unsent(waiting, uncertain.error)
        except SyncError as error:
            if not outcomes:
                raise
            return outcomes | _unsent((lot, *waiting), error)
    return outcomes


async def _send[Item](client: Client, lot: Lot[Item]) -> Mapping[str, Outcome]:
    kind, items = lot.kind, lot.items
    if len(items) == 1:
        return lot.all_as(await client.send(kind.single(items[0]), kind.read_single))
    return await client.send(kind.batch(items), lambda body: kind.read_batch(items, body))


def _sorted_out[Item](
    client: Client, lot: Lot[Item], failure: Failure
) -> tuple[Mapping[str, Outcome], Sequence[Lot[Item]]]:
    """Of a rejected lot: the culprits' outcomes, and what goes again at once."""
    kind, items = lot.kind, lot.items
    if len(items) == 1:
        return lot.all_as(kind.rejected(failure)), ()
    culprits = kind.culprits(items, failure)
    if culprits:
        return culprits, lots_of(client, kind, [item for item in items if kind.key(item) not in culprits])
    half = len(items) // 2
    return {}, (Lot(kind, items[:half]), Lot(kind, items[half:]))


def _unsent[Item](lots: Iterable[Lot[Item]], error: SyncError) -> dict[str, Outcome]:
    return {key: outcome for lot in lots for key, outcome in lot.all_as(Unsent(error)).items()}
