"""Under 'ask', and after a first meeting: what a person chooses travels, over real HTTP and PostgreSQL."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import connection
from tandem.googlesync.answers import AnswerRefused, answer, conflicts_of
from tandem.googlesync.models import Conflict
from tandem.googlesync.services import change_settings
from tandem.googlesync.sweep import forget_old_values
from tests.integration.googlesync.world import World, person


def rename_in_google(world: World, given: str) -> None:
    (name,) = world.persons()
    world.google("POST", "edit", {"persons": {name: {"names": [{"givenName": given, "familyName": "Lovelace"}]}}})


def names(world: World) -> tuple[str, str]:
    """Here and in Google."""
    (there,) = world.persons().values()
    (here,) = world.contacts()
    return here.given, there["names"][0]["givenName"]


@pytest.fixture
def ada(world: World) -> Contact:
    """In step, until both sides changed the name; under 'ask'."""
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    world.switch_on()
    change_settings(account=world.account, changes={"conflict_policy": "ask"})
    contact = world.contact("Ada")
    world.edit(contact, name={"given": "Adele"})
    rename_in_google(world, "Augusta")
    world.sync()
    return contact


def the_conflict(world: World) -> Conflict:
    (conflict,) = conflicts_of(world.user)
    return conflict


def choose(world: World, choice: str) -> None:
    answer(user=world.user, conflict=the_conflict(world), choice=choice, actor=Actor.PERSON)


def test_both_sides_keep_their_name_until_somebody_chooses(world: World, ada: Contact) -> None:
    world.sync()
    assert names(world) == ("Adele", "Augusta")
    conflict = the_conflict(world)
    assert (conflict.kind, conflict.field) == ("open", "name")
    assert (conflict.local["given"], conflict.remote["given"]) == ("Adele", "Augusta")
    assert world.state(ada) == "conflict"


@pytest.mark.parametrize(("choice", "name"), [("google", "Augusta"), ("tandem", "Adele")])
def test_the_chosen_name_stands_on_both_sides_after_the_next_run(
    world: World, ada: Contact, choice: str, name: str
) -> None:
    choose(world, choice)
    world.sync()
    world.sync()
    assert names(world) == (name, name)
    assert world.state(ada) == "linked"
    assert not conflicts_of(world.user).exists()


def test_an_open_conflict_can_not_just_be_seen(world: World, ada: Contact) -> None:
    with pytest.raises(AnswerRefused):
        choose(world, "keep")


def test_who_no_longer_wants_to_be_asked_gets_it_decided_by_the_next_run(world: World, ada: Contact) -> None:
    change_settings(account=world.account, changes={"conflict_policy": "google"})
    world.sync()
    world.sync()
    assert names(world) == ("Augusta", "Augusta")
    assert [conflict.kind for conflict in conflicts_of(world.user)] == ["settled"]


def test_equal_names_close_the_conflict_by_themselves(world: World, ada: Contact) -> None:
    world.edit(ada, name={"given": "Augusta"})
    world.sync()
    assert not conflicts_of(world.user).exists()
    assert world.state(ada) == "linked"


def test_what_a_policy_decided_can_be_taken_back(world: World) -> None:
    world.load(person("Ada", "Lovelace"))
    world.connect()
    world.switch_on()
    contact = world.contact("Ada")
    world.edit(contact, name={"given": "Adele"})
    rename_in_google(world, "Augusta")
    world.sync()
    assert names(world) == ("Augusta", "Augusta")
    conflict = the_conflict(world)
    assert (conflict.kind, conflict.stands) == ("settled", "google")
    choose(world, "tandem")
    world.sync()
    assert names(world) == ("Adele", "Adele")


@pytest.mark.parametrize(("choice", "name"), [("google", "Bob"), ("tandem", "Robert"), ("keep", None)])
def test_a_difference_of_a_first_meeting_is_shown_and_can_be_ended(world: World, choice: str, name: str | None) -> None:
    world.create(name={"given": "Robert", "family": "Lovelace"}, emails=[{"value": "bob@example.org"}])
    world.load(person("Bob", "Lovelace", emails=["bob@example.org"]))
    world.connect()
    world.switch_on()
    assert (the_conflict(world).kind, names(world)) == ("difference", ("Robert", "Bob"))
    choose(world, choice)
    world.sync()
    assert names(world) == ((name, name) if name else ("Robert", "Bob"))
    assert not conflicts_of(world.user).exists()


def test_a_contact_deleted_in_google_though_edited_here_is_listed_until_it_is_back(world: World) -> None:
    (name,) = world.load(person("Ada", "Lovelace"))
    world.connect()
    world.switch_on()
    contact = world.contact("Ada")
    world.edit(contact, emails=[{"value": "ada@example.org"}])
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    assert world.contacts() == []
    assert (the_conflict(world).kind, the_conflict(world).field) == ("deleted", "")
    contacts.restore_contacts(owner_id=world.user.pk, contact_ids=[contact.id], actor=Actor.PERSON)
    assert not conflicts_of(world.user).exists()


def test_a_disconnect_leaves_nothing_to_decide(world: World, ada: Contact) -> None:
    connection.disconnect(world.account)
    assert not conflicts_of(world.user).exists()


def test_what_was_decided_leaves_the_list_after_ninety_days_and_what_is_open_stays(world: World, ada: Contact) -> None:
    long_ago = timezone.now() - timedelta(days=91)
    Conflict.objects.filter(account=world.account).update(found_at=long_ago)
    forget_old_values()
    assert the_conflict(world).local["given"] == "Adele"
    Conflict.objects.filter(account=world.account).update(kind="settled")
    forget_old_values()
    assert not conflicts_of(world.user).exists()
    assert Conflict.objects.get(account=world.account).local is None
