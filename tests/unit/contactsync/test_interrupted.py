"""A run that stops anywhere leaves nothing behind that no later run would find."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from contactsync.actions import Action, Close, Import, Wait
from contactsync.card import Card, Email, Name
from contactsync.carrying import ACTIONS, chunks
from contactsync.faults import Unavailable
from contactsync.records import Deferred, Person, Reason
from tests.fakes import Crash, Fault, World

ADA = Card(Name(given="Ada"), emails=(Email("ada@x.org"),))
ADA_AND_MORE = replace(ADA, emails=(Email("ada@x.org"), Email("countess@x.org")))


@pytest.fixture
def world() -> World:
    return World()


def hidden_edit(world: World) -> tuple[str, str]:
    """Google holds something that an equal etag hides: a deferred item alone knows of it."""
    source_id, contact_id = world.linked(ADA)
    world.google.user_edits(source_id, ADA_AND_MORE)
    person, link = world.google.person(source_id), world.crm.link_to(source_id)
    assert link is not None
    world.crm.links[link.id] = replace(link, etag=person.etag, updated_at=person.updated_at)
    world.crm.deferred[source_id] = Deferred(source_id, link.resource_name, Reason.STALE, world.clock())
    world.crm.token = world.clock().isoformat()
    world.wait()
    return source_id, contact_id


def crash_at_transaction(world: World, number: int) -> None:
    """The process dies before the run's n-th transaction of carrying here."""
    apply, transactions = world.crm.apply, iter(range(1, number + 1))

    async def dying(actions: Sequence[Action]) -> frozenset[str]:
        if next(transactions) == number:
            world.crm.apply = apply  # type: ignore[method-assign]
            raise Crash
        return await apply(actions)

    world.crm.apply = dying  # type: ignore[method-assign]


def test_an_item_is_closed_only_together_with_what_it_stood_for(world: World) -> None:
    """It was read with more persons than go into one transaction, and the second one never came."""
    _, contact_id = hidden_edit(world)
    for number in range(ACTIONS):
        world.google.user_creates(Card(Name(given=f"Number {number}")))
    world.wait()
    crash_at_transaction(world, 2)
    with pytest.raises(Crash):
        world.run()
    world.later()
    assert world.crm.card(contact_id).emails == ADA_AND_MORE.emails


def test_who_was_edited_meanwhile_is_read_again_though_the_run_dies_right_then(world: World) -> None:
    _, contact_id = hidden_edit(world)
    world.crm.before["apply"] = lambda: world.crm.user_edits(contact_id, replace(ADA, name=Name(given="Augusta")))
    world.crm.defer = _dies  # type: ignore[method-assign]
    world.run()
    del world.crm.defer
    world.later()
    world.later()
    assert world.crm.card(contact_id).emails == ADA_AND_MORE.emails


async def _dies(_items: Sequence[Deferred]) -> None:
    raise Crash


@pytest.mark.parametrize("fails", ["listing", "carrying"])
def test_a_push_whose_answer_was_lost_is_done_though_the_run_that_finds_out_fails(world: World, fails: str) -> None:
    contact_id = world.crm.user_creates(ADA)
    world.google.user_creates(Card(Name(given="Zed")))
    world.google.faults.append(Fault.LOST_BEFORE)
    world.push(contact_id)
    world.wait()
    if fails == "listing":
        fail_the_second_listing(world)
    else:
        crash_at_transaction(world, 1)
    with pytest.raises((Unavailable, Crash)):
        world.run()
    world.later()
    assert [draft.contact_id for draft in world.google.calls.creates] == [contact_id, contact_id]
    assert world.crm.link_of(contact_id) is not None
    assert asyncio.run(world.crm.doubtful_creates()) == []


def test_what_was_pushed_anyway_is_pushed_so_again_though_two_answers_were_lost(world: World) -> None:
    """Ada is in Google as another contact's person, and somebody wants her there twice."""
    world.linked(ADA)
    contact_id = world.crm.user_creates(ADA)
    world.google.faults.append(Fault.LOST_BEFORE)
    world.push(contact_id, anyway=True)
    world.wait()
    world.google.faults.append(Fault.LOST_BEFORE)
    world.run()
    world.wait()
    world.run()
    assert world.crm.link_of(contact_id) is not None
    assert [draft.contact_id for draft in world.google.calls.creates] == [contact_id] * 3


def fail_the_second_listing(world: World) -> None:
    changes, listings = world.google.changes, iter((False, True))

    def failing(token: str | None):
        world.google.next_listing_fails = next(listings, False)
        return changes(token)

    world.google.changes = failing  # type: ignore[method-assign]


def test_a_persons_actions_are_never_parted() -> None:
    persons = [
        Person(f"s{number}", f"people/c{number}", "e1", World().clock(), Card()) for number in range(ACTIONS * 2)
    ]
    items = [Deferred(person.source_id, person.resource_name, Reason.STALE, person.updated_at) for person in persons]
    actions = [*map(Close, items), *map(Import, persons), *map(Wait, items)]
    parts = list(chunks(actions))
    assert sum(map(len, parts)) == len(actions)
    assert all(len(part) <= ACTIONS for part in parts)
    for part in parts:
        closed = [action.deferred.source_id for action in part if isinstance(action, Close)]
        assert closed == [action.person.source_id for action in part if isinstance(action, Import)]
        assert closed == [action.deferred.source_id for action in part if isinstance(action, Wait)]
