"""The contract suite's CRM on the ORM and a real PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from contactsync.card import Card, Field
from contactsync.changes import field_json
from contactsync.records import Contact, Deferred, Link
from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Change, Term
from tandem.contacts.models import Contact as ContactRow
from tandem.googlesync import answers, links
from tandem.googlesync import lease as leases
from tandem.googlesync.models import (
    Account,
    Conflict,
    ConflictKind,
    Operation,
    PossibleDuplicate,
    Run,
    RunKind,
    RunState,
    Side,
    Trigger,
)
from tandem.googlesync.models import Deferred as DeferredRow
from tandem.googlesync.models import Link as LinkRow
from tandem.googlesync.repository import DjangoRepository
from tandem.googlesync.rows import contact_record, deferred_record, link_record
from tandem.identifiers import new_id
from tandem.users.models import User
from tests.contract.contactsync.crm import Past
from tests.factories import make_user


class DjangoCrm:
    """Implements `Crm` on the database, with users and an account of its own."""

    def __init__(self) -> None:
        self.alice = make_user("alice")
        self.bob = make_user("bob")
        self.account = connected(self.alice)
        self.next_run()

    def now(self) -> datetime:
        return timezone.now()

    def create(self, card: Card) -> str:
        return _create(self.alice, card)

    def edit(self, contact_id: str, card: Card) -> None:
        contacts.change_contact(
            owner_id=self.alice.pk, contact_id=UUID(contact_id), patch=_values(card), actor=Actor.PERSON
        )

    def trash(self, contact_id: str) -> None:
        contacts.trash_contacts(owner_id=self.alice.pk, contact_ids=[UUID(contact_id)], actor=Actor.PERSON)

    def restore(self, contact_id: str) -> None:
        contacts.restore_contacts(owner_id=self.alice.pk, contact_ids=[UUID(contact_id)], actor=Actor.PERSON)

    def purge(self, contact_id: str) -> None:
        long_ago = timezone.now() - timedelta(days=91)
        ContactRow.objects.filter(id=contact_id, trashed_at__isnull=False).update(trashed_at=long_ago)
        contacts.purge_contacts(trashed_before=long_ago + timedelta(days=1))

    def pause(self, contact_id: str) -> None:
        links.pause(user=self.alice, contact_id=UUID(contact_id))

    def unlink(self, contact_id: str) -> None:
        links.unlink(user=self.alice, contact_id=UUID(contact_id))

    def use_ours(self, contact_id: str, theirs: Card) -> None:
        conflict = Conflict.objects.create(
            account=self.account,
            contact_id=contact_id,
            field=Field.NAME.value,
            kind=ConflictKind.DIFFERENCE,
            remote=field_json(theirs, Field.NAME),
            found_at=timezone.now(),
        )
        answers.answer(user=self.alice, conflict=conflict, choice="tandem", actor=Actor.PERSON)

    def bob_creates(self, card: Card) -> str:
        return _create(self.bob, card)

    def lose_the_lease(self) -> None:
        Account.objects.filter(id=self.account.id).update(lease_until=timezone.now() - timedelta(seconds=1))
        assert leases.take(self.account.id) is not None

    def next_run(self, kind: RunKind = RunKind.SYNC) -> None:
        Account.objects.filter(id=self.account.id).update(lease_until=None)
        lease = leases.take(self.account.id)
        assert lease is not None
        self.run = Run.objects.create(
            owner=self.alice,
            account=self.account,
            kind=kind,
            trigger=Trigger.CLI,
            state=RunState.RUNNING,
            created_at=timezone.now(),
        )
        self.repository = DjangoRepository(lease, self.run)

    def contact(self, contact_id: str) -> Contact | None:
        row = ContactRow.objects.filter(id=contact_id, owner=self.alice).first()
        return None if row is None else contact_record(row)

    def contacts(self) -> list[Contact]:
        return [contact_record(row) for row in ContactRow.objects.filter(owner=self.alice).order_by("id")]

    def links(self) -> list[Link]:
        return [link_record(row) for row in self.account.links.order_by("id")]

    def deferred(self) -> dict[str, Deferred]:
        return {row.source_id: deferred_record(row) for row in self.account.deferred.all()}

    def duplicates(self) -> dict[frozenset[str], str]:
        rows = PossibleDuplicate.objects.filter(owner=self.alice)
        return {frozenset((str(row.first_id), str(row.second_id))): row.evidence for row in rows}

    def past(self, contact_id: str) -> list[Past]:
        rows = Change.objects.filter(contact_id=contact_id).order_by("id")
        moments = dict.fromkeys((row.at, row.event, row.by, row.cause == self.run.id) for row in rows)
        return [Past(event, by, is_of_run) for _, event, by, is_of_run in moments]

    def receipts(self) -> dict[str, tuple[str, str]]:
        rows = self.run.operations.filter(side=Side.GOOGLE).exclude(outcome="").order_by("id")
        return {str(row.contact_id): (row.outcome, row.reason) for row in rows}

    def snapshot(self) -> object:
        return {name: sorted(rows.values_list(), key=repr) for name, rows in self._tables().items()}

    def _tables(self) -> Mapping[str, QuerySet[Any]]:
        return {
            "account": Account.objects.filter(id=self.account.id),
            "contacts": ContactRow.objects.filter(owner=self.alice),
            "changes": Change.objects.filter(contact__owner=self.alice),
            "terms": Term.objects.filter(owner=self.alice),
            "links": LinkRow.objects.filter(account=self.account),
            "deferred": DeferredRow.objects.filter(account=self.account),
            "duplicates": PossibleDuplicate.objects.filter(owner=self.alice),
            "operations": Operation.objects.filter(account=self.account),
            "runs": Run.objects.filter(account=self.account),
        }


def connected(user: User) -> Account:
    """A Google account of the user's, with the sync on."""
    name = new_id().hex
    return Account.objects.create(
        user=user, sub=name, email=f"{name}@sandbox.example", connected_at=timezone.now(), contact_sync=True
    )


def _create(user: User, card: Card) -> str:
    created = contacts.create_contact(
        owner_id=user.pk, values=_values(card), actor=Actor.PERSON, duplicate_allowed=True
    )
    return str(created.id)


def _values(card: Card) -> dict[str, Any]:
    """The Card in the API's shape."""
    birthday = card.birthday
    return {
        "name": asdict(card.name),
        "emails": [{"value": email.value, "label": email.label} for email in card.emails],
        "phones": [{"value": phone.value, "label": phone.label} for phone in card.phones],
        "addresses": [asdict(address) for address in card.addresses],
        "birthday": birthday and {"year": birthday.year, "month": birthday.month, "day": birthday.day},
    }
