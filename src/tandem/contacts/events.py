"""What other parts learn of a write: plain functions, called inside the verb's own transaction.

`googlesync` subscribes at start; `contacts` knows nothing of it. A verb called by the sync announces nothing.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

#: Takes the owner's id, the contacts' ids, and the id of the run that caused it, where a run did.
type Listener = Callable[[int, Sequence[UUID], UUID | None], None]


class Event:
    """One kind of thing that happens to contacts, and the functions that are told of it."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` at every later announcement; twice subscribed is called once."""
        if listener not in self._listeners:
            self._listeners = (*self._listeners, listener)

    def unsubscribe(self, listener: Listener) -> None:
        """Forget `listener`."""
        self._listeners = tuple(each for each in self._listeners if each != listener)

    def announce(self, owner_id: int, contact_ids: Sequence[UUID], cause: UUID | None) -> None:
        """Tell every listener. An exception of a listener undoes the verb's transaction."""
        for listener in self._listeners:
            listener(owner_id, contact_ids, cause)


card_changed = Event()  #: a value of the Card changed, by text or label
trashed = Event()  #: moved to the trash by someone other than the sync
restored = Event()  #: taken out of the trash by someone other than the sync
purged = Event()  #: about to leave the trash for good, rows still there
erased = Event()  #: about to be erased with all that is known about it, rows still there
