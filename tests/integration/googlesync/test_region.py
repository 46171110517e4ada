"""National numbers are read with the country that most of an address book's numbers have."""

from tests.integration.googlesync.world import World, person


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
