"""Stops a run at any point, as if its process had died there, or lets something else happen at that point."""

from collections.abc import Awaitable, Callable
from typing import Any

from tandem.googlesync.threads import in_thread


class Stopped(BaseException):
    """The process dies here: nobody catches it, and nothing is recorded of it."""


class Fuse:
    """`left` more requests and transactions are survived; None never ends. `burnt` counts them all.

    After `until_act` more of them `act` is called once, while the run waits. What it raises is kept in `error`, as the
    run would take it for a fault of its own.
    """

    def __init__(self) -> None:
        self.left: int | None = None
        self.burnt = 0
        self.until_act = 0
        self.act: Callable[[], object] | None = None
        self.error: Exception | None = None

    def burn(self) -> None:
        self.burnt += 1
        if self.left is None:
            return
        if self.left == 0:
            self.left = None
            raise Stopped
        self.left -= 1

    def acting(self) -> Callable[[], None] | None:
        """What is to happen now, if its moment has come."""
        if self.act is None:
            return None
        if self.until_act:
            self.until_act -= 1
            return None
        act, self.act = self.act, None

        def caught() -> None:
            try:
                act()
            except Exception as error:  # noqa: BLE001 - the test's own, raised again when the run is over
                self.error = error

        return caught

    def before_each_request(self, guard: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
        async def guarded(keeper: Any) -> None:
            self.burn()
            if acting := self.acting():
                await in_thread(acting)
            await guard(keeper)

        return guarded

    def after_each_transaction(self, writing: Callable[..., Any]) -> Callable[..., Any]:
        def written(repository: Any, *args: Any, **kwargs: Any) -> Any:
            result = writing(repository, *args, **kwargs)
            self.burn()
            if acting := self.acting():
                acting()
            return result

        return written
