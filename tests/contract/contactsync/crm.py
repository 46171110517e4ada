"""A CRM behind the Repository port, as the contract suite sees it: what users do there, and what can be looked at.

Alice owns; Bob is another user of the same installation. Each implementation of the port has one `Crm`.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from contactsync.actions import DeleteLocal, Fill, Import, Merge, Receipt, Result, Send, Settled
from contactsync.card import Card, Email, Field, Name, Phone
from contactsync.outgoing import created_link
from contactsync.ports import Repository
from contactsync.records import Contact, Deferred, Link, LinkState, Pair, Pending, Person, Reason
from contactsync.writes import Draft, Update

#: When every person of this suite was last written in Google.
WRITTEN_AT = datetime(2025, 12, 24, 12, tzinfo=UTC)

ADA = Card(Name(given="Ada", family="Lovelace"), emails=(Email("ada@example.org", "home"),))
GRACE = Card(Name(given="Grace", family="Hopper"), phones=(Phone("(415) 555-2671", "mobile", "+14155552671"),))


@dataclass(frozen=True, slots=True)
class Past:
    """One line of a contact's timeline: what happened to it, by whom, and whether this run was the cause."""

    event: str
    by: str
    is_of_run: bool


class Crm(Protocol):
    """Alice's contacts, and the repository of a run of her account."""

    repository: Repository

    def now(self) -> datetime:
        """The repository's time."""

    # What users do.

    def create(self, card: Card) -> str: ...

    def edit(self, contact_id: str, card: Card) -> None: ...

    def trash(self, contact_id: str) -> None: ...

    def restore(self, contact_id: str) -> None: ...

    def purge(self, contact_id: str) -> None:
        """The contact has been in the trash for 90 days."""

    def pause(self, contact_id: str) -> None: ...

    def unlink(self, contact_id: str) -> None: ...

    def use_ours(self, contact_id: str, theirs: Card) -> None:
        """The name here shall stand, and that of `theirs`, Google's, go."""

    def bob_creates(self, card: Card) -> str:
        """A contact of Bob's."""

    # What happens to the run.

    def lose_the_lease(self) -> None:
        """Another worker has the account now."""

    def next_run(self) -> None:
        """This run is over, and another one of the same account has begun."""

    # What can be looked at.

    def contact(self, contact_id: str) -> Contact | None: ...

    def contacts(self) -> list[Contact]:
        """All of Alice's, the trash included, oldest first."""

    def links(self) -> list[Link]: ...

    def deferred(self) -> dict[str, Deferred]:
        """What is open, by source id."""

    def duplicates(self) -> dict[frozenset[str], str]:
        """The evidence that is listed for each pair of contacts."""

    def past(self, contact_id: str) -> list[Past]: ...

    def receipts(self) -> dict[str, tuple[str, str]]:
        """The result and the reason that this run keeps last for each contact."""

    def snapshot(self) -> object:
        """All there is, comparable."""


def done[T](call: Coroutine[Any, Any, T]) -> T:
    """What a call of the port comes to."""
    return asyncio.run(call)


def person(source_id: str, card: Card = ADA, *, etag: str = "e1", marker: str | None = None) -> Person:
    """A person of Google's."""
    return Person(source_id, f"people/{source_id}", etag, WRITTEN_AT, card, marker)


def changed(found: Person, card: Card, etag: str = "e2") -> Person:
    """The person after an edit in Google."""
    return replace(found, card=card, etag=etag, updated_at=found.updated_at + timedelta(minutes=1))


def renamed(card: Card, **parts: str) -> Card:
    return replace(card, name=replace(card.name, **parts))


def with_emails(card: Card, *values: str) -> Card:
    return replace(card, emails=tuple(Email(value, "home") for value in values))


def imported(crm: Crm, *persons: Person) -> list[str]:
    """The contacts made of these persons, in their order."""
    done(crm.repository.apply([Import(found) for found in persons]))
    return [_contact_id(link_to(crm, found.source_id)) for found in persons]


def _contact_id(link: Link) -> str:
    assert link.contact_id is not None
    return link.contact_id


def link_to(crm: Crm, source_id: str) -> Link:
    (found,) = [link for link in crm.links() if link.source_id == source_id]
    return found


def link_of(crm: Crm, contact_id: str) -> Link | None:
    found = [link for link in crm.links() if link.contact_id == contact_id]
    assert len(found) < 2
    return found[0] if found else None


def states(crm: Crm) -> dict[str, LinkState]:
    """The state of every link, by source id."""
    return {link.source_id: link.state for link in crm.links()}


