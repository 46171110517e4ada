"""The journal of requests: what a client did, for assertions about its manners and its speed."""

from collections import Counter, deque

from msgspec import Struct

from google_sandbox.errors import Json

KEPT = 100_000


class Entry(Struct, kw_only=True):
    """One request. `overlapped`: a write that ran while another write of the same account was under way."""

    method: str
    at: str
    account: str = ""
    http_status: int = 0
    request_bytes: int = 0
    response_bytes: int = 0
    seconds: float = 0.0
    units: dict[str, int] = {}
    write: bool = False
    overlapped: bool = False
    fault: str = ""
    notes: Json = {}


class Traffic:
    """Requests since the start or the last reset, and the writes under way."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self._writing: Counter[str] = Counter()

    def begin_write(self, entry: Entry) -> None:
        entry.write = True
        entry.overlapped = self._writing[entry.account] > 0
        self._writing[entry.account] += 1

    def end_write(self, entry: Entry) -> None:
        self._writing[entry.account] -= 1

    def summary(self) -> Json:
        """Counts per method, units per bucket, and the number of overlapping writes."""
        units: Counter[str] = Counter()
        for entry in self.entries:
            units.update(entry.units)
        return {
            "calls": dict(Counter(entry.method for entry in self.entries)),
            "units": dict(units),
            "overlapping_writes": sum(entry.overlapped for entry in self.entries),
        }

    def clear(self) -> None:
        self.entries.clear()
