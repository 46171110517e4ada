"""A contact of whose values none may be in a mask is not pushed: there is nothing to send."""

import pytest

from contactsync.actions import Result
from contactsync.card import Birthday, Card
from contactsync.records import Policy
from tests.fakes import DELAY_SECONDS, World


@pytest.mark.parametrize("birthday", [Birthday(text="in spring"), Birthday(year=1980)])
def test_a_contact_with_nothing_but_a_birthday_that_is_no_day_is_not_pushed(birthday):
    world = World(Policy(delay_seconds=DELAY_SECONDS))
    contact_id = world.crm.user_creates(Card(birthday=birthday))
    world.push(contact_id)
    assert world.crm.journal.receipts[-1].result is Result.SKIPPED
    assert world.google.calls.creates == []
