"""The first import goes page by page; who came twice is listed when it ends."""

from collections.abc import Mapping

import pytest

from tandem.contacts.models import Contact
from tandem.googlesync.models import PossibleDuplicate
from tests.integration.googlesync.world import World, person

ADDRESS = {"streetAddress": "12 St James's Square", "city": "London", "type": "home"}
BIRTHDAY = {"date": {"year": 1815, "month": 12, "day": 10}}


def listed(world: World) -> Mapping[frozenset[str], str]:
    """The evidence by the two contacts' middle names, which tell those of this suite apart."""
    rows = PossibleDuplicate.objects.filter(owner=world.user).select_related("first", "second")
    return {frozenset((_label(row.first), _label(row.second))): row.evidence for row in rows}


def _label(contact: Contact) -> str:
    return f"{contact.given} {contact.middle}".strip()


def imported(world: World, *persons: dict[str, object]) -> Mapping[frozenset[str], str]:
    world.load(*persons)
    world.connect()
    run = world.switch_on()
    assert run.state == "done", run.error_detail
    assert len(world.contacts()) == len(persons)
    return listed(world)


@pytest.mark.parametrize(
    ("one", "other", "evidence"),
    [
        ({"emails": ["ada@example.org"]}, {"emails": ["ADA@example.org"]}, "same e-mail"),
        ({"phones": ["+1 415 555 2671"]}, {"phones": ["(415) 555-2671"]}, "same phone"),
        ({"addresses": [ADDRESS]}, {"addresses": [ADDRESS]}, "same name and address"),
        ({"birthdays": [BIRTHDAY]}, {"birthdays": [BIRTHDAY]}, "same name and birthday"),
    ],
)
def test_two_persons_of_one_name_that_share_a_value_are_listed_with_the_evidence(
    world: World, one: dict[str, object], other: dict[str, object], evidence: str
) -> None:
    found = imported(world, _named("Ada", **one), _named("Ada", **other), _named("Grace"))
    assert list(found.values()) == [evidence]


def test_the_same_address_under_another_name_is_listed_as_a_doubt(world: World) -> None:
    found = imported(
        world, _named("Ada", emails=["a@example.org"]), _named("Grace", "Hopper", emails=["a@example.org"])
    )
    assert found == {frozenset(("Ada", "Grace")): "same e-mail, different name"}


def test_the_same_number_under_another_name_and_the_same_name_alone_say_nothing(world: World) -> None:
    number = ["+1 415 555 2671"]
    assert not imported(
        world, _named("Ada", phones=number), _named("Grace", "Hopper", phones=number), _named("Ada", emails=["x@y.org"])
    )


def test_a_value_that_three_share_is_no_evidence(world: World) -> None:
    office = ["office@example.org"]
    found = imported(
        world,
        _named("Ada", emails=[*office, "ada@example.org"]),
        _named("Ada", emails=["ada@example.org"]),
        _named("Ida", "Rhodes", emails=office),
        _named("Grace", "Hopper", emails=office),
    )
    assert found == {frozenset(("Ada",)): "same e-mail"}


def test_a_page_between_the_two_does_not_part_them(world: World) -> None:
    others = [_named("Person", f"Number{number}", emails=[f"p{number}@example.org"]) for number in range(1000)]
    found = imported(
        world, _named("Ada", emails=["ada@example.org"]), *others, _named("Ada", emails=["ada@example.org"])
    )
    assert list(found.values()) == ["same e-mail"]


def test_an_hourly_run_lists_them_no_second_time(world: World) -> None:
    imported(world, _named("Ada", emails=["ada@example.org"]), _named("Ada", emails=["ada@example.org"]))
    assert world.sync().state == "done"
    assert len(listed(world)) == 1


def _named(given: str, family: str = "Lovelace", **values: object) -> dict[str, object]:
    raw = {key: values.pop(key) for key in ("addresses", "birthdays") if key in values}
    return {**person(given, family, **values), **raw}
