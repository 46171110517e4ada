"""What becomes of a contact when the deletion of its person in Google is stopped, overtaken, or finds nobody."""

import asyncio
from collections.abc import Sequence

import pytest

from contactsync.erasing import Fate
from contactsync.faults import LeaseLost, Unavailable
from contactsync.records import Found, Person
from contactsync.writes import Doubtful, Outcome
from google_people.provider import GooglePeople
from tandem.contacts.models import Contact
from tandem.googlesync import lease as leases
from tandem.googlesync import links
from tandem.googlesync.erasing import Erasure, request_erasure
from tandem.googlesync.models import Link, Run, Trigger
from tandem.googlesync.unmaking import Unmaking
from tests.integration.googlesync.test_erasing import erase
from tests.integration.googlesync.test_undo import undone
from tests.integration.googlesync.test_undo_meanwhile import pushed
from tests.integration.googlesync.world import World

NETWORK_DOWN = Unavailable("unreachable", "Google can't be reached.", "It goes on by itself.")


def edit_phone_in_google(world: World, contact: Contact, number: str) -> str:
    name = world.link(contact).resource_name
    world.google("POST", "edit", {"persons": {name: {"phoneNumbers": [{"value": number}]}}})
    return name


def phones(contact: Contact) -> list[str]:
    contact.refresh_from_db()
    return [phone["value"] for phone in contact.phones]


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The first deletion takes effect, and then the network is down. Undone, it is back."""
    deletes = GooglePeople.delete_one

    async def nothing_more(google: GooglePeople, names: Sequence[str]) -> dict[str, Found]:
        raise NETWORK_DOWN

    async def delete_one(google: GooglePeople, who: Person) -> Outcome:
        await deletes(google, who)
        monkeypatch.setattr(GooglePeople, "get_many", nothing_more)
        return Doubtful()

    monkeypatch.setattr(GooglePeople, "delete_one", delete_one)
    return monkeypatch


def test_an_undo_of_a_push_whose_deletion_got_no_answer_leaves_the_contact_here(
    world: World, ada: Contact, cut: pytest.MonkeyPatch
) -> None:
    (grace,), run = pushed(world, "Grace")
    assert undone(world, run).state == "failed"
    cut.undo()
    world.sync()
    world.sync()
    assert sorted(each.given for each in world.contacts()) == ["Ada", "Grace"]
    assert world.state(grace) == "severed"


def test_an_undo_whose_deletion_was_not_sent_leaves_the_two_in_step(
    world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    (grace,), run = pushed(world, "Grace")

    async def not_sent(google: GooglePeople, who: Person) -> Outcome:
        raise NETWORK_DOWN

    monkeypatch.setattr(GooglePeople, "delete_one", not_sent)
    assert undone(world, run).state == "failed"
    assert world.state(grace) == "linked"


def test_a_deletion_without_an_answer_that_did_not_happen_leaves_the_two_in_step(
    world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    (grace,), run = pushed(world, "Grace")

    async def lost(google: GooglePeople, who: Person) -> Outcome:
        return Doubtful()

    monkeypatch.setattr(GooglePeople, "delete_one", lost)
    assert undone(world, run).state == "done"
    assert world.state(grace) == "linked"


@pytest.fixture
def renamed(world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Ada's person has a new name in Google, which a get by the old one does not find. Undone, a listing shows it."""

    async def nobody(google: GooglePeople, names: Sequence[str]) -> dict[str, Found]:
        return dict.fromkeys(names)

    monkeypatch.setattr(GooglePeople, "get_many", nobody)
    return monkeypatch


def test_who_was_erased_while_a_get_did_not_find_the_person_does_not_come_back_by_a_listing(
    world: World, ada: Contact, renamed: pytest.MonkeyPatch
) -> None:
    name = world.link(ada).resource_name
    assert erase(world, ada).state == "done"
    assert world.contacts() == []
    renamed.undo()
    world.google("POST", "edit", {"persons": {name: {"phoneNumbers": [{"value": "+1 415 555 2672"}]}}})
    world.sync()
    assert world.contacts() == []
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    assert not Link.objects.filter(account=world.account).exists()


def test_what_a_paused_person_gained_is_shown_before_it_is_erased(world: World, ada: Contact) -> None:
    """The hourly run has noted the new etag, and brought nothing here."""
    links.pause(user=world.user, contact_id=ada.id)
    name = edit_phone_in_google(world, ada, "+1 415 555 2672")
    world.sync()
    erase(world, ada)
    assert name in world.persons()
    assert phones(ada) == ["+1 415 555 2672"]
    erase(world, ada)
    assert name not in world.persons()
    assert world.contacts() == []


def test_a_paused_pair_that_is_as_it_was_is_erased_at_once(world: World, ada: Contact) -> None:
    links.pause(user=world.user, contact_id=ada.id)
    erase(world, ada)
    assert (world.contacts(), world.persons()) == ([], {})


async def _records(ledger: Erasure | Unmaking, name: str) -> None:
    await ledger.intend(name)
    await ledger.settle(name, Fate.DELETED)


@pytest.mark.parametrize("kind", [Erasure, Unmaking])
def test_a_deletion_is_not_recorded_under_a_lease_that_is_lost(
    world: World, ada: Contact, kind: type[Erasure | Unmaking]
) -> None:
    run: Run = request_erasure(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON, is_queued=False)
    lease = leases.take(world.account.id)
    assert lease is not None
    leases.release(lease)
    with pytest.raises(LeaseLost):
        asyncio.run(_records(kind(run, lease), world.link(ada).resource_name))
    assert world.state(ada) == "linked"
