"""Undo, on both sides, by the table of docs/explanation/sync.md; over real HTTP and PostgreSQL."""

import pytest

from tandem.contacts.models import Contact
from tandem.googlesync.models import Run, Trigger
from tandem.googlesync.services import SyncRefused, change_settings, request_push
from tandem.googlesync.undo import undo
from tests.integration.googlesync.world import World, person


def undone(world: World, run: Run, contact: Contact | None = None, field: str = "") -> Run:
    begun = undo(
        user=world.user,
        run=run,
        contact_id=contact.id if contact else None,
        field_name=field,
        trigger=Trigger.PERSON,
        is_queued=False,
    )
    return world.run(begun)


def edit_there(world: World, **fields: object) -> None:
    (name,) = world.persons()
    world.google("POST", "edit", {"persons": {name: fields}})


def there(world: World) -> dict[str, object]:
    (found,) = world.persons().values()
    return found


def emails(world: World) -> tuple[list[str], list[str]]:
    (here,) = world.contacts()
    return [each["value"] for each in here.emails], [each["value"] for each in there(world).get("emailAddresses", [])]


def test_an_import_goes_to_the_trash_and_does_not_come_back(world: World, ada: Contact) -> None:
    assert undone(world, world.first).state == "done"
    assert world.contacts() == []
    world.sync()
    assert world.contacts() == []
    assert len(world.persons()) == 1


def test_an_imported_contact_that_was_worked_on_stays(world: World, ada: Contact) -> None:
    world.edit(ada, notes="Met at the open house.")
    run = undone(world, world.first)
    assert [contact.given for contact in world.contacts()] == ["Ada"]
    assert [operation.outcome for operation in run.operations.all()] == ["skipped"]


def test_a_value_that_came_from_google_goes_back_on_both_sides(world: World, ada: Contact) -> None:
    edit_there(world, emailAddresses=[{"value": "wrong@example.org", "type": "home"}])
    run = world.sync()
    assert emails(world) == (["wrong@example.org"], ["wrong@example.org"])
    undone(world, run)
    assert emails(world) == (["ada@example.org"], ["ada@example.org"])
    world.sync()
    assert emails(world) == (["ada@example.org"], ["ada@example.org"])


def test_a_value_that_went_to_google_goes_back_on_both_sides(world: World, ada: Contact) -> None:
    world.edit(ada, emails=[])
    run = world.sync()
    assert emails(world) == ([], [])
    undone(world, run)
    assert emails(world) == (["ada@example.org"], ["ada@example.org"])


def test_what_was_changed_since_stays(world: World, ada: Contact) -> None:
    edit_there(world, emailAddresses=[{"value": "wrong@example.org", "type": "home"}])
    run = world.sync()
    world.edit(ada, emails=[{"value": "right@example.org", "label": "home"}])
    undone(world, run)
    assert "right@example.org" in emails(world)[0]
    assert "wrong@example.org" not in emails(world)[0]


def test_one_field_of_one_contact_alone(world: World, ada: Contact) -> None:
    edit_there(world, emailAddresses=[{"value": "wrong@example.org", "type": "home"}], names=[{"givenName": "Augusta"}])
    run = world.sync()
    undone(world, run, ada, "emails")
    ada.refresh_from_db()
    assert ada.given == "Augusta"
    assert emails(world) == (["ada@example.org"], ["ada@example.org"])


def test_an_undo_can_be_undone(world: World, ada: Contact) -> None:
    edit_there(world, emailAddresses=[{"value": "new@example.org", "type": "home"}])
    first = undone(world, world.sync())
    undone(world, first)
    assert emails(world) == (["new@example.org"], ["new@example.org"])


def test_a_run_is_undone_once(world: World, ada: Contact) -> None:
    edit_there(world, emailAddresses=[{"value": "new@example.org", "type": "home"}])
    run = world.sync()
    undone(world, run)
    with pytest.raises(SyncRefused) as caught:
        undone(world, run)
    assert caught.value.code == "undone"


def test_a_contact_deleted_in_google_is_restored_here(world: World, ada: Contact) -> None:
    world.google("POST", "delete", {"names": list(world.persons())})
    run = world.sync()
    assert world.contacts() == []
    undone(world, run)
    assert [contact.given for contact in world.contacts()] == ["Ada"]
    assert world.persons() == {}


def pushed(world: World) -> tuple[Contact, Run]:
    contact = world.create(name={"given": "Grace", "family": "Hopper"}, emails=[{"value": "grace@example.org"}])
    run = request_push(user=world.user, contact_ids=[contact.id], trigger=Trigger.PERSON, is_queued=False)
    return contact, world.run(run)


