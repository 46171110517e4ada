"""A person whom Google shows with the very same value twice: an edit of it here arrives there, and stays."""

import pytest

from tandem.contacts.models import Contact
from tests.integration.googlesync.world import World, person

NUMBER = {"value": "+1 415 555 2671", "type": "work"}


@pytest.fixture
def ann(world: World) -> Contact:
    world.load(person("Ann", phoneNumbers=[NUMBER, NUMBER]))
    world.connect()
    world.switch_on()
    return world.contact("Ann")


def labels_there(world: World) -> list[str]:
    (there,) = world.persons().values()
    return [entry.get("type", "") for entry in there["phoneNumbers"]]


@pytest.mark.parametrize("number", [1, 2])
def test_a_label_edited_here_arrives_in_google_and_stays_here(world: World, ann: Contact, number: int) -> None:
    labels = [*["mobile"] * number, *["work"] * (2 - number)]
    world.edit(ann, phones=[{"value": NUMBER["value"], "label": label} for label in labels])
    for _ in range(4):
        world.sync()
    ann.refresh_from_db()
    assert "mobile" in labels_there(world)
    assert "mobile" in [each["label"] for each in ann.phones]
    assert not world.account.deferred.exists()


def test_a_value_edited_here_arrives_in_google(world: World, ann: Contact) -> None:
    world.edit(ann, phones=[{"value": "+1 415 555 9999", "label": "work"}])
    for _ in range(3):
        world.sync()
    (there,) = world.persons().values()
    assert [entry["value"] for entry in there["phoneNumbers"]] == ["+1 415 555 9999"]
