"""National numbers are read with the country that most of an address book's numbers have."""

from tandem.contacts.models import Contact
from tandem.contacts.querysets import ids_found_by
from tandem.googlesync.services import change_settings
from tests.integration.googlesync.world import World, person

NATIONAL = "020 7946 0958"
KEY = "+442079460958"


def keys(contact: Contact) -> list[str]:
    contact.refresh_from_db()
    return [phone["key"] for phone in contact.phones]


def british(world: World) -> None:
    """An address book whose numbers are British, imported."""
    world.load(person("Ada", phones=["+44 20 7946 0018"]), person("Grace", phones=["+44 20 7946 0111"]))
    world.connect()
    world.switch_on()


def test_the_first_import_finds_the_commonest_country(world: World) -> None:
    world.load(
        person("Ada", phones=["+44 20 7946 0018"]),
        person("Grace", phones=["+44 20 7946 0958"]),
        person("Ida", phones=["+1 415 555 2671"]),
    )
    world.connect()

    world.switch_on()

    assert world.account.region == "GB"


def test_without_numbers_the_installation_s_region_stays(world: World) -> None:
    world.load(person("Ada", emails=["ada@example.org"]))
    world.connect()

    world.switch_on()

    assert world.account.region == "US"


def test_a_number_typed_here_is_read_with_the_account_s_region(world: World) -> None:
    british(world)
    typed = world.create(name={"given": "Ann"}, phones=[{"value": NATIONAL}])
    assert keys(typed) == [KEY]
    world.edit(typed, phones=[{"value": "020 7946 0200"}])
    assert keys(typed) == ["+442079460200"]


def test_numbers_typed_before_the_first_import_are_read_again_with_the_region_that_it_finds(world: World) -> None:
    typed = world.create(name={"given": "Ann"}, phones=[{"value": NATIONAL}])
    assert keys(typed) != [KEY]
    british(world)
    assert keys(typed) == [KEY]


def test_a_change_of_the_region_reads_numbers_again_and_plans_nothing(world: World) -> None:
    names = world.load(person("Ann", "Lee", phones=[NATIONAL]), person("Al", "Oak", phones=["+1 415 555 2671"]))
    world.connect()
    world.switch_on()
    ann, al = world.contact("Ann"), world.contact("Al")
    before = keys(ann)
    revision = ann.card_revision
    change_settings(account=world.account, changes={"region": "GB"})
    assert (keys(ann), keys(al)) == ([KEY], ["+14155552671"])
    assert before != [KEY]
    assert (ann.card_revision, world.link(ann).changed_here) == (revision, False)
    assert ids_found_by(world.user.pk, "+44 20 7946 0958", most=9) == [ann.id]
    run = world.sync()
    assert not run.operations.exists()
    world.google("POST", "edit", {"persons": {names[0]: {"birthdays": [{"date": {"month": 5, "day": 3}}]}}})
    world.sync()
    assert keys(ann) == [KEY]
    assert len(world.persons()[names[0]]["phoneNumbers"]) == 1


def test_a_key_that_the_new_region_can_t_read_stays_as_google_may_have_given_it(world: World) -> None:
    british(world)
    typed = world.create(name={"given": "Ann"}, phones=[{"value": NATIONAL}, {"value": "123"}])
    change_settings(account=world.account, changes={"region": "MT"})
    assert keys(typed) == [KEY, "123"]
