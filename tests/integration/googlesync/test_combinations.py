"""Verbs that meet one another: an undo of an undo, a push after a reconnection, a merge under an erasure."""

from typing import Any

import pytest

from google_people.provider import GooglePeople
from tandem.contacts.models import Contact
from tandem.googlesync import answers, connection, erasing, links
from tandem.googlesync.approvals import reject
from tandem.googlesync.models import Run, Trigger
from tandem.googlesync.services import change_settings, request_push
from tandem.googlesync.threads import in_thread
from tests.integration.googlesync.test_approvals import given, plan, say_yes
from tests.integration.googlesync.test_parting import merged
from tests.integration.googlesync.test_undo import undone
from tests.integration.googlesync.world import World, person


def rows(run: Run, *names: str) -> list[Any]:
    return [row for row in run.operations.filter(state="planned") if row.resource_name in names]


def test_the_undo_of_an_undone_push_makes_the_person_again(world: World, ada: Contact) -> None:
    """'An undo can be undone.'"""
    grace = world.create(name={"given": "Grace", "family": "Hopper"}, emails=[{"value": "grace@example.org"}])
    run = request_push(user=world.user, contact_ids=[grace.id], trigger=Trigger.PERSON, is_queued=False)
    world.run(run)
    first = undone(world, run)
    assert len(world.persons()) == 1
    undone(world, first)
    assert len(world.persons()) == 2
    assert world.state(grace) == "linked"


def test_a_push_right_after_a_reconnection_doubles_nobody_of_another_contact(world: World, ada: Contact) -> None:
    """'If the match belongs to another contact, nothing is written.' It may come before the first run."""
    connection.disconnect(world.account)
    world.connect()
    change_settings(account=world.account, changes={"contact_sync": True})
    other = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "ada@example.org"}])
    receipts = world.push(other)
    assert "already in Google" in receipts[str(other.id)].reason
    assert len(world.persons()) == 1


def test_blanks_in_google_that_were_approved_with_a_plan_are_not_held(world: World, names: list[str]) -> None:
    for number in range(3):
        world.edit(world.contact(f"Given{number}"), emails=[])
    run = say_yes(world, plan(world))
    assert run.state == "done"
    assert sum("emailAddresses" not in each for each in world.persons().values()) == 3


def test_a_no_to_what_was_held_replaces_nothing_of_who_took_over_the_link(world: World, names: list[str]) -> None:
    """A first meeting of the two replaces nothing, whatever was held of the person before."""
    world.google("POST", "edit", {"persons": {name: {"emailAddresses": []} for name in names[:3]}})
    held = world.sync()
    assert held.state == "held"
    byron = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    merged(world, byron, world.contact("Given0"))
    reject(user=world.user, run=held)
    world.sync()
    byron.refresh_from_db()
    assert byron.given == "Byron"


def test_a_return_that_was_held_and_rejected_leaves_nothing_held(world: World, names: list[str]) -> None:
    world.google("POST", "delete", {"names": names[:2]})
    world.sync()
    change_settings(account=world.account, changes={"brake_count": 1})
    world.google("POST", "restore", {"names": names[:2]})
    world.google("POST", "edit", {"persons": {name: {"emailAddresses": []} for name in names[:2]}})
    held = world.sync()
    assert held.state == "held"
    reject(user=world.user, run=held)
    world.sync()
    assert not world.account.deferred.exists()
    assert len(given(world)) == 3


def two_anns(world: World, **values: Any) -> tuple[Contact, Contact, Run]:
    survivor, loser = world.load(
        person("Ann", "Lee", emails=["ann@example.org"]), person("Ann", "Lee", emails=["lee@example.org"])
    )
    world.connect()
    world.switch_on()
    one = {each.emails[0]["value"]: each for each in world.contacts()}
    world.edit(one["lee@example.org"], **values)
    world.google("POST", "merge", {"survivor": survivor, "losers": [loser]})
    run = world.sync()
    for each in one.values():
        each.refresh_from_db()
    return one["ann@example.org"], one["lee@example.org"], run


def test_the_undo_of_a_merge_in_google_gives_back_notes_and_hashtags(world: World) -> None:
    kept, _lost, run = two_anns(world, notes="Buys the boat.", hashtags=["boat"])
    assert (kept.notes, kept.hashtags) == ("Buys the boat.", ["boat"])
    undone(world, run)
    kept.refresh_from_db()
    assert (kept.notes, kept.hashtags) == ("", [])


def test_a_disconnect_keeps_an_import_into_which_what_somebody_wrote_was_merged(world: World) -> None:
    kept, _lost, _ = two_anns(world, notes="Buys the boat.")
    connection.disconnect(world.account, imported="trash")
    kept.refresh_from_db()
    assert (kept.trashed_at, kept.notes) == (None, "Buys the boat.")


def test_a_merge_in_google_takes_the_company_that_the_survivor_lacks(world: World) -> None:
    kept, _lost, _ = two_anns(world, company="Acme")
    assert kept.company == "Acme"


def test_fills_not_taken_at_a_reconnection_never_travel(world: World, ada: Contact) -> None:
    (name,) = world.persons()
    connection.disconnect(world.account)
    world.google("POST", "edit", {"persons": {name: {"birthdays": [{"date": {"year": 1815, "month": 12, "day": 10}}]}}})
    (new,) = world.load(person("New", "Comer", emails=["new@example.org"]))
    world.connect()
    planned = plan(world)
    say_yes(world, planned, rows(planned, new))
    type(world.account).objects.filter(id=world.account.id).update(sync_token="")
    world.sync()
    ada.refresh_from_db()
    assert ada.birthday_year is None


def test_who_took_over_the_link_is_not_erased(world: World, ada: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    """'Erase on both sides' of one contact: while Google deletes Ada's person, she is merged into Byron here."""
    byron = world.create(name={"given": "Byron"}, emails=[{"value": "byron@example.org"}])
    delete_one = GooglePeople.delete_one

    async def delete_later(self: GooglePeople, who: Any) -> Any:
        outcome = await delete_one(self, who)
        await in_thread(lambda: merged(world, byron, ada))
        return outcome

    monkeypatch.setattr(GooglePeople, "delete_one", delete_later)
    world.run(erasing.request_erasure(user=world.user, contact_id=ada.id, trigger=Trigger.PERSON, is_queued=False))
    assert Contact.objects.filter(id=byron.id).exists()


def test_two_who_meet_again_are_asked_about_nothing_before_and_replace_nothing(world: World) -> None:
    robert = world.create(
        name={"given": "Robert", "family": "Stone"},
        emails=[{"value": "bob@example.org"}],
        birthday={"year": 1970, "month": 1, "day": 1},
    )
    world.load(
        person("Bob", "Stone", emails=["bob@example.org"], birthdays=[{"date": {"year": 1971, "month": 2, "day": 2}}])
    )
    world.connect()
    world.switch_on()
    links.unlink(user=world.user, contact_id=robert.id)
    again = links.link_again(user=world.user, contact_id=robert.id, trigger=Trigger.PERSON)
    assert not answers.conflicts_of(world.user).exists(), "until they have met there is nothing to answer"
    world.run(again)
    world.sync()
    robert.refresh_from_db()
    assert robert.given == "Robert"
