"""Undos of undos, of parts, and after a reconnection: neither too much nor too little."""

import pytest

from contactsync.faults import Unavailable
from contactsync.records import Person
from contactsync.writes import Outcome, Unsent
from google_people.provider import GooglePeople
from tandem.contacts.models import Contact
from tandem.googlesync import connection, links
from tandem.googlesync.bulk_runs import run_bulk, undo_bulk
from tandem.googlesync.deeds import Deed, DeedName
from tandem.googlesync.models import Account, Trigger
from tandem.googlesync.services import SyncRefused, change_settings
from tests.integration.googlesync.test_approvals import given
from tests.integration.googlesync.test_undo import edit_there, undone
from tests.integration.googlesync.test_undo_meanwhile import pushed
from tests.integration.googlesync.world import World


def test_who_was_worked_on_since_it_came_back_stays_when_that_is_undone(world: World, ada: Contact) -> None:
    world.google("POST", "delete", {"names": list(world.persons())})
    back = undone(world, world.sync())
    world.edit(ada, notes="Wants a garden.")
    undone(world, back)
    assert given(world) == ["Ada"]


def test_who_was_worked_on_since_it_was_restored_stays_when_that_is_undone(world: World) -> None:
    ada, byron = (world.create(name={"given": name}) for name in ("Ada", "Byron"))
    ids = [ada.id, byron.id]
    run_bulk(user=world.user, contact_ids=ids, deed=Deed(DeedName.TRASH), trigger=Trigger.PERSON)
    restored = run_bulk(user=world.user, contact_ids=ids, deed=Deed(DeedName.RESTORE), trigger=Trigger.PERSON)
    world.edit(ada, notes="Wants a garden.")
    undo_bulk(run=restored)
    assert given(world) == ["Ada"]


@pytest.mark.parametrize("verb", ["pause", "unlink"])
def test_who_was_paused_or_unlinked_is_so_again_when_its_deletion_is_undone(
    world: World, ada: Contact, verb: str
) -> None:
    getattr(links, verb)(user=world.user, contact_id=ada.id)
    deed = Deed(DeedName.TRASH)
    undo_bulk(run=run_bulk(user=world.user, contact_ids=[ada.id], deed=deed, trigger=Trigger.PERSON))
    world.sync()
    assert world.state(ada) == {"pause": "paused", "unlink": "severed"}[verb]


def test_a_run_of_which_one_field_was_undone_can_be_undone_whole(world: World, ada: Contact) -> None:
    edit_there(world, emailAddresses=[{"value": "wrong@example.org", "type": "home"}], phoneNumbers=[])
    run = world.sync()
    undone(world, run, field="emails")
    with pytest.raises(SyncRefused):
        undone(world, run, field="emails")
    undone(world, run)
    ada.refresh_from_db()
    assert ada.phones
    assert [each["value"] for each in ada.emails] == ["ada@example.org"]


def test_what_filled_a_blank_is_taken_back_though_emptied_fields_are_filled_in_again(
    world: World, ada: Contact
) -> None:
    change_settings(account=world.account, changes={"emptied_fields": "refill"})
    edit_there(world, birthdays=[{"date": {"year": 1815, "month": 12, "day": 10}}])
    undone(world, world.sync())
    world.sync()
    ada.refresh_from_db()
    assert ada.birthday_year is None
    assert all("birthdays" not in each for each in world.persons().values())


def test_a_push_undone_right_after_a_reconnection_is_pushed_again_by_the_undo_of_that(
    world: World, ada: Contact
) -> None:
    (grace,), run = pushed(world, "Grace")
    connection.disconnect(world.account)
    world.connect()
    Account.objects.filter(id=world.account.id).update(contact_sync=True)
    back = undone(world, run)
    assert world.state(grace) == "severed"
    undone(world, back)
    assert len(world.persons()) == 2


def test_an_undo_that_was_done_in_two_goes_is_undone_as_a_whole(
    world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two persons the first is deleted before Google has enough, the second by the next try."""
    _, run = pushed(world, "Grace", "Betty")
    deletes, deleted = GooglePeople.delete_one, []

    async def delete_one_alone(google: GooglePeople, who: Person) -> Outcome:
        if deleted:
            return Unsent(Unavailable("quota", "Google's quota is spent.", "It goes on by itself."))
        deleted.append(who)
        return await deletes(google, who)

    monkeypatch.setattr(GooglePeople, "delete_one", delete_one_alone)
    assert undone(world, run).state == "failed"
    monkeypatch.undo()
    second = undone(world, run)
    assert len(world.persons()) == 1
    undone(world, second)
    assert len(world.persons()) == 3
