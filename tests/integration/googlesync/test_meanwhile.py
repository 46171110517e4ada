"""What a user does during a run: after it planned, and while Google answers; over real HTTP and PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pytest

from google_people.provider import GooglePeople
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import answers
from tandem.googlesync.merging import merge_contacts
from tandem.googlesync.models import Conflict
from tandem.googlesync.repository import DjangoRepository
from tandem.googlesync.threads import in_thread
from tests.integration.googlesync.world import World, person

type Act = Callable[[], object]


@pytest.fixture
def after_the_plan(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], None]:
    """Lets something happen once, before what was planned is applied here."""

    def install(act: Act) -> None:
        acts = [act]
        apply = DjangoRepository.apply

        async def apply_later(self: DjangoRepository, actions: Any) -> frozenset[str]:
            if acts:
                await in_thread(acts.pop())
            return await apply(self, actions)

        monkeypatch.setattr(DjangoRepository, "apply", apply_later)

    return install


@pytest.fixture
def during_the_write(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], None]:
    """Lets something happen once, when Google has written and its answer is not recorded."""

    def install(act: Act) -> None:
        acts = [act]
        update_many = GooglePeople.update_many

        async def answer_later(self: GooglePeople, updates: Any) -> Any:
            outcomes = await update_many(self, updates)
            if acts:
                await in_thread(acts.pop())
            return outcomes

        monkeypatch.setattr(GooglePeople, "update_many", answer_later)

    return install


def there(world: World) -> dict[str, Any]:
    (found,) = world.persons().values()
    return found


def values(found: dict[str, Any], field: str) -> list[str]:
    return [entry["value"] for entry in found.get(field, [])]


@pytest.fixture
def robert(world: World) -> Contact:
    """Robert here is Bob in Google: a first meeting replaced neither."""
    contact = world.create(name={"given": "Robert", "family": "Stone"}, emails=[{"value": "bob@example.org"}])
    world.load(person("Bob", "Stone", emails=["bob@example.org"]))
    world.connect()
    world.switch_on()
    return contact


def difference(world: World) -> Conflict:
    return answers.conflicts_of(world.user).get()


def say_ours(world: World) -> Act:
    conflict = difference(world)
    return lambda: answers.answer(user=world.user, conflict=conflict, choice="tandem", actor=Actor.PERSON)


def run_on(world: World) -> None:
    for _ in range(3):
        world.sync()


def test_an_answer_to_a_difference_during_a_write_reaches_google(
    world: World, robert: Contact, during_the_write: Callable[[Act], None]
) -> None:
    world.edit(robert, phones=[{"value": "+14155552671"}])
    during_the_write(say_ours(world))
    run_on(world)
    assert there(world)["names"][0]["givenName"] == "Robert"
    assert len(there(world)["phoneNumbers"]) == 1
    robert.refresh_from_db()
    assert (robert.given, len(robert.phones)) == ("Robert", 1)
    assert world.state(robert) == "linked"


def test_an_answer_during_a_write_does_not_let_its_echo_undo_what_is_typed_back(
    world: World, robert: Contact, during_the_write: Callable[[Act], None]
) -> None:
    ours = say_ours(world)
    world.edit(robert, emails=[{"value": "new@example.org"}])
    during_the_write(lambda: (ours(), world.edit(robert, emails=[{"value": "bob@example.org"}])))
    run_on(world)
    robert.refresh_from_db()
    assert [each["value"] for each in robert.emails] == ["bob@example.org"]
    assert values(there(world), "emailAddresses") == ["bob@example.org"]
    assert there(world)["names"][0]["givenName"] == "Robert"


def test_an_answer_to_a_difference_after_the_plan_reaches_google(
    world: World, robert: Contact, after_the_plan: Callable[[Act], None]
) -> None:
    (name,) = world.persons()
    world.google("POST", "edit", {"persons": {name: {"phoneNumbers": [{"value": "+14155552671"}]}}})
    after_the_plan(say_ours(world))
    run_on(world)
    assert there(world)["names"][0]["givenName"] == "Robert"
    robert.refresh_from_db()
    assert (robert.given, len(robert.phones)) == ("Robert", 1)


def test_an_answer_while_a_write_is_in_doubt_reaches_google(world: World, robert: Contact) -> None:
    world.edit(robert, phones=[{"value": "+14155552671"}])
    world.server.control("POST", "faults", {"method": "people.updateContact", "fault": "reset-after"})
    world.sync()
    say_ours(world)()
    run_on(world)
    assert there(world)["names"][0]["givenName"] == "Robert"
    assert len(there(world)["phoneNumbers"]) == 1


@pytest.fixture
def merged_meanwhile(world: World) -> tuple[Contact, Act]:
    """Bob, linked and edited; and how he is merged into Robert, who is not linked."""
    world.load(person("Bob", "Stone", emails=["bob@example.org"]))
    world.connect()
    world.switch_on()
    bob = world.contact("Bob")
    rob = world.create(name={"given": "Robert", "family": "Stone"}, phones=[{"value": "+14155552671"}])
    return rob, lambda: merge_contacts(owner=world.user, primary=rob.id, others=[bob.id], values={}, actor=Actor.PERSON)


def test_a_contact_merged_here_during_a_write_lets_the_primary_meet_the_person(
    world: World, merged_meanwhile: tuple[Contact, Act], during_the_write: Callable[[Act], None]
) -> None:
    rob, merge = merged_meanwhile
    world.edit(world.contact("Bob"), birthday={"month": 5, "day": 3})
    during_the_write(merge)
    run_on(world)
    assert values(there(world), "phoneNumbers") == ["+14155552671"]
    assert world.state(rob) == "linked"


def test_a_contact_merged_here_after_the_plan_stays_when_its_person_is_deleted(
    world: World, merged_meanwhile: tuple[Contact, Act], after_the_plan: Callable[[Act], None]
) -> None:
    rob, merge = merged_meanwhile
    world.google("POST", "delete", {"names": list(world.persons())})
    after_the_plan(merge)
    run_on(world)
    assert [contact.id for contact in world.contacts()] == [rob.id]
    assert world.state(rob) == "none"


def test_an_edit_after_the_plan_of_a_contact_deleted_in_google_is_listed(
    world: World, after_the_plan: Callable[[Act], None]
) -> None:
    names = world.load(person("Bob", "Stone", emails=["bob@example.org"]))
    world.connect()
    world.switch_on()
    bob = world.contact("Bob")
    world.google("POST", "delete", {"names": names})
    after_the_plan(lambda: world.edit(bob, emails=[{"value": "typed@example.org"}]))
    run = world.sync()
    bob.refresh_from_db()
    assert bob.trashed_at is not None
    assert difference(world).kind == "deleted"
    assert run.operations.get(action="delete").reason == "deleted in Google, edited here since"
