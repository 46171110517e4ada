"""Links in their rarer states: put back, hidden, merged while disconnected, paused."""

from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import connection, links
from tandem.googlesync.merging import merge_contacts
from tandem.googlesync.models import Trigger
from tandem.googlesync.parting import take_apart
from tests.integration.googlesync.test_parting import emails_there, merged
from tests.integration.googlesync.world import World, person


def linked(world: World) -> tuple[Contact, str]:
    (name,) = world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    world.switch_on()
    return world.contact("Ada"), name


def test_putting_back_who_is_back_already_doubles_nobody(world: World) -> None:
    """Deleted in Google, and taken out of its trash again; before the next run she is put back from here."""
    ada, name = linked(world)
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    world.google("POST", "restore", {"names": [name]})
    world.run(links.put_back(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON))
    world.sync()
    assert list(world.persons()) == [name]
    assert len(world.contacts()) == 1


def test_pushing_a_kept_contact_whose_person_is_back_links_it(world: World) -> None:
    ada, name = linked(world)
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    contacts.restore_contacts(owner_id=world.user.pk, contact_ids=[ada.id], actor=Actor.PERSON)
    world.google("POST", "restore", {"names": [name]})
    world.push(ada)
    world.sync()
    assert list(world.persons()) == [name]
    assert len(world.contacts()) == 1


def test_a_hidden_person_is_in_step_again_after_a_reconnection(world: World) -> None:
    ada, name = linked(world)
    world.google("POST", "hide", {"names": [name]})
    world.sync()
    assert world.state(ada) == "hidden"
    connection.disconnect(world.account)
    world.connect()
    world.switch_on()
    world.edit(ada, emails=[{"value": "ada@new.example"}])
    world.sync()
    assert world.state(ada) in {"hidden", "linked"}


def test_a_contact_merged_here_while_disconnected_leaves_its_link_to_the_primary(world: World) -> None:
    """'A chosen contact without a link takes over the link of the other.'"""
    ada, _name = linked(world)
    connection.disconnect(world.account)
    byron = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    merge_contacts(owner=world.user, primary=byron.id, others=[ada.id], values={}, actor=Actor.PERSON)
    world.connect()
    world.switch_on()
    world.sync()
    assert world.state(byron) == "linked"


def test_what_google_gained_since_a_merge_stays_there_when_it_is_taken_apart(world: World) -> None:
    """'What was changed since stays': the number was typed in Google after the merge."""
    ada, name = linked(world)
    byron = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    run = merged(world, byron, ada)
    world.sync()
    world.sync()
    world.google("POST", "edit", {"persons": {name: {"phoneNumbers": [{"value": "+1 415 555 2671"}]}}})
    world.sync()
    take_apart(run=run, actor=Actor.UNDO)
    for _ in range(2):
        world.sync()
    assert emails_there(world) == {"Ada": ["ada@example.org"]}
    assert world.persons()[name].get("phoneNumbers")
    ada.refresh_from_db()
    assert ada.phones


def test_a_paused_contact_that_was_merged_in_google_follows_when_it_is_resumed(world: World) -> None:
    survivor, loser = world.load(
        person("Ann", "Lee", emails=["ann@example.org"]), person("Ann", "Lee", emails=["lee@example.org"])
    )
    world.connect()
    world.switch_on()
    lost = next(each for each in world.contacts() if each.emails[0]["value"] == "lee@example.org")
    world.edit(lost, notes="Buys the boat.")
    links.pause(user=world.user, contact_id=lost.id)
    world.google("POST", "merge", {"survivor": survivor, "losers": [loser]})
    world.sync()
    world.run(links.resume(user=world.user, contact_id=lost.id, trigger=Trigger.PERSON))
    world.sync()
    (kept,) = world.contacts()
    assert kept.notes == "Buys the boat."


def test_a_paused_contact_stays_paused_when_a_merge_of_it_is_taken_apart(world: World) -> None:
    ada, _name = linked(world)
    byron = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    links.pause(user=world.user, contact_id=ada.id)
    run = merged(world, byron, ada)
    take_apart(run=run, actor=Actor.UNDO)
    assert world.state(ada) == "paused"
