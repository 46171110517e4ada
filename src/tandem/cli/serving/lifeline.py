"""A pipe from parent to child: when the parent is gone, however it went, the child stops by itself."""

import os
import signal
import threading


def follow(descriptor: int) -> None:
    """Stop this process, as with SIGTERM, once the other end of the pipe is closed. Nothing for -1."""
    if descriptor >= 0:
        threading.Thread(target=_wait, args=(descriptor,), name="lifeline", daemon=True).start()


def _wait(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
