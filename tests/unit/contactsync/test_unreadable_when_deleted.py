"""Reported deleted by a listing, while a get shows nothing of the person: it is asked again until that is known."""

import pytest

from contactsync.card import Card, Name
from contactsync.records import LinkState
from tests.fakes import World

ANN = Card(Name(given="Ann", family="Ash"))


@pytest.fixture
def world() -> World:
    return World()


def refused(world: World, source_id: str) -> None:
    """A run that hears of the deletion, and can't see whether it is true."""
    world.google.refused_names = {world.google.person(source_id).resource_name}
    world.later()
    assert world.crm.link_to(source_id).state is LinkState.LIVE
    world.google.refused_names = set()


def test_who_was_deleted_is_so_once_a_get_can_tell(world):
    source_id, contact_id = world.linked(ANN)
    world.google.user_deletes(source_id)
    refused(world, source_id)
    world.later()
    assert world.crm.link_to(source_id).state is LinkState.GONE
    assert world.crm.is_trashed(contact_id)


def test_who_was_only_hidden_stays(world):
    source_id, contact_id = world.linked(ANN)
    world.google.user_hides(source_id)
    refused(world, source_id)
    world.later()
    assert world.crm.link_to(source_id).state is LinkState.LIVE
    assert world.crm.link_to(source_id).hidden
    assert not world.crm.is_trashed(contact_id)
