"""Undoing what other verbs, faults and the brake have touched meanwhile."""

import pytest

from contactsync.faults import Unavailable
from contactsync.records import Person
from contactsync.writes import Outcome, Unsent
from google_people.provider import GooglePeople
from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import links
from tandem.googlesync.models import Run, Trigger
from tandem.googlesync.services import change_settings, request_push
from tests.integration.googlesync.test_undo import emails, linked_by_a_first_meeting, undone
from tests.integration.googlesync.world import World, person


def pushed(world: World, *given: str) -> tuple[list[Contact], Run]:
    made = [
        world.create(name={"given": each, "family": "Hopper"}, emails=[{"value": f"{each}@example.org"}])
        for each in given
    ]
    run = request_push(user=world.user, contact_ids=[each.id for each in made], trigger=Trigger.PERSON, is_queued=False)
    return made, world.run(run)


def test_an_undo_that_google_stops_half_way_leaves_its_contacts_here(
    world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Persons of a push: the first is deleted, then Google has enough. Nobody's contact goes to the trash."""
    _, run = pushed(world, "Grace", "Betty")
    count = len(world.persons())
    deletes, deleted = GooglePeople.delete_one, []

    async def delete_one_alone(google: GooglePeople, who: Person) -> Outcome:
        if deleted:
            return Unsent(Unavailable("quota", "Google's quota is spent.", "It goes on by itself."))
        deleted.append(who)
        return await deletes(google, who)

    monkeypatch.setattr(GooglePeople, "delete_one", delete_one_alone)
    assert undone(world, run).state == "failed"
    assert len(world.persons()) == count - 1
    world.sync()
    assert sorted(each.given for each in world.contacts()) == ["Ada", "Betty", "Grace"]


def test_a_paused_contact_whose_push_is_undone_stays_here(world: World, ada: Contact) -> None:
    (grace,), run = pushed(world, "Grace")
    links.pause(user=world.user, contact_id=grace.id)
    undone(world, run)
    assert len(world.persons()) == 1
    assert world.state(grace) == "severed"


def test_the_undo_of_an_undo_of_a_first_meeting_links_the_two_again(world: World) -> None:
    contact, run = linked_by_a_first_meeting(world)
    first = undone(world, run)
    undone(world, first)
    world.sync()
    contact.refresh_from_db()
    assert contact.phones
    assert emails(world)[1] == ["ada@example.org", "mine@example.org"]
    assert world.state(contact) == "linked"


def test_who_was_deleted_here_since_stays_deleted_when_its_deletion_in_google_is_undone(
    world: World, ada: Contact
) -> None:
    """A run put Ada into the trash; she was restored, and then deleted by her user: that is a change since."""
    world.google("POST", "delete", {"names": list(world.persons())})
    run = world.sync()
    contacts.restore_contacts(owner_id=world.user.pk, contact_ids=[ada.id], actor=Actor.PERSON)
    world.delete(ada)
    undone(world, run)
    assert world.contacts() == []


def test_an_undo_does_nothing_of_what_the_brake_holds(world: World) -> None:
    """Held contacts stay here until a person answers."""
    names = world.load(*[person(f"Given{n}", "Family", emails=[f"{n}@example.org"]) for n in range(5)])
    world.connect()
    world.switch_on()
    change_settings(account=world.account, changes={"brake_count": 2})
    world.google("POST", "edit", {"persons": {names[0]: {"names": [{"givenName": "Renamed", "familyName": "Family"}]}}})
    edit = world.sync()
    world.google("POST", "delete", {"names": list(names[:3])})
    assert world.sync().state == "held"
    undone(world, edit)
    assert len(world.contacts()) == 5


def test_the_undo_of_a_paused_first_meeting_takes_back_the_fills_of_both_sides(world: World) -> None:
    contact, run = linked_by_a_first_meeting(world)
    links.pause(user=world.user, contact_id=contact.id)
    undone(world, run)
    assert world.state(contact) == "severed"
    assert emails(world)[1] == ["ada@example.org"]


def test_notes_that_came_by_a_merge_in_google_keep_an_imported_contact(world: World) -> None:
    """Noted since: the notes came with the contact that was merged into it."""
    survivor, loser = world.load(
        person("Ann", "Lee", emails=["ann@example.org"]), person("Ann", "Lee", emails=["lee@example.org"])
    )
    world.connect()
    first = world.switch_on()
    other = next(each for each in world.contacts() if each.emails[0]["value"] == "lee@example.org")
    world.edit(other, notes="Buys the boat.")
    world.google("POST", "merge", {"survivor": survivor, "losers": [loser]})
    world.sync()
    (kept,) = world.contacts()
    assert kept.notes == "Buys the boat."
    undone(world, first)
    assert [each.notes for each in world.contacts()] == ["Buys the boat."]
