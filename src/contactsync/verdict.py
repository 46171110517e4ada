"""The three-way decision on one thing that is held twice, each side against its own base."""

from collections.abc import Hashable
from enum import Enum, auto
from typing import assert_never


class Verdict(Enum):
    """Whose present value the other side takes over."""

    STAYS = auto()  #: nobody's: equal already, or a difference that nobody edited
    LOCAL = auto()
    REMOTE = auto()
    CLASH = auto()  #: both sides changed it, differently

    def apply[T](self, local: T, remote: T, *, local_wins: bool) -> tuple[T, T]:
        """What the local and the remote side hold afterwards; the policy decides a clash."""
        match self:
            case Verdict.STAYS:
                return local, remote
            case Verdict.LOCAL:
                return local, local
            case Verdict.REMOTE:
                return remote, remote
            case Verdict.CLASH:
                return (local, local) if local_wins else (remote, remote)
            case _:
                assert_never(self)


def verdict(local_base: Hashable, local: Hashable, remote_base: Hashable, remote: Hashable) -> Verdict:
    """Decides by keys that are equal where nothing was edited. The two bases may differ from each other."""
    edited_here, edited_there = local != local_base, remote != remote_base
    if local == remote or not (edited_here or edited_there):
        return Verdict.STAYS
    if edited_here and edited_there:
        return Verdict.CLASH
    return Verdict.LOCAL if edited_here else Verdict.REMOTE
