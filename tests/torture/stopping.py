"""Stops a run at any point, as if its process had died there."""

from collections.abc import Awaitable, Callable
from typing import Any


class Stopped(BaseException):
    """The process dies here: nobody catches it, and nothing is recorded of it."""


class Fuse:
    """`left` more requests and transactions are survived; None never ends. `burnt` counts them all."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.burnt = 0

    def burn(self) -> None:
        self.burnt += 1
        if self.left is None:
            return
        if self.left == 0:
            self.left = None
            raise Stopped
        self.left -= 1

    def before_each_request(self, guard: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
        async def guarded(keeper: Any) -> None:
            self.burn()
            await guard(keeper)

        return guarded

    def after_each_transaction(self, writing: Callable[..., Any]) -> Callable[..., Any]:
        def written(repository: Any, *args: Any, **kwargs: Any) -> Any:
            result = writing(repository, *args, **kwargs)
            self.burn()
            return result

        return written
