"""S12 and S13: what a deletion on one side means for the other."""

from collections.abc import Callable

import pytest

from tests.integration.floor.world import World, google_state
from tests.integration.googlesync.world import person


def test_s12_deleted_in_google_goes_to_the_trash_at_the_next_run(world: World) -> None:
    ada, _ = world.load(person("Ada", emails=["ada@example.org"]), person("Grace"))
    world.connect_and_import("client")
    world.google("POST", "delete", {"names": [ada]})
    assert len(world.contacts()) == 2

    run = world.sync()

    assert [contact["name"]["given"] for contact in world.contacts()] == ["Grace"]
    (trashed,) = world.trash()
    assert (trashed["name"]["given"], trashed["status"], google_state(trashed)) == ("Ada", "client", "gone")
    assert run["counts"]["tandem"]["delete"] == 1


def test_s12_out_of_the_trash_it_is_kept_here_and_not_put_back_in_google(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import("client")
    world.edit(world.contact("Ada"), notes="Met at the open house.")
    world.google("POST", "delete", {"names": [name]})
    world.sync()

    (trashed,) = world.trash()
    world.ok("POST", f"contacts/{trashed['id']}/restore", {"google": "keep_here"})
    world.sync()

    kept = world.contact("Ada")
    assert (kept["id"], kept["status"], kept["notes"]) == (trashed["id"], "client", "Met at the open house.")
    assert (world.persons(), google_state(kept)) == ({}, "gone")


def test_s12_a_kept_contact_goes_to_google_again_when_it_is_pushed(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    (trashed,) = world.trash()
    world.ok("POST", f"contacts/{trashed['id']}/restore")

    (receipt,) = world.push(trashed)

    assert receipt["outcome"] == "created"
    assert (len(world.persons()), google_state(world.contact("Ada"))) == (1, "linked")


def test_s12_a_person_restored_in_google_brings_the_contact_back_with_status_and_notes(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import("client")
    ada = world.edit(world.contact("Ada"), notes="Met at the open house.", status="closed")
    world.google("POST", "delete", {"names": [name]})
    world.sync()

    world.google("POST", "restore", {"names": [name]})
    world.sync()

    back = world.contact("Ada")
    assert (back["id"], back["status"], back["notes"]) == (ada["id"], "closed", "Met at the open house.")
    assert (world.trash(), google_state(back)) == ([], "linked")


def test_s12_moved_to_other_contacts_in_google_is_no_deletion(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    world.google("POST", "hide", {"names": [name]})
    world.sync()
    assert google_state(world.contact("Ada")) == "hidden"


def test_s13_deleted_in_the_crm_is_not_deleted_in_google(world: World) -> None:
    world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    before = world.persons()
    world.delete(world.contact("Ada"))

    world.sync()

    assert world.persons() == before
    assert google_state(world.trash()[0]) == "tombstone"
    assert world.account["counts"] == {"linked": 0, "tombstones": 1, "held": 0, "conflicts": 0}


def _edited_there(world: World, name: str) -> None:
    world.edit_in_google(name, phoneNumbers=[{"value": "415 555 2671"}])


def _listed_in_full(world: World, name: str) -> None:
    world.google("POST", "faults", {"method": "people.connections.list", "fault": "expired-sync-token"})


def _connected_anew(world: World, name: str) -> None:
    world.ok("DELETE", f"google/accounts/{world.account['id']}")
    world.connect()
    world.switch_on()


def _touched_there(world: World, name: str) -> None:
    world.google("POST", "touch", {"names": [name]})


@pytest.mark.parametrize("what_happens", [_edited_there, _listed_in_full, _connected_anew, _touched_there])
def test_s13_deleted_in_the_crm_does_not_come_back(world: World, what_happens: Callable[[World, str], None]) -> None:
    ada, _ = world.load(person("Ada", emails=["ada@example.org"]), person("Grace"))
    world.connect_and_import()
    world.delete(world.contact("Ada"))
    world.sync()

    what_happens(world, ada)
    world.sync()
    world.sync()

    assert [contact["name"]["given"] for contact in world.contacts()] == ["Grace"]
    assert google_state(world.trash()[0]) == "tombstone"
    assert len(world.persons()) == 2


def test_s13_restored_here_the_link_lives_again_and_both_sides_meet(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    ada = world.contact("Ada")
    world.delete(ada)
    world.sync()
    world.edit_in_google(name, phoneNumbers=[{"value": "415 555 2671"}])
    world.sync()

    world.ok("POST", f"contacts/{ada['id']}/restore", {"google": "keep_here"})
    world.sync()

    back = world.read(ada)
    assert [phone["value"] for phone in back["phones"]] == ["415 555 2671"]
    assert (google_state(back), list(world.persons())) == ("linked", [name])


def test_s13_deleted_on_both_sides_leaves_nothing_behind_but_the_trash(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    world.delete(world.contact("Ada"))
    world.google("POST", "delete", {"names": [name]})

    world.sync()

    assert (world.contacts(), world.account["counts"]["tombstones"]) == ([], 0)
    assert len(world.trash()) == 1
