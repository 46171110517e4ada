"""An address book of real input at the sandbox Google, and Alice's contacts that came from it."""

from collections.abc import Callable, Iterable
from itertools import cycle
from typing import Any

from tandem.contacts.models import Contact
from tandem.contacts.shape import contact_json
from tandem.googlesync.models import Link, Run
from tests.integration.googlesync.world import World
from tests.integration.real_input.cards import Reading
from tests.integration.real_input.comparing import differences, five_fields, of_the_contact, shown, unordered
from tests.integration.real_input.edits import Edit, Make
from tests.integration.real_input.persons import categories_of, person_of, photo_of

type Json = dict[str, Any]


def load_cards(world: World, reading: Reading) -> int:
    """One person for each card that says anything, with its picture and its labels; how many."""
    cards = [(card, person) for card in reading.cards if (person := person_of(card))]
    names = world.load(*(person for _, person in cards))
    members: dict[str, list[str]] = {}
    for name, (card, _) in zip(names, cards, strict=True):
        if photo := photo_of(card):
            world.google("POST", "photo", {"name": name, "photo": photo})
        for category in categories_of(card):
            members.setdefault(category, []).append(name)
    for label, inside in members.items():
        world.google("POST", "label", {"label": label, "names": inside})
    return len(names)


def contacts_by_name(world: World) -> dict[str, Contact]:
    """Alice's linked contacts by their persons' resource names."""
    links = Link.objects.filter(account=world.account).select_related("contact")
    return {link.resource_name: link.contact for link in links if link.contact is not None}


def lost_values(world: World, *, is_ordered: bool = True) -> dict[str, tuple[Json, Json]]:
    """Persons of whom the linked contact does not show every value of the five fields: as wanted, and as found.

    Of a linked profile it shows nothing. An import keeps Google's order, its primary value first; afterwards
    neither travels.
    """
    contacts = contacts_by_name(world)
    pairs = {
        name: (five_fields(of_the_contact(person)[0]), shown(contact_json(contacts[name])))
        for name, person in world.persons().items()
    }
    view: Callable[[Json], Json] = dict if is_ordered else unordered
    return {name: (wanted, found) for name, (wanted, found) in pairs.items() if view(wanted) != view(found)}


def edit_contacts(world: World, makes: Iterable[Make]) -> dict[str, Edit]:
    """Edit each contact, the edits taken in turn; those that could be made, by resource name."""
    persons, edits = world.persons(), {}
    chosen = zip(sorted(contacts_by_name(world).items()), cycle(makes), strict=False)
    for number, ((name, contact), make) in enumerate(chosen):
        own, others = of_the_contact(persons[name])
        edit = make(contact_json(contact), own, number)
        if edit is not None:
            world.edit(contact, **edit.patch)
            expected = {path: entries + others.get(path, []) for path, entries in edit.expected.items()}
            edits[name] = Edit(edit.patch, expected)
    return edits


def by_the_hourly_run(world: World) -> None:
    finished(world.sync())


def by_a_push(world: World) -> None:
    receipts = world.push(*contacts_by_name(world).values())
    assert {receipt.outcome for receipt in receipts.values()} <= {"updated", "unchanged"}


type Send = Callable[[World], None]


def push_back(world: World, makes: Iterable[Make], send: Send) -> dict[str, list[str]]:
    """Edit here, send it to Google; by resource name, where a person is then not what the edit alone makes of it."""
    before = world.persons()
    edits = edit_contacts(world, makes)
    assert edits
    send(world)
    after = world.persons()
    assert after.keys() == before.keys()
    untouched = [name for name in before if name not in edits]
    wrong = {name: ["written without need"] for name in untouched if after[name] != before[name]}
    for name, edit in edits.items():
        if slips := differences(before[name], after[name], edit.expected):
            wrong[name] = slips
    return wrong


def writes(world: World) -> list[str]:
    """The methods by which this account's address book was written since the journal was emptied."""
    entries = world.server.control("GET", "requests")["requests"]
    return [entry["method"] for entry in entries if entry["account"] == world.email and entry["write"]]


def finished(run: Run) -> Run:
    assert run.state == "done", f"{run.error_code}: {run.error_detail}"
    return run


def rest(world: World) -> None:
    """One more run, in which neither side is written."""
    persons, contacts = world.persons(), contacts_by_name(world)
    world.server.control("DELETE", "requests")
    finished(world.sync())
    assert writes(world) == []
    assert world.persons() == persons
    revisions = {name: contact.revision for name, contact in contacts_by_name(world).items()}
    assert revisions == {name: contact.revision for name, contact in contacts.items()}
