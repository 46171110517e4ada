"""Merging two contacts here and taking them apart: what each side shows afterwards."""

import pytest

from tandem.contacts.errors import Invalid, NotFound
from tandem.contacts.models import Actor, Contact
from tandem.googlesync.merging import merge_contacts
from tandem.googlesync.models import PossibleDuplicate, Run, Trigger
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.undo import undo
from tests.integration.googlesync.world import World, person


@pytest.fixture
def both(world: World) -> tuple[Contact, Contact]:
    """Ann and Anne, each in step with a person of her own."""
    world.load(
        person("Ann", "Lee", emails=["ann@example.org"], phones=["+1 415 555 2671"]),
        person("Anne", "Leigh", emails=["anne@example.org"]),
    )
    world.connect()
    world.switch_on()
    return world.contact("Ann"), world.contact("Anne")


def merge(world: World, primary: Contact, *others: Contact, **values: object) -> Run:
    others_ids = [each.id for each in others]
    return merge_contacts(owner=world.user, primary=primary.id, others=others_ids, values=values, actor=Actor.PERSON)


def apart(world: World, run: Run) -> Run:
    return undo(user=world.user, run=run, trigger=Trigger.PERSON)


def given(world: World) -> list[str]:
    return sorted(contact.given for contact in world.contacts())


def emails(contact: Contact) -> list[str]:
    contact.refresh_from_db()
    return sorted(each["value"] for each in contact.emails)


def test_the_chosen_one_keeps_its_status_and_takes_the_rest(world: World, both: tuple[Contact, Contact]) -> None:
    ann, anne = both
    world.edit(ann, status="client", notes="Met in May.", hashtags=["openhouse"], lead_types=["buyer"])
    world.edit(anne, status="archive", notes="Likes gardens.", hashtags=["garden"], lead_types=["seller"])
    run = merge(world, ann, anne)
    assert (run.kind, run.state) == ("merge", "done")
    assert given(world) == ["Ann"]
    assert emails(ann) == ["ann@example.org", "anne@example.org"]
    assert (ann.status, ann.notes) == ("client", "Met in May.\n\nLikes gardens.")
    assert (sorted(ann.hashtags), sorted(ann.lead_types)) == (["garden", "openhouse"], ["buyer", "seller"])
    anne.refresh_from_db()
    assert (anne.merged_into_id, anne.trashed_because) == (ann.id, "Merged into Ann Lee")


def test_nobody_is_deleted_in_google_and_nobody_comes_back(world: World, both: tuple[Contact, Contact]) -> None:
    ann, anne = both
    merge(world, ann, anne)
    world.sync()
    world.sync()
    assert len(world.persons()) == 2
    assert given(world) == ["Ann"]
    assert (world.state(ann), world.state(anne)) == ("linked", "tombstone")
    assert world.link(anne).why == "merged here: in Google they are two still"


def test_a_contact_without_a_link_takes_over_the_others(world: World, both: tuple[Contact, Contact]) -> None:
    ann, _ = both
    grace = world.create(name={"given": "Grace", "family": "Lee"}, emails=[{"value": "grace@example.org"}])
    merge(world, grace, ann)
    world.sync()
    world.sync()
    assert world.state(grace) == "linked"
    assert emails(grace) == ["ann@example.org", "grace@example.org"]
    there = world.persons()[world.link(grace).resource_name]
    assert {each["value"] for each in there["emailAddresses"]} == {"ann@example.org", "grace@example.org"}
    assert len(world.persons()) == 2


def test_values_stand_over_what_the_merge_makes(world: World, both: tuple[Contact, Contact]) -> None:
    ann, anne = both
    merge(world, ann, anne, name={"given": "Annie", "family": "Lee"})
    ann.refresh_from_db()
    assert (ann.given, ann.family) == ("Annie", "Lee")


def test_taken_apart_both_are_as_before(world: World, both: tuple[Contact, Contact]) -> None:
    ann, anne = both
    run = merge(world, ann, anne)
    world.sync()
    assert apart(world, run).state == "done"
    world.sync()
    world.sync()
    assert given(world) == ["Ann", "Anne"]
    assert (emails(ann), emails(anne)) == (["ann@example.org"], ["anne@example.org"])
    assert (world.state(ann), world.state(anne)) == ("linked", "linked")
    there = {each["names"][0]["givenName"]: len(each["emailAddresses"]) for each in world.persons().values()}
    assert there == {"Ann": 1, "Anne": 1}


def test_what_was_changed_since_the_merge_stays(world: World, both: tuple[Contact, Contact]) -> None:
    ann, anne = both
    run = merge(world, ann, anne)
    world.edit(ann, notes="Called today.")
    apart(world, run)
    ann.refresh_from_db()
    assert ann.notes == "Called today."


def test_a_link_that_was_taken_over_goes_back(world: World, both: tuple[Contact, Contact]) -> None:
    ann, _ = both
    grace = world.create(name={"given": "Grace", "family": "Lee"})
    run = merge(world, grace, ann)
    apart(world, run)
    world.sync()
    assert (world.state(grace), world.state(ann)) == ("none", "linked")


def test_a_merge_is_taken_apart_once(world: World, both: tuple[Contact, Contact]) -> None:
    run = merge(world, *both)
    apart(world, run)
    with pytest.raises(SyncRefused):
        apart(world, run)


def test_a_merge_settles_the_possible_duplicate(world: World, both: tuple[Contact, Contact]) -> None:
    first, second = sorted(both, key=lambda contact: contact.id)
    pair = PossibleDuplicate.objects.create(
        owner=world.user, first=first, second=second, evidence="same e-mail", found_at=first.created_at
    )
    merge(world, first, second)
    pair.refresh_from_db()
    assert pair.decision == "same"


def test_a_contact_is_not_merged_into_itself_nor_into_a_strangers(world: World, both: tuple[Contact, Contact]) -> None:
    ann, _ = both
    with pytest.raises(Invalid):
        merge(world, ann, ann)
    stranger = World(world.server).create(name={"given": "Stranger"})
    with pytest.raises(NotFound):
        merge(world, ann, stranger)
