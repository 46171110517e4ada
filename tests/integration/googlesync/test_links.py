"""Pause, unlink, and their ways back, over real HTTP and PostgreSQL: what each side shows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contactsync.records import LinkState
from tandem.contacts import services as contacts
from tandem.contacts.errors import NotFound
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import connection, links
from tandem.googlesync.answers import conflicts_of
from tandem.googlesync.models import Account, Link, Run, Trigger
from tandem.googlesync.services import SyncRefused, change_settings
from tests.integration.googlesync.world import World, person


def family_names(world: World) -> tuple[str, str]:
    """Here and in Google."""
    (there,) = world.persons().values()
    (here,) = world.contacts()
    return here.family, there["names"][0]["familyName"]


def edit_both(world: World, ada: Contact) -> None:
    (name,) = world.persons()
    world.google("POST", "edit", {"persons": {name: {"names": [{"givenName": "Ada", "familyName": "King"}]}}})
    world.edit(ada, emails=[{"value": "ada@example.org"}, {"value": "ada@home.example"}])


def edit_the_name_of_both(world: World, ada: Contact) -> None:
    (name,) = world.persons()
    world.google("POST", "edit", {"persons": {name: {"names": [{"givenName": "Ada", "familyName": "King"}]}}})
    world.edit(ada, name={"given": "Ada", "family": "Byron"})


def emails_in_google(world: World) -> set[str]:
    (there,) = world.persons().values()
    return {email["value"] for email in there["emailAddresses"]}


def test_a_paused_contact_is_skipped_until_it_is_resumed(world: World, ada: Contact) -> None:
    links.pause(user=world.user, contact_id=ada.id)
    edit_both(world, ada)
    world.sync()
    assert family_names(world) == ("Lovelace", "King")
    assert world.state(ada) == "paused"
    world.run(links.resume(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON))
    assert family_names(world) == ("King", "King")
    assert emails_in_google(world) == {"ada@example.org", "ada@home.example"}
    assert world.state(ada) == "linked"


def test_a_run_of_one_contact_leaves_the_sync_token_and_the_pulse_alone(world: World, ada: Contact) -> None:
    links.pause(user=world.user, contact_id=ada.id)
    before = (world.account.sync_token, world.account.last_success_at, world.account.due_at)
    run = world.run(links.resume(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON))
    assert run.state == "done"
    assert (world.account.sync_token, world.account.last_success_at, world.account.due_at) == before


def test_an_unlinked_contact_stays_apart_until_it_is_linked_again(world: World, ada: Contact) -> None:
    links.unlink(user=world.user, contact_id=ada.id)
    edit_both(world, ada)
    world.sync()
    assert family_names(world) == ("Lovelace", "King")
    assert world.state(ada) == "severed"
    link = world.link(ada)
    assert (link.local_base, link.remote_base) == (None, None)
    world.run(links.link_again(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON))
    assert emails_in_google(world) == {"ada@example.org", "ada@home.example"}
    assert family_names(world) == ("Lovelace", "King")  # a first meeting replaces nothing
    assert world.state(ada) == "linked"


def test_a_deletion_here_is_taken_back(world: World, ada: Contact) -> None:
    world.delete(ada)
    world.sync()
    (name,) = world.persons()
    world.google("POST", "edit", {"persons": {name: {"names": [{"givenName": "Ada", "familyName": "King"}]}}})
    world.run(links.bring_back(user=world.user, link_ids=[world.link(ada).id], trigger=Trigger.PERSON))
    assert family_names(world) == ("King", "King")


def test_a_person_whose_contact_was_purged_is_brought_back_as_new(world: World, ada: Contact) -> None:
    world.delete(ada)
    link = world.link(ada)
    contacts.erase_contact(owner_id=world.user.pk, contact_id=ada.id)
    world.sync()
    assert world.contacts() == []
    world.run(links.bring_back(user=world.user, link_ids=[link.id], trigger=Trigger.PERSON))
    (back,) = world.contacts()
    assert (back.given, back.status) == ("Ada", "sphere")
    world.sync()
    assert world.account.deferred.count() == 0


def test_several_deletions_here_are_taken_back_by_one_run(world: World, ada: Contact) -> None:
    world.load(person("Bob", "Stone"), person("Eve", "Moss"))
    world.sync()
    bob, eve = world.contact("Bob"), world.contact("Eve")
    for contact in (ada, bob, eve):
        world.delete(contact)
    contacts.erase_contact(owner_id=world.user.pk, contact_id=eve.id)
    link_ids = list(world.account.links.filter(state="tombstone").values_list("id", flat=True))
    run = world.run(links.bring_back(user=world.user, link_ids=link_ids, trigger=Trigger.PERSON))
    assert (run.state, run.progress_total) == ("done", 3)
    assert {contact.given for contact in world.contacts()} == {"Ada", "Bob", "Eve"}
    assert world.state(ada) == world.state(bob) == "linked"
    assert world.account.deferred.count() == 0


def test_a_contact_deleted_in_google_is_put_back_there(world: World, ada: Contact) -> None:
    (name,) = world.persons()
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    assert world.contacts() == []
    world.run(links.put_back(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON))
    (there,) = world.persons()
    assert there != name
    assert world.state(ada) == "linked"


def test_what_cannot_be_done_now_is_refused_and_changes_nothing(world: World, ada: Contact) -> None:
    for verb in (links.resume, links.link_again):
        with pytest.raises(SyncRefused) as refused:
            verb(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON)
        assert refused.value.code == "wrong_state"
    links.pause(user=world.user, contact_id=ada.id)
    Account.objects.filter(user=world.user).update(contact_sync=False)
    with pytest.raises(SyncRefused) as refused:
        links.resume(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON)
    assert refused.value.code == "sync_off"
    assert world.link(ada).state == LinkState.PAUSED.value
    assert not Run.objects.filter(owner=world.user, scope__isnull=False).exists()


def test_nobody_elses_contact_can_be_paused(world: World, ada: Contact, server: object) -> None:
    bob = World(world.server)
    bob.connect()
    with pytest.raises(NotFound):
        links.pause(user=bob.user, contact_id=ada.id)
    assert Link.objects.get(contact=ada).state == LinkState.LIVE.value


def test_who_was_trashed_by_a_disconnect_and_purged_is_imported_anew_when_connected_again(
    world: World, ada: Contact
) -> None:
    connection.disconnect(world.account, imported="trash")
    Contact.objects.filter(id=ada.id).update(trashed_at=timezone.now() - timedelta(days=91))
    contacts.purge_contacts(trashed_before=timezone.now() - timedelta(days=90))
    world.connect()
    world.switch_on()
    (back,) = world.contacts()
    assert (back.given, back.id == ada.id) == ("Ada", False)
    assert world.state(back) == "linked"


def test_who_was_erased_while_disconnected_does_not_come_back(world: World, ada: Contact) -> None:
    connection.disconnect(world.account)
    contacts.erase_contact(owner_id=world.user.pk, contact_id=ada.id)
    world.connect()
    world.switch_on()
    assert world.contacts() == []
    assert world.account.links.get().state == LinkState.TOMBSTONE.value


@pytest.mark.parametrize("verb", ["unlink", "delete"])
def test_who_is_in_step_no_more_has_no_conflict_to_decide(world: World, ada: Contact, verb: str) -> None:
    change_settings(account=world.account, changes={"conflict_policy": "ask"})
    edit_the_name_of_both(world, ada)
    world.sync()
    assert conflicts_of(world.user).count() == 1
    if verb == "unlink":
        links.unlink(user=world.user, contact_id=ada.id)
    else:
        world.delete(ada)
    assert conflicts_of(world.user).count() == 0


def test_who_comes_back_is_asked_again(world: World, ada: Contact) -> None:
    change_settings(account=world.account, changes={"conflict_policy": "ask"})
    edit_the_name_of_both(world, ada)
    world.sync()
    world.delete(ada)
    contacts.restore_contacts(owner_id=world.user.pk, contact_ids=[ada.id], actor=Actor.PERSON)
    world.sync()
    assert conflicts_of(world.user).count() == 1
