"""The verbs of contacts: versions, history, terms, events, and what they refuse."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from tandem.contacts import events, services
from tandem.contacts.errors import DuplicateEmail, InTrash, NotFound, RevisionConflict
from tandem.contacts.history import forget_values
from tandem.contacts.models import Actor, Change, Contact, Status, Term
from tandem.contacts.querysets import found_by, in_use, with_hashtag
from tandem.users.models import User
from tests.factories import ADA, make_contact, make_user

pytestmark = pytest.mark.django_db

EVENTS = {
    "card_changed": events.card_changed,
    "trashed": events.trashed,
    "restored": events.restored,
    "purged": events.purged,
    "erased": events.erased,
}


@pytest.fixture
def heard() -> Iterator[list[tuple[str, tuple[UUID, ...]]]]:
    """What was announced: the event's name and the contacts."""
    announced: list[tuple[str, tuple[UUID, ...]]] = []

    def listener_of(name: str) -> events.Listener:
        def listen(_: int, contact_ids: Sequence[UUID], __: UUID | None) -> None:
            announced.append((name, tuple(contact_ids)))

        return listen

    listeners = {name: listener_of(name) for name in EVENTS}
    for name, listener in listeners.items():
        EVENTS[name].subscribe(listener)
    yield announced
    for name, listener in listeners.items():
        EVENTS[name].unsubscribe(listener)


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def bob() -> User:
    return make_user("bob")


def change(contact: Contact, patch: dict[str, object], actor: Actor = Actor.PERSON, **more: object) -> Contact:
    return services.change_contact(owner_id=contact.owner_id, contact_id=contact.id, patch=patch, actor=actor, **more)


def found(owner: User, query: str) -> list[UUID]:
    return list(found_by(in_use(owner.pk), owner.pk, query).values_list("id", flat=True))


def test_creating_leaves_one_row_of_history(alice: User) -> None:
    contact = make_contact(alice)
    row = Change.objects.get(contact=contact)
    assert (row.event, row.field, row.before, row.by) == ("created", "", None, "person")
    assert (contact.revision, contact.card_revision) == (1, 1)


def test_change_of_the_card_raises_both_revisions_and_is_announced(alice: User, heard: list) -> None:
    contact = make_contact(alice)
    cause = uuid4()
    changed = change(contact, {"emails": [{"value": "king@example.org"}], "notes": "x"}, cause=cause)
    stored = Contact.objects.get(id=contact.id)
    assert (changed.revision, changed.card_revision) == (stored.revision, stored.card_revision) == (2, 2)
    assert heard == [("card_changed", (contact.id,))]
    rows = {row.field: row for row in Change.objects.filter(contact=contact, event="changed")}
    assert set(rows) == {"emails", "notes"}
    assert rows["emails"].before == [{"value": "ada@example.org", "label": "home"}]
    assert rows["emails"].after == [{"value": "king@example.org", "label": ""}]
    assert {row.cause for row in rows.values()} == {cause}


def test_change_beside_the_card_leaves_the_card_revision(alice: User, heard: list) -> None:
    changed = change(make_contact(alice), {"notes": "x", "hashtags": ["navy"]})
    assert (changed.revision, changed.card_revision) == (2, 1)
    assert heard == []


def test_white_space_in_a_name_is_no_edit_of_the_card(alice: User, heard: list) -> None:
    changed = change(make_contact(alice), {"name": {"given": " Ada "}})
    assert (changed.revision, changed.card_revision, changed.given) == (2, 1, " Ada ")
    assert heard == []


def test_change_to_the_same_writes_nothing(alice: User, heard: list) -> None:
    contact = make_contact(alice)
    assert change(contact, ADA).revision == 1
    assert Change.objects.filter(contact=contact).count() == 1
    assert heard == []


def test_sync_announces_nothing(alice: User, heard: list) -> None:
    change(make_contact(alice), {"name": {"given": "Augusta"}}, actor=Actor.SYNC)
    assert heard == []


def test_listener_that_fails_undoes_the_write(alice: User) -> None:
    contact = make_contact(alice)

    def fail(*_: object) -> None:
        raise RuntimeError

    events.card_changed.subscribe(fail)
    try:
        with pytest.raises(RuntimeError):
            change(contact, {"name": {"given": "Augusta"}})
    finally:
        events.card_changed.unsubscribe(fail)
    assert Contact.objects.get(id=contact.id).given == "Ada"
    assert found(alice, "augusta") == []


def test_change_under_an_old_revision_is_refused(alice: User) -> None:
    contact = make_contact(alice)
    change(contact, {"notes": "x"}, expected_revision=1)
    with pytest.raises(RevisionConflict) as refusal:
        change(contact, {"notes": "y"}, expected_revision=1)
    assert refusal.value.current == 2


def test_contact_in_the_trash_is_not_edited(alice: User) -> None:
    contact = make_contact(alice)
    services.trash_contacts(owner_id=alice.pk, contact_ids=[contact.id], actor=Actor.PERSON)
    with pytest.raises(InTrash):
        change(contact, {"notes": "x"})


