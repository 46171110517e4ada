"""Taken apart, each link stands as it stood before the merge."""

import pytest

from tandem.contacts.models import Actor, Contact
from tandem.googlesync import answers, connection, links
from tandem.googlesync.approvals import reject
from tandem.googlesync.parting import take_apart
from tandem.googlesync.services import change_settings
from tests.integration.googlesync.test_approvals import given
from tests.integration.googlesync.test_parting import merged
from tests.integration.googlesync.world import World


@pytest.fixture
def byron(world: World, ada: Contact) -> Contact:
    """Somebody here who is not in Google."""
    return world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])


@pytest.mark.parametrize("verb", ["pause", "unlink"])
@pytest.mark.parametrize("is_linked", [True, False])
def test_who_was_paused_or_unlinked_is_so_again(
    world: World, ada: Contact, byron: Contact, verb: str, *, is_linked: bool
) -> None:
    if is_linked:
        world.push(byron)
    getattr(links, verb)(user=world.user, contact_id=ada.id)
    run = merged(world, byron, ada)
    world.sync()
    take_apart(run=run, actor=Actor.UNDO)
    world.sync()
    assert world.state(ada) == {"pause": "paused", "unlink": "severed"}[verb]


def test_while_disconnected_no_bases_come_back(world: World, ada: Contact, byron: Contact) -> None:
    run = merged(world, byron, ada)
    connection.disconnect(world.account)
    take_apart(run=run, actor=Actor.UNDO)
    link = world.link(ada)
    assert (link.state, link.local_base, link.remote_base) == ("dormant", None, None)


def test_who_was_deleted_in_google_while_disconnected_stays_though_taken_apart_meanwhile(
    world: World, ada: Contact, byron: Contact
) -> None:
    run = merged(world, byron, ada)
    world.sync()
    connection.disconnect(world.account)
    world.delete(byron)
    take_apart(run=run, actor=Actor.UNDO)
    world.google("POST", "delete", {"names": list(world.persons())})
    world.connect()
    world.switch_on()
    world.sync()
    assert "Ada" in given(world)


def test_the_primary_is_not_asked_about_the_person_any_more(world: World, ada: Contact) -> None:
    """Her name differed from the person's that she took over."""
    augusta = world.create(name={"given": "Augusta", "family": "King"})
    run = merged(world, augusta, ada)
    world.sync()
    assert answers.conflicts_of(world.user).get().contact_id == augusta.id
    take_apart(run=run, actor=Actor.UNDO)
    world.sync()
    assert not answers.conflicts_of(world.user).exists()


def test_who_was_kept_after_a_deletion_in_google_is_kept_though_merged_in_between(
    world: World, ada: Contact, byron: Contact
) -> None:
    world.push(byron)
    change_settings(account=world.account, changes={"brake_count": 0, "brake_percent": 10})
    world.google("POST", "delete", {"names": [world.link(ada).resource_name]})
    held = world.sync()
    reject(user=world.user, run=held)
    assert world.link(ada).state == "gone"
    run = merged(world, byron, ada)
    world.sync()
    take_apart(run=run, actor=Actor.UNDO)
    for _ in range(3):
        world.sync()
    assert given(world) == ["Ada", "Byron"]
