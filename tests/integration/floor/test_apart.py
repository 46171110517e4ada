"""Pause, unlink, tombstones and putting back, as a program drives them through the REST API."""

from tests.integration.floor.world import World, google_state
from tests.integration.googlesync.world import person


def act(world: World, contact: dict[str, object], action: str) -> int:
    """The status of the answer; a run that was begun is done then."""
    answer = world.api("POST", f"contacts/{contact['id']}/google", {"action": action})
    if answer.status == 202:
        assert world.finished(answer.json)["state"] == "done"
    return answer.status


def test_a_contact_is_paused_and_resumed(world: World) -> None:
    (name,) = world.load(person("Ada", "Lovelace"))
    world.connect_and_import()
    ada = world.contact("Ada")
    assert act(world, ada, "pause") == 200
    assert google_state(world.read(ada)) == "paused"
    world.edit_in_google(name, names=[{"givenName": "Ada", "familyName": "King"}])
    world.sync()
    assert world.read(ada)["name"]["family"] == "Lovelace"
    assert act(world, ada, "resume") == 202
    assert world.read(ada)["name"]["family"] == "King"
    assert google_state(world.read(ada)) == "linked"


def test_a_contact_is_unlinked_and_linked_again(world: World) -> None:
    world.load(person("Ada", "Lovelace"))
    world.connect_and_import()
    ada = world.contact("Ada")
    assert act(world, ada, "unlink") == 200
    assert google_state(world.read(ada)) == "severed"
    assert act(world, ada, "pause") == 409
    assert act(world, ada, "link_again") == 202
    assert google_state(world.read(ada)) == "linked"


def test_a_tombstone_is_listed_and_brought_back(world: World) -> None:
    world.load(person("Ada", "Lovelace"))
    world.connect_and_import()
    ada = world.contact("Ada")
    world.delete(ada)
    (tombstone,) = world.items("tombstones")
    assert (tombstone["contact"], tombstone["display_name"]) == (ada["id"], "Ada Lovelace")
    run = world.finished(world.ok("POST", f"tombstones/{tombstone['id']}/bring-back"))
    assert (run["kind"], run["state"]) == ("sync", "done")
    assert google_state(world.read(ada)) == "linked"
    assert world.items("tombstones") == []


def test_a_contact_deleted_in_google_is_put_back_there(world: World) -> None:
    (name,) = world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect_and_import()
    ada = world.contact("Ada")
    world.google("POST", "delete", {"names": [name]})
    world.sync()
    answer = world.api("POST", f"contacts/{ada['id']}/restore", {"google": "put_back"})
    assert answer.status == 202
    assert world.finished(answer.json)["state"] == "done"
    assert world.the_person()["emailAddresses"][0]["value"] == "ada@example.org"
    assert google_state(world.read(ada)) == "linked"


def test_strangers_find_neither_contact_nor_tombstone(world: World) -> None:
    world.load(person("Ada", "Lovelace"))
    world.connect_and_import()
    ada = world.contact("Ada")
    world.delete(ada)
    (tombstone,) = world.items("tombstones")
    charlie = World(world.site, world.sandbox, "charlie")
    charlie.connect_and_import()
    assert charlie.items("tombstones") == []
    assert charlie.api("POST", f"tombstones/{tombstone['id']}/bring-back").status == 404
    assert charlie.api("POST", f"contacts/{ada['id']}/google", {"action": "pause"}).status == 404
