"""What both fakes share: one clock, and a fuse that stops a run at a chosen call."""

from datetime import UTC, datetime, timedelta


class Crash(Exception):
    """The process dies here."""


class Clock:
    """A clock that moves only when told, and a microsecond with each write, so that no two are at one moment."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Fuse:
    """Burns at every call and transaction, before and after it; `left` of them survive. None never ends."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.burnt = 0

    def burn(self) -> None:
        self.burnt += 1
        if self.left is None:
            return
        if self.left == 0:
            self.left = None
            raise Crash
        self.left -= 1
