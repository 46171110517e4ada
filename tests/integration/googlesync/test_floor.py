"""The floor, S1 to S17: each rule once, through HTTP on both sides."""

from tests.integration.googlesync.world import World, person


def test_first_import_creates_contacts_with_the_status_and_links_them(world: World) -> None:
    world.load(
        person("Ada", "Lovelace", emails=["ada@example.org"]), person("Grace", "Hopper", phones=["415 555 2671"])
    )
    world.connect()

    run = world.switch_on("prospect")

    assert run.state == "done", run.error_detail
    assert sorted((c.given, c.status, c.source) for c in world.contacts()) == [
        ("Ada", "prospect", "Google Contacts"),
        ("Grace", "prospect", "Google Contacts"),
    ]
    assert world.state(world.contact("Ada")) == "linked"


def test_edits_reach_the_other_side_both_ways(world: World) -> None:
    (name,) = world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    world.switch_on()
    world.edit(world.contact("Ada"), phones=[{"value": "415 555 2671", "label": "mobile"}])
    world.google(
        "POST", "edit", {"persons": {name: {"emailAddresses": [{"value": "ada@new.example", "type": "home"}]}}}
    )

    run = world.sync()

    assert run.state == "done", run.error_detail
    assert world.contact("Ada").emails[0]["value"] == "ada@new.example"
    assert world.persons()[name]["phoneNumbers"][0]["value"] == "415 555 2671"
    assert world.sync().counts["google"]["update"] == 0


def test_push_creates_the_person_and_gives_a_receipt(world: World) -> None:
    world.connect()
    world.switch_on()
    contact = world.create(name={"given": "Ida"}, emails=[{"value": "ida@example.org", "label": "work"}])

    receipts = world.push(contact)

    assert receipts[str(contact.id)].outcome == "created", receipts[str(contact.id)].reason
    (created,) = world.persons().values()
    assert created["emailAddresses"][0]["value"] == "ida@example.org"
    assert world.state(contact) == "linked"
