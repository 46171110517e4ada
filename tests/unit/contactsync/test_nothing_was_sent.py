"""A write that raises was certainly not sent (`ports.Provider`): it is not in doubt, and each contact has a receipt.

`GooglePeople.create_many` and `update_many` raise when the first request does not even go out: the day's budget is
spent, 429 to the last try, no connection.
"""

import pytest

from contactsync.actions import Result
from contactsync.faults import Unavailable
from contactsync.records import Policy
from tests.fakes import DELAY_SECONDS, World
from tests.unit.contactsync.people import ALICE, BOB, named

ALICIA = named(ALICE, given="Alicia")


@pytest.fixture
def world(monkeypatch) -> World:
    return World(Policy(delay_seconds=DELAY_SECONDS))


async def spent(*_args):
    raise Unavailable("quota", "The day's budget of calls to Google is spent.", "It goes on by itself.")


def test_a_create_that_was_not_sent_is_no_create_in_doubt(world, monkeypatch):
    contact_id = world.crm.user_creates(BOB)
    monkeypatch.setattr(world.google, "create_many", spent)
    with pytest.raises(Unavailable):
        world.push(contact_id)
    monkeypatch.undo()
    assert world.crm.creates == {}
    assert [receipt.result for receipt in world.crm.journal.receipts] == [Result.FAILED]
    world.push(contact_id)
    assert world.crm.journal.receipts[-1].result is Result.CREATED


def test_an_update_that_was_not_sent_leaves_nothing_pending(world, monkeypatch):
    source_id, contact_id = world.linked(ALICE)
    world.crm.user_edits(contact_id, ALICIA)
    monkeypatch.setattr(world.google, "update_many", spent)
    with pytest.raises(Unavailable):
        world.run()
    monkeypatch.undo()
    assert world.crm.link_to(source_id).pending is None
    world.push(contact_id)
    assert world.google.card(source_id) == ALICIA
