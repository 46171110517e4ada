"""Stand-ins for both ports of the engine, on one clock, with faults and with stops at any point.

`FakeProvider` is Google, `FakeRepository` the CRM; each has, besides its port, the verbs of a person at work there.
`World` is the two of them and the engine between.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from contactsync.card import Card
from contactsync.execute import push, sync, sync_contacts
from contactsync.records import Policy
from tests.fake_provider import FakeProvider, Fault
from tests.fake_repository import FakeRepository
from tests.fake_world import Clock, Crash, Fuse

__all__ = ["DELAY_SECONDS", "Clock", "Crash", "FakeProvider", "FakeRepository", "Fault", "Fuse", "World"]

#: Google's propagation delay in these worlds.
DELAY_SECONDS = 600.0


class World:
    """A Google account and a CRM; `linked` makes a pair in step, `run` and `push` call the engine."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.clock = Clock()
        self.fuse = Fuse()
        self.google = FakeProvider(self.clock, self.fuse)
        self.crm = FakeRepository(self.clock, self.fuse, policy or Policy(delay_seconds=DELAY_SECONDS))

    def run(self) -> None:
        self._call(sync(self.google, self.crm, self.clock))

    def push(self, *contact_ids: str, anyway: bool = False) -> None:
        self._call(push(self.google, self.crm, self.clock, contact_ids, anyway=anyway))

    def sync_contacts(self, *contact_ids: str, persons: Sequence[str] = ()) -> None:
        self._call(sync_contacts(self.google, self.crm, self.clock, contact_ids, persons))

    def _call(self, run: Coroutine[Any, Any, None]) -> None:
        try:
            asyncio.run(run)
        finally:
            assert self.crm.journal.refused == [], "the engine asked for what no database stores"

    def wait(self, seconds: float = DELAY_SECONDS) -> None:
        self.clock.pass_seconds(seconds)

    def later(self) -> None:
        """A run after the delay."""
        self.wait()
        self.run()

    def linked(self, card: Card) -> tuple[str, str]:
        """A person and the contact made from it, in step: (source id, contact id)."""
        source_id = self.google.user_creates(card)
        self.later()
        link = self.crm.link_to(source_id)
        assert link is not None
        assert link.contact_id is not None
        self.wait()
        return source_id, link.contact_id

    def pushed(self, card: Card) -> tuple[str, str]:
        """A contact and the person made from it: (source id, contact id). The delay is not over."""
        contact_id = self.crm.user_creates(card)
        self.push(contact_id)
        link = self.crm.link_of(contact_id)
        assert link is not None
        return link.source_id, contact_id
