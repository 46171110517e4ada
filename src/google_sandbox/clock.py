"""The sandbox's clock: the machine's, plus an offset that a test moves."""

import time
from datetime import UTC, datetime

MICROSECONDS = 1_000_000


class Clock:
    """Virtual time. Every deadline of the sandbox (tokens, quotas, Trash, delay) reads this clock."""

    def __init__(self) -> None:
        self.offset_seconds = 0.0

    def seconds(self) -> float:
        return time.time() + self.offset_seconds

    def microseconds(self) -> int:
        return int(self.seconds() * MICROSECONDS)


def rfc3339(microseconds: int) -> str:
    """Google's form of a moment: `2023-02-24T16:40:20.181599Z`."""
    seconds, rest = divmod(microseconds, MICROSECONDS)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