def test_email_that_the_owner_has_is_a_duplicate_in_any_case(alice: User, bob: User) -> None:
    contact = make_contact(alice)
    values = {"emails": [{"value": "ADA@EXAMPLE.org"}]}
    with pytest.raises(DuplicateEmail) as refusal:
        services.create_contact(owner_id=alice.pk, values=values, actor=Actor.PERSON)
    assert refusal.value.contact_id == contact.id
    services.create_contact(owner_id=bob.pk, values=values, actor=Actor.PERSON)


def test_terms_follow_every_write(alice: User) -> None:
    contact = make_contact(alice)
    assert found(alice, "lovelace 415") == [contact.id]
    change(contact, {"name": {"family": "King"}, "phones": [{"value": "020 7946 0958"}]})
    assert found(alice, "lovelace") == found(alice, "415") == []
    assert found(alice, "king 7946") == []
    assert found(alice, "king 020 7946") == [contact.id]


def test_status_is_set_for_many_and_recorded_where_it_changed(alice: User, bob: User, heard: list) -> None:
    mine = [make_contact(alice), make_contact(alice), make_contact(alice, status="client")]
    foreign = make_contact(bob)
    ids = [contact.id for contact in [*mine, foreign]]
    changed = services.set_status(owner_id=alice.pk, contact_ids=ids, status=Status.CLIENT, actor=Actor.PERSON)
    assert changed == {mine[0].id, mine[1].id}
    assert Contact.objects.get(id=foreign.id).status == "sphere"
    rows = Change.objects.filter(field="status")
    assert {(row.contact_id, row.before, row.after) for row in rows} == {
        (contact, "sphere", "client") for contact in changed
    }
    assert heard == []


def test_hashtags_are_added_and_removed_for_many(alice: User) -> None:
    tagged, plain = make_contact(alice, hashtags=["navy"]), make_contact(alice, name={"given": "Grace"})
    ids = [tagged.id, plain.id]
    added = services.add_hashtags(owner_id=alice.pk, contact_ids=ids, hashtags=["#Navy"], actor=Actor.PERSON)
    assert added == {plain.id}
    assert set(with_hashtag(in_use(alice.pk), alice.pk, "#navy").values_list("id", flat=True)) == set(ids)
    removed = services.remove_hashtags(owner_id=alice.pk, contact_ids=ids, hashtags=["navy"], actor=Actor.PERSON)
    assert removed == set(ids)
    assert not with_hashtag(in_use(alice.pk), alice.pk, "navy").exists()
    assert Contact.objects.get(id=plain.id).revision == 3


def test_trash_and_back(alice: User, bob: User, heard: list) -> None:
    contact, foreign = make_contact(alice), make_contact(bob)
    ids = [contact.id, foreign.id]
    for _ in range(2):
        services.trash_contacts(owner_id=alice.pk, contact_ids=ids, actor=Actor.PERSON)
    stored = Contact.objects.get(id=contact.id)
    assert stored.trashed_at is not None
    assert (stored.trashed_because, stored.revision) == ("Deleted here", 2)
    for _ in range(2):
        services.restore_contacts(owner_id=alice.pk, contact_ids=ids, actor=Actor.PERSON)
    stored.refresh_from_db()
    assert (stored.trashed_at, stored.trashed_because, stored.revision) == (None, "", 3)
    assert heard == [("trashed", (contact.id,)), ("restored", (contact.id,))]
    rows = Change.objects.filter(contact=contact).order_by("id")
    assert [row.event for row in rows] == ["created", "trashed", "restored"]


def test_old_trash_is_purged_and_young_trash_stays(alice: User, bob: User, heard: list) -> None:
    old, young = make_contact(alice), make_contact(bob)
    for contact in (old, young):
        services.trash_contacts(owner_id=contact.owner_id, contact_ids=[contact.id], actor=Actor.PERSON)
    moment = timezone.now()
    Contact.objects.filter(id=old.id).update(trashed_at=moment - timedelta(days=91))
    assert services.purge_contacts(trashed_before=moment - timedelta(days=90)) == 1
    assert list(Contact.objects.values_list("id", flat=True)) == [young.id]
    assert heard[-1] == ("purged", (old.id,))
    assert not Term.objects.filter(owner=alice).exists()


def test_erasing_leaves_no_row(alice: User, bob: User, heard: list) -> None:
    contact = make_contact(alice)
    with pytest.raises(NotFound):
        services.erase_contact(owner_id=bob.pk, contact_id=contact.id)
    services.erase_contact(owner_id=alice.pk, contact_id=contact.id)
    assert not Change.objects.filter(contact_id=contact.id).exists()
    assert not Term.objects.filter(contact_id=contact.id).exists()
    assert heard == [("erased", (contact.id,))]


def test_values_are_forgotten_after_their_time_and_the_rest_stays(alice: User) -> None:
    contact = make_contact(alice)
    change(contact, {"notes": "secret"})
    assert forget_values(timezone.now() - timedelta(days=1)) == 0
    assert forget_values(timezone.now() + timedelta(seconds=1)) == 1
    row = Change.objects.get(contact=contact, field="notes")
    assert (row.before, row.after, row.by) == (None, None, "person")
