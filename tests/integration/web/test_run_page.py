"""A run's page: what it changed on either side, narrowed, and undone for one contact or one field."""

from uuid import UUID

import pytest
from django.urls import reverse

from tandem.googlesync.models import Run
from tests.integration.googlesync.world import World, person
from tests.integration.web.conftest import Visitor


@pytest.fixture
def alice(world: World) -> Visitor:
    """Two persons in step, one of whom was then edited in Google: name and phone."""
    world.names = world.load(*(person(given, "Family", emails=[f"{given}@example.org"]) for given in ("Ada", "Bob")))
    world.connect()
    world.switch_on()
    changed = {"names": [{"givenName": "Augusta", "familyName": "Family"}], "phoneNumbers": [{"value": "030 12345"}]}
    world.google("POST", "edit", {"persons": {world.names[0]: changed}})
    world.sync()
    return Visitor(world.user)


def latest(world: World) -> Run:
    return Run.objects.filter(owner=world.user).latest("id")


def page(alice: Visitor, run: Run, **query: str) -> str:
    return " ".join(alice.text(reverse("run", args=[run.id]), **query).split())


def undo(world: World, alice: Visitor, run: Run, **part: str | UUID) -> Run:
    alice.post(reverse("run_undo", args=[run.id]), part)
    return world.run(latest(world))


def test_what_came_from_google_is_shown_with_its_old_and_new_values(world: World, alice: Visitor) -> None:
    text = page(alice, latest(world))
    assert "<del>Ada Family</del>" in text
    assert "<ins>Augusta Family</ins>" in text


def test_one_field_of_one_contact_is_undone_and_the_other_stays(world: World, alice: Visitor) -> None:
    run, contact = latest(world), world.contact("Augusta")
    assert "Undo Phone" in page(alice, run)
    undo(world, alice, run, contact=contact.id, field="phones")
    contact.refresh_from_db()
    assert (contact.given, contact.phones) == ("Augusta", [])
    assert "phoneNumbers" not in world.persons()[world.names[0]]


def test_one_contact_is_undone_whole_and_said_to_be(world: World, alice: Visitor) -> None:
    run, contact = latest(world), world.contact("Augusta")
    undo(world, alice, run, contact=contact.id)
    contact.refresh_from_db()
    assert (contact.given, contact.phones) == ("Ada", [])
    text = page(alice, run)
    assert '<span class="muted">Undone</span>' in text
    assert "Undo Phone" not in text


@pytest.mark.parametrize("part", [{"field": "phones"}, {"contact": "nobody"}, {"field": "status"}])
def test_a_part_that_cannot_be_is_not_taken_for_the_whole(world: World, alice: Visitor, part: dict[str, str]) -> None:
    run = latest(world)
    assert alice.post(reverse("run_undo", args=[run.id]), part).status_code == 404
    assert latest(world).id == run.id


def test_the_operations_are_narrowed_by_side_action_outcome_and_name(world: World, alice: Visitor) -> None:
    first = Run.objects.filter(owner=world.user).earliest("id")
    assert "Bob Family" in page(alice, first)
    assert "Bob Family" not in page(alice, first, q="augusta")
    assert "Augusta Family" in page(alice, first, q="augusta")
    for query in ({"side": "tandem"}, {"action": "create"}, {"outcome": "created"}, {"side": "of the moon"}):
        assert "Bob Family" in page(alice, first, **query)
    for query in ({"side": "google"}, {"action": "delete"}, {"outcome": "failed"}):
        text = page(alice, first, **query)
        assert "Bob Family" not in text
        assert "No contact of this run fits." in text


def test_an_erasure_is_called_what_it_is_and_offers_no_undo(world: World, alice: Visitor) -> None:
    alice.post(reverse("contact_erase", args=[world.contact("Augusta").id]))
    run = world.run(latest(world))
    text = page(alice, run)
    assert "Google: 1 deleted." in text
    assert "Deleted in Google</span>" in text
    assert "no longer here" in text
    assert reverse("run_undo", args=[run.id]) not in text
