"""The sync's own writes: many at a time, each only where the contact still is as planned."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from contactsync.card import Address, Birthday, Card, Email, Name, Phone
from tandem.contacts.bulk import (
    CardWrite,
    NewContact,
    copy_contacts,
    restore_by_sync,
    trash_by_sync,
    write_cards,
)
from tandem.contacts.cards import card_of
from tandem.contacts.details import details_of
from tandem.contacts.models import Change, Contact, Status, Term
from tandem.contacts.querysets import found_by, in_use
from tandem.contacts.recording import terms_of_details
from tandem.identifiers import new_id
from tandem.users.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

RUN = uuid4()

AWKWARD = Card(
    name=Name("Dr.", "A\\da\t", "new\nline", 'O"Brien', "\\N"),
    emails=(Email("ada\\x@example.org", "ho\tme"), Email("日本@example.jp")),
    phones=(Phone("(415) 555-2671", "mobile", "+14155552671"),),
    addresses=(Address(street="12 Main St\r\nFlat \\2", city="Zürich", country_code="CH"),),
    birthday=Birthday(None, 12, 10),
)


@pytest.fixture
def alice() -> User:
    return make_user("alice")


def copied(owner: User, *cards: Card) -> list[UUID]:
    rows = [
        NewContact(new_id(), owner.pk, card, "Acme", Status.PROSPECT, "Google Contacts", timezone.now(), RUN)
        for card in cards
    ]
    with connection.cursor() as cursor:
        copy_contacts(cursor, rows)
    return [row.id for row in rows]


def found(owner: User, query: str) -> list[UUID]:
    return list(found_by(in_use(owner.pk), owner.pk, query).values_list("id", flat=True))


def terms_in_store(contact_id: UUID) -> set[str]:
    return set(Term.objects.filter(contact_id=contact_id).values_list("term", flat=True))


@pytest.mark.parametrize("card", [AWKWARD, Card(), Card(birthday=Birthday(text="in spring"))])
def test_copied_card_reads_back_as_it_was(alice: User, card: Card) -> None:
    (contact_id,) = copied(alice, card)
    contact = Contact.objects.get(id=contact_id)
    assert card_of(contact) == card
    assert (contact.status, contact.source, contact.company) == ("prospect", "Google Contacts", "Acme")
    assert (contact.revision, contact.card_revision, contact.hashtags, contact.trashed_at) == (1, 1, [], None)


def test_copied_contact_has_its_history_and_is_found(alice: User) -> None:
    (contact_id,) = copied(alice, AWKWARD)
    row = Change.objects.get(contact_id=contact_id)
    assert (row.event, row.by, row.cause, row.before, row.after) == ("created", "sync", RUN, None, None)
    assert found(alice, "ada\\x@example.org") == found(alice, "acme") == found(alice, "日本") == [contact_id]
    assert terms_in_store(contact_id) == terms_of_details(details_of(Contact.objects.get(id=contact_id)))


def test_copying_nothing_is_nothing(alice: User) -> None:
    assert copied(alice) == []


def test_cards_are_written_where_they_are_as_planned(alice: User) -> None:
    written, moved, foreign = copied(alice, AWKWARD, AWKWARD)[0], *copied(alice, AWKWARD), *copied(make_user(), AWKWARD)
    Contact.objects.filter(id=moved).update(card_revision=2)
    new = Card(name=Name(given="Grace"), phones=AWKWARD.phones, birthday=AWKWARD.birthday)
    writes = [CardWrite(each, 1, new) for each in (written, moved, foreign)]
    assert write_cards(writes, owner_id=alice.pk, cause=RUN, at=timezone.now()) == {written}
    contact = Contact.objects.get(id=written)
    assert card_of(contact) == new
    assert (contact.revision, contact.card_revision, contact.company) == (2, 2, "Acme")
    assert card_of(Contact.objects.get(id=moved)) == AWKWARD
    assert card_of(Contact.objects.get(id=foreign)) == AWKWARD


def test_written_card_leaves_a_row_for_each_field_and_right_terms(alice: User) -> None:
    (contact_id,) = copied(alice, AWKWARD)
    new = Card(name=AWKWARD.name, emails=(Email("grace@example.org"),), birthday=None)
    write_cards([CardWrite(contact_id, 1, new, "Navy")], owner_id=alice.pk, cause=RUN, at=timezone.now())
    rows = {row.field: row for row in Change.objects.filter(contact_id=contact_id, event="changed")}
    assert set(rows) == {"emails", "phones", "addresses", "birthday", "company"}
    assert rows["emails"].after == [{"value": "grace@example.org", "label": ""}]
    assert rows["emails"].before[0] == {"value": "ada\\x@example.org", "label": "ho\tme"}
    assert rows["birthday"].after == {}
    assert (rows["company"].before, rows["company"].after, rows["company"].cause) == ("Acme", "Navy", RUN)
    assert terms_in_store(contact_id) == terms_of_details(details_of(Contact.objects.get(id=contact_id)))


def test_sync_trashes_where_the_card_is_as_planned(alice: User) -> None:
    planned, moved, any_revision = copied(alice, AWKWARD, AWKWARD, AWKWARD)
    Contact.objects.filter(id__in=[moved, any_revision]).update(card_revision=5)
    trashed = trash_by_sync(
        {planned: 1, moved: 1, any_revision: None},
        owner_id=alice.pk,
        because="Deleted in Google",
        cause=RUN,
        at=timezone.now(),
    )
    assert trashed == {planned, any_revision}
    assert Contact.objects.get(id=planned).trashed_because == "Deleted in Google"
    assert Contact.objects.get(id=moved).trashed_at is None
    assert Change.objects.get(contact_id=planned, event="trashed").by == "sync"


def test_sync_restores_only_what_is_in_the_trash(alice: User) -> None:
    trashed, kept = copied(alice, AWKWARD, AWKWARD)
    trash_by_sync({trashed: None}, owner_id=alice.pk, because="x", cause=RUN, at=timezone.now())
    restored = restore_by_sync([trashed, kept], owner_id=alice.pk, cause=RUN, at=timezone.now())
    assert restored == {trashed}
    assert Contact.objects.get(id=trashed).trashed_at is None
    assert Change.objects.filter(contact_id=trashed, event="restored").count() == 1
