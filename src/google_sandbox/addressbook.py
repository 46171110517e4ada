"""One account's persons: every version ever written, and the views of them that listings need.

A listing is a walk over the log of versions. A version counts when it is its person's latest at the bound of the
walk, so a listing of changes costs what changed, and each person appears once, in its current state.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from google_sandbox.records import Standing, Version

TRASH_MICROSECONDS = 30 * 24 * 3600 * 1_000_000
NO_VERSION = 0


class AddressBook:
    """The persons of one account. Sequences start at 1 and have no gaps."""

    def __init__(self) -> None:
        self._log: list[Version] = []
        self._moments: list[int] = []
        self._totals: list[int] = [0]
        self._history: dict[str, list[Version]] = {}
        self._source_ids: dict[str, str] = {}
        self._trash: dict[str, Version] = {}
        self._label_counts: Counter[str] = Counter()

    def apply(self, version: Version) -> None:
        """Append a version that the store has stamped."""
        history = self._history.setdefault(version.source_id, [])
        previous = history[-1] if history else None
        self._log.append(version)
        self._moments.append(version.at)
        history.append(version)
        self._source_ids[version.resource_name] = version.source_id
        self._totals.append(self._totals[-1] + _listed(version) - _listed(previous))
        if previous:
            self._trash.pop(previous.source_id, None)
            self._label_counts.subtract(_counted_labels(previous))
        if version.standing is Standing.TRASHED:
            self._trash[version.source_id] = version
        self._label_counts.update(_counted_labels(version))

    @property
    def sequence(self) -> int:
        """Of the newest version; 0 in an empty book."""
        return len(self._log)

    @property
    def newest_at(self) -> int:
        return self._moments[-1] if self._moments else 0

    def knows(self, source_id: str) -> bool:
        return source_id in self._history

    def find(self, resource_name: str, bound: int | None = None) -> Version | None:
        """The latest version up to `bound`, whatever its standing; old names of a renamed person work, too."""
        source_id = self._source_ids.get(resource_name)
        return None if source_id is None else self.latest(source_id, bound)

    def latest(self, source_id: str, bound: int | None = None) -> Version | None:
        history = self._history.get(source_id, ())
        if bound is None or not history or history[-1].sequence <= bound:
            return history[-1] if history else None
        older = bisect_right(history, bound, key=_sequence)
        return history[older - 1] if older else None

    def history(self, source_id: str) -> list[Version]:
        return self._history.get(source_id, [])

    def bound_at(self, moment: int) -> int:
        """The sequence of the newest version written up to `moment` (microseconds)."""
        return bisect_right(self._moments, moment)

    def total_at(self, bound: int) -> int:
        """How many persons a full listing at `bound` has."""
        return self._totals[bound]

    def walk(self, after: int, bound: int) -> Iterator[Version]:
        """Versions in (after, bound] that are their person's latest at the bound, oldest first."""
        for index in range(after, bound):
            version = self._log[index]
            history = self._history[version.source_id]
            if history[-1] is version or self.latest(version.source_id, bound) is version:
                yield version

    def contacts(self, bound: int | None = None) -> Iterator[Version]:
        """Persons of the address book, those changed longest ago first."""
        for version in self.walk(NO_VERSION, self.sequence if bound is None else bound):
            if version.standing is Standing.CONTACT:
                yield version

    def others(self) -> Iterator[Version]:
        """Persons in 'Other contacts'."""
        for version in self.walk(NO_VERSION, self.sequence):
            if version.standing is Standing.OTHER:
                yield version

    def trash(self, now: int) -> list[Version]:
        """Persons deleted in the last 30 days, the latest first."""
        kept = [version for version in self._trash.values() if version.at > now - TRASH_MICROSECONDS]
        return sorted(kept, key=_sequence, reverse=True)

    def members(self, label: str) -> Iterator[Version]:
        return (version for version in self.contacts() if label in version.labels)

    def member_count(self, label: str) -> int:
        return self._label_counts[label]

    def size(self, now: int) -> int:
        """What counts toward the account's limit: contacts and Trash."""
        return self._totals[-1] + len(self.trash(now))


def _listed(version: Version | None) -> int:
    return int(version is not None and version.standing is Standing.CONTACT)


def _counted_labels(version: Version) -> tuple[str, ...]:
    return version.labels if version.standing is Standing.CONTACT else ()


def _sequence(version: Version) -> int:
    return version.sequence
