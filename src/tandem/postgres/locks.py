"""Locks on files of the data folder: the kernel frees them when their last holder ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_lock(path: Path) -> int:
    """Open a lock file and return its descriptor; each opening is a holder of its own."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait until nobody else is inside."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing alone would leave it with a child forked meanwhile
        os.close(descriptor)


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Say whether nobody holds the lock; if so, whoever wants it waits until we are done."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)


def share(path: Path) -> int:
    """Hold the lock along with others, and with every child that inherits the returned descriptor."""
    descriptor = open_lock(path)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    os.set_inheritable(descriptor, True)  # noqa: FBT003 - the standard library's signature
    return descriptor
