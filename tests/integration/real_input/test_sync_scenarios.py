"""Situations that other programs' syncs were tested with against the real Google: the same edits, by Tandem's rules."""

from pathlib import Path
from typing import Any

import pytest

from tandem.contacts.models import Contact
from tandem.contacts.shape import contact_json
from tandem.googlesync.services import change_settings
from tests.integration.googlesync.world import World
from tests.integration.real_input.book import finished, rest
from tests.integration.real_input.cards import read_text
from tests.integration.real_input.comparing import FIVE, five_fields, shown, unordered
from tests.integration.real_input.data import SCENARIOS, needs_scenarios
from tests.integration.real_input.persons import person_of

pytestmark = needs_scenarios

type Json = dict[str, Any]

UPDATES = SCENARIOS / "syncevolution" / "googlecontacts" / "testUpdateLocalWins"
ON_BOTH_SIDES = ["apple/testDownload", "googlecontacts/testDownload", "googlecontacts/testUpload"]
AS_GOOGLE_KEEPS_THEM = ["eds_contact.vcf.googlecontacts.vcf", "eds_contact.vcf.google.vcf"]


def persons_of(path: Path) -> list[Json]:
    """The persons of a file. An e-mail that is none, as some of these are, gets a host.

    A `LABEL` says an address once more, as one text, which Google would take apart again: it is left out.
    """
    persons = [person_of(card) for card in read_text(path.read_text(encoding="utf-8")).cards]
    for person in persons:
        for entry in person.get("emailAddresses", []):
            if "@" not in entry["value"]:
                entry["value"] = f"{entry['value'].replace(' ', '-')}@example.org"
        if "addresses" in person:
            person["addresses"] = [entry for entry in person["addresses"] if "formattedValue" not in entry]
    return persons


def created_here(world: World, person: Json) -> Contact:
    fields = five_fields(person)
    birthday = fields["birthday"]
    return world.create(**fields | {"birthday": None if "text" in (birthday or ()) else birthday})


def identities(fields: Json) -> set[tuple[str, str]]:
    """The e-mails and numbers, as no label and no spelling changes them."""
    return {
        (field, "".join(character for character in value["value"].casefold() if character.isalnum()))
        for field in ("emails", "phones")
        for value in fields[field]
    }


def edited_there(world: World, name: str, before: Json, after: Json) -> None:
    """The fields of the five in which two cards of a person differ, as edited in Google."""
    fields = {path: after.get(path, []) for path in FIVE if after.get(path) != before.get(path)}
    world.google("POST", "edit", {"persons": {name: fields}})


def edited_here(world: World, contact: Contact, before: Json, after: Json) -> None:
    old, new = five_fields(before), five_fields(after)
    world.edit(contact, **{field: new[field] for field in new if new[field] != old[field]})


@pytest.mark.parametrize("folder", ON_BOTH_SIDES)
def test_who_is_on_both_sides_is_one_person_with_the_values_of_both(world: World, folder: str) -> None:
    here, there = (persons_of(SCENARIOS / "syncevolution" / folder / name)[0] for name in ("local.vcf", "remote.vcf"))
    [name] = world.load(there)
    before = world.persons()[name]
    contact = created_here(world, here)
    world.connect()
    finished(world.switch_on())

    shared = identities(five_fields(here)) & identities(five_fields(there))
    if not shared:  # a name alone never links
        assert len(world.contacts()) == 2
        return
    assert world.state(contact) == "linked"
    [merged] = world.contacts()
    both = identities(five_fields(here)) | identities(five_fields(there))
    assert identities(shown(contact_json(merged))) == both
    after = world.persons()[name]
    assert identities(five_fields(after)) == both
    assert {key: after.get(key) for key in ("userDefined", "biographies", "organizations", "imClients", "urls")} == {
        key: before.get(key) for key in ("userDefined", "biographies", "organizations", "imClients", "urls")
    }
    rest(world)


@pytest.mark.parametrize(("policy", "born_on"), [("tandem", 1), ("google", 8)])
def test_edits_of_both_sides_meet(world: World, policy: str, born_on: int) -> None:
    """The first contact is edited in Google alone, the third here alone, the second on both sides.

    Of the two birthdays that the second one was given, the policy's stands; every other edit of both is there.
    """
    base, seen_here = persons_of(UPDATES / "local.vcf"), persons_of(UPDATES / "local-synced.vcf")
    names = world.load(*base)
    world.connect()
    finished(world.switch_on())
    change_settings(account=world.account, changes={"conflict_policy": policy})
    contacts = {contact.middle: contact for contact in world.contacts()}

    by_google = [person | {"names": old["names"]} for person, old in zip([seen_here[0]] * 2, base, strict=False)]
    by_alice = [person | {"names": old["names"]} for person, old in zip([seen_here[2]] * 2, base[1:], strict=True)]
    for name, old, new in zip(names, base, by_google, strict=False):
        edited_there(world, name, old, new)
    for middle, old, new in zip("23", base[1:], by_alice, strict=True):
        edited_here(world, contacts[middle], old, new)
    finished(world.sync())

    wanted = [unordered(five_fields(person)) for person in seen_here]
    wanted[1]["birthday"] = {"year": 2006, "month": 1, "day": born_on}
    here = {contact.middle: unordered(shown(contact_json(contact))) for contact in world.contacts()}
    assert [here[middle] for middle in "123"] == wanted
    persons = world.persons()
    assert [unordered(five_fields(persons[name])) for name in names] == wanted
    rest(world)


@pytest.mark.parametrize("kept", AS_GOOGLE_KEEPS_THEM)
def test_what_google_made_of_a_card_is_nobodys_edit(world: World, kept: str) -> None:
    """Each card is here as it was sent, and in Google as it was kept: no value is lost, and then there is silence."""
    sent, as_kept = (persons_of(SCENARIOS / "roundtrip" / name) for name in ("eds_contact.vcf", kept))
    names = world.load(*as_kept)
    contacts = [created_here(world, person) for person in sent]
    world.connect()
    finished(world.switch_on())

    for contact, person in zip(contacts, sent, strict=True):
        contact.refresh_from_db()
        assert identities(five_fields(person)) <= identities(shown(contact_json(contact)))
    persons = world.persons()
    for name, person in zip(names, as_kept, strict=True):
        assert identities(five_fields(person)) <= identities(five_fields(persons[name]))
    rest(world)