def existing(crm: Crm, contact_id: str) -> Contact:
    found = crm.contact(contact_id)
    assert found is not None
    return found


def new_link(contact: Contact, found: Person, **columns: Any) -> Link:
    """A link that is not stored yet."""
    link = Link(
        "", contact.id, found.source_id, found.resource_name, found.etag, found.updated_at, LinkState.LIVE,
        local_base=contact.card, remote_base=found.card,
    )  # fmt: skip
    return replace(link, **columns)


def fill(contact: Contact, found: Person, card: Card | None = None, **columns: Any) -> Fill:
    """A first meeting of the two."""
    return Fill(contact, found, card or contact.card, new_link(contact, found, **columns), "same e-mail")


def merge(crm: Crm, contact_id: str, found: Person, card: Card, **columns: Any) -> Merge:
    """What Google's side changed, planned from what stands there now."""
    contact = existing(crm, contact_id)
    link = replace(
        link_to(crm, found.source_id),
        etag=found.etag, updated_at=found.updated_at, local_base=card, remote_base=found.card, **columns,
    )  # fmt: skip
    return Merge(contact, found, card, link, "changed in Google")


def delete(crm: Crm, contact_id: str) -> DeleteLocal:
    link = link_of(crm, contact_id)
    assert link is not None
    return DeleteLocal(existing(crm, contact_id), link)


def edited(crm: Crm, found: Person, *cards: Card) -> tuple[str, Pair]:
    """A contact in step with its person and then edited here: its id, and the pair as a run reads it."""
    (contact_id,) = imported(crm, found)
    for card in cards or (renamed(found.card, given="Augusta"),):
        crm.edit(contact_id, card)
    (pair,) = [pair for pair in done(crm.repository.pairs([found.source_id])) if pair.contact]
    return contact_id, pair


def send(crm: Crm, pair: Pair, found: Person) -> Send:
    """The write of what was edited here."""
    contact, link = pair.contact, pair.link
    assert contact is not None
    assert link.remote_base is not None
    pending = Pending(link.remote_base, contact.card, contact.card, crm.now())
    in_doubt = waiting(link, crm.now() + timedelta(minutes=10))
    return Send(contact, link, Update(found, contact.card, frozenset(Field)), pending, in_doubt, leftover=False)


def written(crm: Crm, sent: Send, etag: str = "e2", **columns: Any) -> Settled:
    """What is known once Google has answered that write."""
    moved = replace(
        sent.link,
        etag=etag, local_base=sent.pending.local_base, remote_base=sent.pending.after, pending=None,
        changed_here=False, written_at=crm.now(),
    )  # fmt: skip
    receipt = Receipt(sent.contact.id, Result.UPDATED, resource_name=sent.link.resource_name)
    return replace(Settled(moved, receipt, sent.contact.card_revision), **columns)


def refused(crm: Crm, sent: Send, detail: str = "Too long.") -> Settled:
    """Google does not take that write."""
    kept = replace(sent.link, pending=None, changed_here=True)
    receipt = Receipt(sent.contact.id, Result.FAILED, detail, sent.link.resource_name)
    deferred = Deferred(sent.link.source_id, sent.link.resource_name, Reason.REFUSED, crm.now() + MINUTES, 1)
    return Settled(kept, receipt, sent.contact.card_revision, deferred)


def unanswered(crm: Crm, sent: Send) -> Settled:
    """The answer to that write is lost."""
    kept = replace(sent.link, pending=sent.pending, changed_here=True)
    receipt = Receipt(sent.contact.id, Result.WAITING, "no answer came", sent.link.resource_name)
    return Settled(kept, receipt, sent.contact.card_revision, waiting(sent.link, crm.now() + MINUTES))


MINUTES = timedelta(minutes=5)


def waiting(link: Link, due_at: datetime, reason: Reason = Reason.WAIT, tries: int = 0) -> Deferred:
    """The link's person is to be read again."""
    return Deferred(link.source_id, link.resource_name, reason, due_at, tries)


def created(crm: Crm, contact: Contact, found: Person) -> Fill:
    """Google made this person of the contact."""
    link = created_link(Draft(contact.id, contact.card), found, crm.now())
    return Fill(contact, found, contact.card, link, "pushed to Google")


def source_ids(pairs: Iterable[Pair]) -> list[str]:
    return sorted(pair.link.source_id for pair in pairs)


def contact_ids(contacts: Sequence[Contact]) -> list[str]:
    return [contact.id for contact in contacts]
