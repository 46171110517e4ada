"""S6, S16, S17: the words and the ways of the pages, and what a push answers."""

from tests.integration.floor.page import page_of
from tests.integration.floor.world import World, google_state, work
from tests.integration.googlesync.world import person


def test_s06_a_note_says_how_people_are_matched_and_links_to_the_duplicates(world: World) -> None:
    world.sign_in()
    page = page_of(world.browser.get("/google/settings").text)
    note = next(div.words for div in page.all("div", **{"class": "note"}))
    assert note.startswith("Duplicate contacts")
    assert note.count(". ") + note.endswith(".") == 2
    assert [link.words for link in page.all("a", href="/duplicates") if "main" in link.inside] == [
        "possible duplicates"
    ]


def test_s06_an_unsure_match_is_created_and_listed_as_a_possible_duplicate(world: World) -> None:
    world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "office@example.org"}])
    world.load(person("Charles", "Babbage", emails=["office@example.org"]))
    world.connect_and_import()

    assert len(world.contacts()) == 2
    listed = page_of(world.browser.get("/duplicates").text).words
    assert "Ada Lovelace" in listed
    assert "Charles Babbage" in listed


def test_s16_ticked_contacts_are_pushed_from_the_list_by_more_actions(world: World) -> None:
    world.connect_and_import()
    ada = world.create(name={"given": "Ada"}, emails=[{"value": "ada@example.org"}])
    blank = world.create(company="Nobody yet")
    world.create(name={"given": "Grace"})
    page = page_of(world.browser.get("/").text)
    first_cells = [page.elements[place + 1] for place, one in enumerate(page.elements) if one.tag == "tr"]
    ticks = page.all("input", type="checkbox", name="contact")
    assert {tick.attributes["value"] for tick in ticks} == {contact["id"] for contact in world.contacts()}
    assert {cell.attributes["class"] for cell in first_cells} == {"table__tick"}
    assert page.clickable("More Actions")
    sync = page.clickable("Sync Contact(s)")

    form = {sync.attributes["name"]: sync.attributes["value"], "contact": [ada["id"], blank["id"]]}
    receipts_at = world.browser.post("/contacts/actions", on="/", **form).location
    work()

    assert world.the_person()["names"][0]["givenName"] == "Ada"
    outcomes = {receipt["contact"]: receipt["outcome"] for receipt in world.receipts(world.newest_run()["id"])}
    assert outcomes == {ada["id"]: "created", blank["id"]: "skipped"}
    shown = world.browser.get(receipts_at).text
    assert "nothing to send" in shown


def test_s17_a_contact_is_pushed_from_its_page_by_more_actions(world: World) -> None:
    world.connect_and_import()
    ada = world.create(name={"given": "Ada"}, emails=[{"value": "ada@example.org"}])
    page = page_of(world.browser.get(f"/contacts/{ada['id']}").text)
    assert page.clickable("More Actions")
    assert "form" in page.clickable("Sync with Google Contacts").inside

    receipt_at = world.browser.post(f"/contacts/{ada['id']}/sync", on=f"/contacts/{ada['id']}").location
    work()

    assert google_state(world.read(ada)) == "linked"
    assert "Ada" in world.browser.get(receipt_at).text
    assert len(world.persons()) == 1


def test_s17_a_push_of_someone_who_is_in_google_already_links_and_makes_no_double(world: World) -> None:
    world.connect_and_import()
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    ada = world.create(name={"given": "Ada", "family": "Lovelace"}, emails=[{"value": "ada@example.org"}])

    (receipt,) = world.push(ada)

    assert (receipt["outcome"], len(world.persons())) == ("linked", 1)


def test_s16_a_push_with_the_sync_switched_off_is_refused_with_its_mend(world: World) -> None:
    world.connect()
    contact = world.create(name={"given": "Ada"})
    refused = world.api("POST", "contacts/sync", {"ids": [contact["id"]]})
    assert (refused.status, refused.json["code"]) == (409, "sync_off")
    assert world.persons() == {}


def test_s16_what_is_unchanged_is_not_sent(world: World) -> None:
    world.load(person("Ada", emails=["ada@example.org"]))
    world.connect_and_import()
    before = world.persons()

    (receipt,) = world.push(world.contact("Ada"))

    assert receipt["outcome"] == "unchanged"
    assert world.persons() == before
