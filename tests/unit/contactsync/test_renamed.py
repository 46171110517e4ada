"""A get by the old name of a renamed person finds nobody; that alone is no deletion."""

from datetime import timedelta

from contactsync.actions import DeleteLocal
from contactsync.records import Policy
from tests.fakes import DELAY_SECONDS, World
from tests.unit.contactsync.people import ALICE, named


def world_with_a_renamed_person() -> tuple[World, str]:
    """The listing does not show the new name yet, and the old one is answered no more."""
    world = World(Policy(delay_seconds=DELAY_SECONDS))
    source_id, contact_id = world.linked(ALICE)
    world.google.answers_old_names = False
    world.google.lag = timedelta(seconds=DELAY_SECONDS)
    world.google.google_renames(source_id)
    return world, contact_id


def test_an_edit_here_trashes_nobody_whose_new_name_is_not_listed_yet():
    world, contact_id = world_with_a_renamed_person()
    world.crm.user_edits(contact_id, named(ALICE, given="Alicia"))
    world.run()
    world.run()
    assert not any(isinstance(action, DeleteLocal) for action in world.crm.journal.actions)
    assert not world.crm.is_trashed(contact_id)


def test_a_sync_of_the_contact_alone_trashes_nobody_whose_new_name_is_not_listed_yet():
    world, contact_id = world_with_a_renamed_person()
    world.sync_contacts(contact_id)
    assert not world.crm.is_trashed(contact_id)


def test_resuming_after_the_rename_trashes_nobody():
    """The listing has long shown the new name; a paused link takes it, too."""
    world = World(Policy(delay_seconds=DELAY_SECONDS))
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_pauses(contact_id)
    world.google.answers_old_names = False
    world.google.google_renames(source_id)
    world.later()
    world.crm.user_wakes(contact_id)
    world.sync_contacts(contact_id)
    assert not world.crm.is_trashed(contact_id)
