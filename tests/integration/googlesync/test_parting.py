"""Taking merged contacts apart, before and after the merge reached Google, over real HTTP and PostgreSQL."""

import pytest

from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Contact
from tandem.googlesync.merging import merge_contacts
from tandem.googlesync.models import Run
from tandem.googlesync.parting import take_apart
from tests.integration.googlesync.world import World, person

type Emails = dict[str, list[str]]


@pytest.fixture
def ada(world: World) -> Contact:
    """One of two contacts that are in step with Google; the other is Augusta."""
    world.load(
        person("Ada", "Lovelace", emails=["ada@example.org"]),
        person("Augusta", "King", emails=["augusta@example.org"]),
    )
    world.connect()
    world.switch_on()
    return world.contact("Ada")


def merged(world: World, primary: Contact, *others: Contact, **values: object) -> Run:
    ids = [each.id for each in others]
    return merge_contacts(owner=world.user, primary=primary.id, others=ids, values=values, actor=Actor.PERSON)


def emails_here(world: World) -> Emails:
    """By given name."""
    return {each.given: [email["value"] for email in each.emails] for each in world.contacts()}


def emails_there(world: World) -> Emails:
    return {
        each["names"][0]["givenName"]: [email["value"] for email in each["emailAddresses"]]
        for each in world.persons().values()
    }


@pytest.mark.parametrize("runs_between", [0, 2])
def test_a_link_that_was_taken_over_goes_back_with_its_values(world: World, ada: Contact, runs_between: int) -> None:
    byron = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    run = merged(world, byron, ada)
    for _ in range(runs_between):
        world.sync()
    take_apart(run=run, actor=Actor.UNDO)
    for _ in range(2):
        world.sync()
    in_google = {"Ada": ["ada@example.org"], "Augusta": ["augusta@example.org"]}
    assert emails_there(world) == in_google
    assert emails_here(world) == in_google | {"Byron": ["byron@example.org"]}
    assert world.state(ada) == "linked"


@pytest.mark.parametrize("runs_between", [0, 2])
def test_two_linked_contacts_have_their_own_values_again(world: World, ada: Contact, runs_between: int) -> None:
    augusta = world.contact("Augusta")
    run = merged(world, ada, augusta)
    for _ in range(runs_between):
        world.sync()
    take_apart(run=run, actor=Actor.UNDO)
    for _ in range(2):
        world.sync()
    assert emails_here(world) == emails_there(world) == {"Ada": ["ada@example.org"], "Augusta": ["augusta@example.org"]}
    assert (world.state(ada), world.state(augusta)) == ("linked", "linked")


def test_a_field_that_was_chosen_goes_back_to_what_it_was_before_the_merge(world: World, ada: Contact) -> None:
    run = merged(world, ada, world.contact("Augusta"), emails=[{"value": "both@example.org"}], notes="one person")
    take_apart(run=run, actor=Actor.UNDO)
    ada.refresh_from_db()
    assert ([email["value"] for email in ada.emails], ada.notes) == (["ada@example.org"], "")


def test_what_was_changed_since_is_listed_with_its_field(world: World, ada: Contact) -> None:
    run = merged(world, ada, world.contact("Augusta"), notes="one person")
    world.edit(ada, notes="surely one person")
    undo = take_apart(run=run, actor=Actor.UNDO)
    ada.refresh_from_db()
    assert ada.notes == "surely one person"
    assert [change["field"] for change in undo.operations.get(outcome="skipped").changes] == ["notes"]


def test_who_was_erased_stays_gone(world: World, ada: Contact) -> None:
    augusta = world.contact("Augusta")
    run = merged(world, ada, augusta)
    contacts.erase_contact(owner_id=world.user.pk, contact_id=augusta.id)
    take_apart(run=run, actor=Actor.UNDO)
    assert emails_here(world) == {"Ada": ["ada@example.org"]}


def test_restored_by_hand_it_leaves_the_link_that_passed_alone(world: World, ada: Contact) -> None:
    byron = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    merged(world, byron, ada)
    contacts.restore_contacts(owner_id=world.user.pk, contact_ids=[ada.id], actor=Actor.PERSON)
    world.sync()
    assert world.state(byron) == "linked"
    assert not world.account.links.filter(contact=ada).exists()
    assert len(world.persons()) == 2