def test_a_person_that_a_push_made_is_deleted_in_google(world: World, ada: Contact) -> None:
    grace, run = pushed(world)
    assert len(world.persons()) == 2
    undone(world, run)
    assert len(world.persons()) == 1
    assert world.state(grace) == "severed"
    world.sync()
    assert sorted(contact.given for contact in world.contacts()) == ["Ada", "Grace"]


def test_a_person_that_was_touched_since_stays(world: World, ada: Contact) -> None:
    _, run = pushed(world)
    name = next(key for key, each in world.persons().items() if each["names"][0]["givenName"] == "Grace")
    world.google("POST", "edit", {"persons": {name: {"nicknames": [{"value": "Amazing Grace"}]}}})
    undo_run = undone(world, run)
    assert len(world.persons()) == 2
    assert [operation.outcome for operation in undo_run.operations.all()] == ["skipped"]


def test_a_link_of_a_first_meeting_is_taken_back_with_its_fills(world: World) -> None:
    contact = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "ada@example.org"}])
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"], phones=["+1 415 555 2671"]))
    world.connect()
    run = world.switch_on()
    contact.refresh_from_db()
    assert contact.phones
    undone(world, run)
    contact.refresh_from_db()
    assert contact.phones == []
    assert world.state(contact) == "severed"
    assert there(world)["phoneNumbers"]


def linked_by_a_first_meeting(world: World) -> tuple[Contact, Run]:
    """Each side has something that the other lacks; the run that links them fills both."""
    contact = world.create(
        name={"given": "Ada", "family": "Lovelace"},
        emails=[{"value": "ada@example.org", "label": "home"}, {"value": "mine@example.org", "label": "work"}],
    )
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"], phones=["+1 415 555 2671"]))
    world.connect()
    return contact, world.switch_on()


def test_what_a_first_meeting_filled_in_google_is_taken_back_there_and_stays_here(world: World) -> None:
    contact, run = linked_by_a_first_meeting(world)
    assert emails(world)[1] == ["ada@example.org", "mine@example.org"]
    undone(world, run)
    assert emails(world) == (["ada@example.org", "mine@example.org"], ["ada@example.org"])
    assert world.state(contact) == "severed"
    world.sync()
    assert emails(world) == (["ada@example.org", "mine@example.org"], ["ada@example.org"])


def test_a_fill_in_google_that_was_changed_there_since_stays(world: World) -> None:
    _, run = linked_by_a_first_meeting(world)
    edit_there(world, emailAddresses=[{"value": "ada@example.org"}, {"value": "new@example.org"}])
    undone(world, run)
    assert emails(world)[1] == ["ada@example.org", "new@example.org"]


@pytest.mark.parametrize("field", ["emails", "phones"])
def test_one_field_of_a_first_meeting_goes_back_on_its_own_side_and_the_link_stays(world: World, field: str) -> None:
    contact, run = linked_by_a_first_meeting(world)
    undone(world, run, contact, field)
    contact.refresh_from_db()
    is_of_emails = field == "emails"
    for _ in range(2):
        assert emails(world)[0] == ["ada@example.org", "mine@example.org"]
        assert ("mine@example.org" in emails(world)[1]) != is_of_emails
        assert bool(contact.phones) == is_of_emails
        assert there(world)["phoneNumbers"]
        assert world.state(contact) == "linked"
        world.sync()
        contact.refresh_from_db()


def test_with_the_switch_off_nothing_is_undone_and_nothing_called(world: World, ada: Contact) -> None:
    world.edit(ada, emails=[])
    run = world.sync()
    change_settings(account=world.account, changes={"contact_sync": False})
    with pytest.raises(SyncRefused) as caught:
        undone(world, run)
    assert caught.value.code == "sync_off"
    assert not run.undone_by.exists()


def test_who_was_merged_in_google_is_merged_into_nobody_once_it_is_undone(world: World) -> None:
    survivor, loser = world.load(
        person("Ann", "Lee", emails=["ann@example.org"]), person("Ann", "Lee", emails=["lee@example.org"])
    )
    world.connect()
    world.switch_on()
    world.google("POST", "merge", {"survivor": survivor, "losers": [loser]})
    run = world.sync()
    merged = Contact.objects.get(owner=world.user, trashed_at__isnull=False)
    assert merged.merged_into is not None
    undone(world, run)
    merged.refresh_from_db()
    assert (merged.trashed_at, merged.merged_into) == (None, None)
