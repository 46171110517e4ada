"""The contract suite's CRM on `tests.fake_repository`."""

from copy import deepcopy
from datetime import datetime

from contactsync.card import Card, Field
from contactsync.records import Contact, Deferred, Link
from tests.contract.contactsync.crm import Past
from tests.fake_repository import FakeRepository
from tests.fake_world import Clock


class FakeCrm:
    """Implements `Crm` in memory."""

    def __init__(self) -> None:
        self.repository = FakeRepository(Clock())
        self._bob = FakeRepository(Clock())

    def now(self) -> datetime:
        return self.repository.clock()

    def create(self, card: Card) -> str:
        return self.repository.user_creates(card)

    def edit(self, contact_id: str, card: Card) -> None:
        self.repository.user_edits(contact_id, card)

    def trash(self, contact_id: str) -> None:
        self.repository.user_trashes(contact_id)

    def restore(self, contact_id: str) -> None:
        self.repository.user_restores(contact_id)

    def purge(self, contact_id: str) -> None:
        self.repository.purge(contact_id)

    def pause(self, contact_id: str) -> None:
        self.repository.user_pauses(contact_id)

    def unlink(self, contact_id: str) -> None:
        self.repository.user_unlinks(contact_id)

    def use_ours(self, contact_id: str, theirs: Card) -> None:
        self.repository.user_answers(contact_id, Field.NAME, theirs)

    def bob_creates(self, card: Card) -> str:
        return f"bob-{self._bob.user_creates(card)}"

    def lose_the_lease(self) -> None:
        self.repository.lease_is_lost = True

    def next_run(self) -> None:
        self.repository.journal.receipts.clear()

    def contact(self, contact_id: str) -> Contact | None:
        return self.repository.contacts_by_id.get(contact_id)

    def contacts(self) -> list[Contact]:
        return [contact for _, contact in sorted(self.repository.contacts_by_id.items())]

    def links(self) -> list[Link]:
        return list(self.repository.links.values())

    def deferred(self) -> dict[str, Deferred]:
        return dict(self.repository.deferred)

    def duplicates(self) -> dict[frozenset[str], str]:
        return {frozenset((one, other)): why for one, other, why in self.repository.journal.duplicates}

    def past(self, contact_id: str) -> list[Past]:
        changes = [change for change in self.repository.journal.changes if change.contact_id == contact_id]
        return [Past(change.event, change.by, change.by == "sync") for change in changes]

    def receipts(self) -> dict[str, tuple[str, str]]:
        receipts = self.repository.journal.receipts
        return {receipt.contact_id: (receipt.result.value, receipt.reason) for receipt in receipts}

    def snapshot(self) -> object:
        crm = self.repository
        stores = (crm.contacts_by_id, crm.links, crm.deferred, crm.creates, crm.journal, crm.token)
        return deepcopy(stores)
