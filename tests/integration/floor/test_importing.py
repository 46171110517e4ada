"""S5, S14, S15: what comes from Google as new, and what is here already."""

from tests.integration.floor.world import World, google_state
from tests.integration.googlesync.world import person


def test_s14_switching_on_with_a_status_starts_the_download(world: World) -> None:
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]), person("Grace", "Hopper"))
    world.connect()

    run = world.switch_on("prospect")

    assert (run["kind"], run["trigger"], run["state"]) == ("sync", "enable", "done"), run["error"]
    assert run["progress"] == {"done": 2, "total": 2}
    assert run["counts"]["tandem"]["create"] == 2
    assert sorted(contact["name"]["given"] for contact in world.contacts()) == ["Ada", "Grace"]


def test_s05_the_status_is_given_to_contacts_that_are_new_from_google(world: World) -> None:
    world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import("new_lead")
    ada = world.contact("Ada")
    assert (ada["status"], ada["source"], google_state(ada)) == ("new_lead", "Google Contacts", "linked")


def test_s05_an_existing_contact_keeps_its_status_at_import_and_at_every_later_run(world: World) -> None:
    existing = world.create(name={"given": "Ada"}, emails=[{"value": "ada@example.org"}], status="client")
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import("prospect")
    assert world.read(existing)["status"] == "client"

    world.edit_in_google(name, phoneNumbers=[{"value": "415 555 2671"}])
    world.ok("PATCH", f"google/accounts/{world.account['id']}", {"import_status": "archive"})
    world.sync()

    assert world.read(existing)["phones"][0]["value"] == "415 555 2671"
    assert world.read(existing)["status"] == "client"


def test_s05_a_status_chosen_here_after_the_import_stays(world: World) -> None:
    (name,) = world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import("sphere")
    world.edit(world.contact("Ada"), status="contract")
    world.edit_in_google(name, names=[{"givenName": "Ada", "familyName": "King"}])

    world.sync()

    assert (world.contact("Ada")["name"]["family"], world.contact("Ada")["status"]) == ("King", "contract")


def test_s15_who_is_here_is_filled_in_and_who_is_not_is_created(world: World) -> None:
    existing = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "ada@example.org"}])
    world.load(
        person("Ada", "Lovelace", emails=["ada@example.org"], phones=["415 555 2671"]),
        person("Grace", "Hopper", emails=["grace@example.org"]),
    )

    run = world.connect_and_import("prospect")

    assert [phone["value"] for phone in world.read(existing)["phones"]] == ["415 555 2671"]
    assert len(world.contacts()) == 2
    assert world.contact("Grace")["status"] == "prospect"
    assert run["counts"]["tandem"] == {"create": 1, "update": 0, "link": 1, "delete": 0}


def test_s15_a_person_who_comes_later_is_created_with_the_status(world: World) -> None:
    world.connect_and_import("active_lead")
    world.load(person("Ada", emails=["ada@example.org"]))
    world.sync()
    assert world.contact("Ada")["status"] == "active_lead"
