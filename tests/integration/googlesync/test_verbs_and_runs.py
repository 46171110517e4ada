"""Users' verbs that meet a run, or what it left: held rows, conflicts, plans, creates under way."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from google_people.provider import GooglePeople
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import connection, erasing, links, sweep
from tandem.googlesync.answers import conflicts_of
from tandem.googlesync.approvals import reject
from tandem.googlesync.models import Operation, Run, Trigger
from tandem.googlesync.parting import take_apart
from tandem.googlesync.services import change_settings
from tandem.googlesync.threads import in_thread
from tandem.googlesync.undo import can_be_undone
from tests.integration.googlesync.test_approvals import given, plan, say_yes
from tests.integration.googlesync.test_parting import merged
from tests.integration.googlesync.test_undo import undone
from tests.integration.googlesync.world import World, person


def during_create(monkeypatch: pytest.MonkeyPatch, act: Any, *, before: bool = False) -> None:
    create_many = GooglePeople.create_many

    async def patched(self: Any, drafts: Any) -> Any:
        if before:
            await in_thread(act)
        answer = await create_many(self, drafts)
        if not before:
            await in_thread(act)
        return answer

    monkeypatch.setattr(GooglePeople, "create_many", patched)


def test_a_contact_that_took_over_a_link_while_it_was_created_has_one_link(
    world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    byron = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    during_create(monkeypatch, lambda: merged(world, byron, ada))
    world.push(byron)
    run = Run.objects.filter(kind="push").latest("id")
    assert run.error_code == ""
    monkeypatch.undo()
    for _ in range(3):
        world.sync()
    assert len(world.contacts()) == 1
    assert len(world.persons()) == 1
    assert world.state(byron) == "linked"


@pytest.fixture
def asked(world: World, ada: Contact) -> Contact:
    change_settings(account=world.account, changes={"conflict_policy": "ask"})
    (name,) = world.persons()
    world.edit(ada, name={"given": "Adeline"})
    world.google("POST", "edit", {"persons": {name: {"names": [{"givenName": "Augusta", "familyName": "Lovelace"}]}}})
    world.sync()
    assert conflicts_of(world.user).count() == 1
    return ada


def test_who_was_deleted_in_google_has_no_conflict_to_decide(world: World, asked: Contact) -> None:
    world.google("POST", "delete", {"names": list(world.persons())})
    world.sync()
    asked.refresh_from_db()
    assert asked.trashed_at
    assert [c.kind for c in conflicts_of(world.user)] == ["deleted"]


def test_who_was_taken_apart_by_an_undo_has_no_difference_to_decide(world: World) -> None:
    ada = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "ada@example.org"}])
    world.load(person("Ada", "King", emails=["ada@example.org"], phones=["+1 415 555 2671"]))
    world.connect()
    run = world.switch_on()
    assert conflicts_of(world.user).count() == 1
    undone(world, run)
    assert world.state(ada) == "severed"
    assert conflicts_of(world.user).count() == 0


def test_who_is_kept_by_a_no_has_no_conflict_to_decide(world: World, names: list[str]) -> None:
    change_settings(account=world.account, changes={"conflict_policy": "ask"})
    world.edit(world.contact("Given0"), name={"given": "Adeline"})
    world.google("POST", "edit", {"persons": {names[0]: {"names": [{"givenName": "Augusta", "familyName": "Family"}]}}})
    world.sync()
    assert conflicts_of(world.user).count() == 1
    world.google("POST", "delete", {"names": names[:3]})
    held = world.sync()
    assert held.state == "held"
    reject(user=world.user, run=held)
    world.sync()
    assert conflicts_of(world.user).count() == 0


def test_a_no_after_ninety_days_is_final_all_the_same(world: World, names: list[str]) -> None:
    world.google("POST", "edit", {"persons": {name: {"emailAddresses": []} for name in names[:3]}})
    held = world.sync()
    assert held.state == "held"
    held.operations.update(at=timezone.now() - timedelta(days=91))
    sweep.forget_old_values()
    change_settings(account=world.account, changes={"brake_count": 10})
    reject(user=world.user, run=held)
    world.sync()
    assert all(each.emails for each in world.contacts())


def test_erasing_empties_the_row_of_the_plan_that_made_the_contact(world: World) -> None:
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    say_yes(world, plan(world))
    ada = world.contact("Ada")
    world.run(erasing.request_erasure(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON, is_queued=False))
    assert not Contact.objects.filter(id=ada.id).exists()
    assert not [
        o for o in Operation.objects.filter(run__owner=world.user) if "ada@example.org" in repr((o.changes, o.card))
    ]


def test_erasing_empties_what_a_merge_kept_of_the_contact(world: World, ada: Contact) -> None:
    other = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    merged(world, other, ada)
    world.sync()
    world.run(erasing.request_erasure(user=world.user, contact_id=other.id, trigger=Trigger.PERSON, is_queued=False))
    assert not Contact.objects.filter(id=other.id).exists()
    assert not [
        o for o in Operation.objects.filter(run__owner=world.user) if "byron@example.org" in repr((o.changes, o.card))
    ]


@pytest.mark.parametrize("verb", ["pause", "trash"])
def test_what_is_held_stays_held_over_a_pause_and_the_trash(world: World, names: list[str], verb: str) -> None:
    world.google("POST", "delete", {"names": names[:3]})
    held = world.sync()
    assert held.state == "held"
    one = world.contact("Given0")
    if verb == "pause":
        links.pause(user=world.user, contact_id=one.id)
        world.run(links.resume(user=world.user, contact_id=one.id, trigger=Trigger.PERSON))
    else:
        world.delete(one)
        from tandem.contacts import services as contacts

        contacts.restore_contacts(owner_id=world.user.pk, contact_ids=[one.id], actor=Actor.PERSON)
    for _ in range(2):
        world.sync()
    assert "Given0" in given(world)


def test_a_reconnection_keeps_the_region(world: World, ada: Contact) -> None:
    change_settings(account=world.account, changes={"region": "DE"})
    connection.disconnect(world.account)
    world.connect()
    world.switch_on()
    assert world.account.region == "DE"


def test_a_taking_apart_is_not_offered_to_be_undone(world: World, ada: Contact) -> None:
    other = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    run = merged(world, other, ada)
    apart = take_apart(run=run, actor=Actor.UNDO)
    if can_be_undone(apart):
        from tandem.googlesync.undo import undo

        undo(user=world.user, run=apart, trigger=Trigger.PERSON, is_queued=False)


def test_a_disconnect_erases_the_sync_tokens_of_runs(world: World) -> None:
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    plan(world)
    connection.disconnect(world.account)
    assert not Run.objects.filter(owner=world.user).exclude(sync_token="").exists()


def test_who_was_deleted_here_before_the_create_went_out_is_not_created(
    world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    byron = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    from tandem.googlesync.repository import DjangoRepository

    room = DjangoRepository.room

    async def patched(self: Any) -> Any:
        answer = await room(self)
        await in_thread(world.delete, byron)
        return answer

    monkeypatch.setattr(DjangoRepository, "room", patched)
    world.push(byron)
    assert len(world.persons()) == 1


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("end", ["deleted in Google", "unlinked", "deleted here"])
def test_a_lost_answer_is_awaited_no_more_once_the_two_are_apart(world: World, ada: Contact, end: str) -> None:
    (name,) = world.persons()
    world.edit(ada, name={"given": "Adeline"})
    world.server.control("POST", "faults", {"method": "people.updateContact", "fault": "reset-after"})
    world.sync()
    assert Operation.objects.get(run__owner=world.user, side="google").state == "sent"
    match end:
        case "deleted in Google":
            world.google("POST", "delete", {"names": [name]})
        case "unlinked":
            links.unlink(user=world.user, contact_id=ada.id)
        case "deleted here":
            world.delete(ada)
            world.google("POST", "delete", {"names": [name]})
    for _ in range(3):
        world.sync()
    assert not Operation.objects.filter(run__owner=world.user, state="sent").exists()
