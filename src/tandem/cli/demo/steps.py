"""The steps of the main job: each does one thing as a user would, and reads both sides back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tandem.cli.demo import crm, google, people
from tandem.cli.demo.crm import Contact, Run
from tandem.cli.demo.google import Person
from tandem.cli.demo.http import Answer
from tandem.cli.demo.report import Chapter
from tandem.cli.demo.world import World
from tandem.cli.output import progress

SPHERE = "sphere"


@dataclass(slots=True)
class Story:
    """What later steps need to know of earlier ones."""

    world: World
    acquaintances: list[str] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)
    before: dict[str, Person] = field(default_factory=dict)
    account: str = ""
    deleted_here: str = ""

    def both(self) -> tuple[dict[str, Contact], dict[str, Person]]:
        """Both sides, read back."""
        return self.world.crm.contacts(), self.world.google.persons()


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    take: Callable[[Story, Chapter], None]


def sign_in(story: Story, chapter: Chapter) -> None:
    browser = story.world.browser
    page = browser.get("/")
    wrong = browser.submit(page, "login", {"login": story.world.email, "password": "not it"})
    chapter.check("a wrong password does not sign in", "/accounts/login" in wrong.url)
    entered = browser.submit(wrong, "login", {"login": story.world.email, "password": story.world.password})
    chapter.check("the right one leads to the contacts", entered.status == 200 and "/accounts/" not in entered.url)


def meet_the_crm(story: Story, chapter: Chapter) -> None:
    world = story.world
    names = world.google.load(people.persons_of_acquaintances())
    story.acquaintances = [world.crm.create(contact) for contact in people.contacts_of_acquaintances()]
    story.leads = [world.crm.create(contact) for contact in people.contacts_of_leads()]
    contacts, story.before = story.both()
    chapter.check("the CRM has its own contacts and no others", set(contacts) == {*story.acquaintances, *story.leads})
    chapter.check("Google has the acquaintances too", set(names) <= set(story.before))
    chapter.figures = f"{len(contacts)} contacts, {len(story.before)} persons"


def connect(story: Story, chapter: Chapter) -> None:
    page = _consent(story)
    chapter.check("Google's redirect came back to the Google settings", "/google/" in page.url and page.status == 200)
    accounts = story.world.crm.accounts()
    chapter.check("one account is connected", [one["state"] for one in accounts] == ["connected"])
    chapter.check("contact sync is off, and nothing was read", not _people_calls(story))
    story.account = accounts[0]["id"]
    chapter.figures = str(accounts[0]["email"])


def _consent(story: Story) -> Answer:
    browser = story.world.browser
    return browser.submit(browser.get("/google/connect"), "granted", {"decision": "allow"})


def first_import(story: Story, chapter: Chapter) -> None:
    world = story.world
    world.crm.switch_on(story.account, SPHERE)
    run = _watched(story, world.crm.latest_run())
    contacts, persons = story.both()
    _check_done(chapter, run)
    _check_pairs(chapter, contacts, persons, unlinked=story.leads)
    _check_filled(story, chapter, contacts, persons)
    new = [one for contact_id, one in contacts.items() if contact_id not in {*story.acquaintances, *story.leads}]
    chapter.check("new ones have the status 'Sphere'", all(one["status"] == SPHERE for one in new))
    chapter.check("every e-mail address has arrived", all(
        google.emails_of(persons[crm.resource_name(one)]) <= crm.emails_of(one) for one in new
    ))  # fmt: skip
    chapter.check("what a contact has no place for is untouched in Google", _foreign(persons) == _foreign(story.before))
    chapter.figures = f"{len(new)} imported, {crm.total(run, 'tandem', 'link')} linked"


def _watched(story: Story, run: Run) -> Run:
    with progress() as bar:
        task = bar.add_task("First import", total=None)
        return story.world.crm.finished(run, lambda done, total: bar.update(task, completed=done, total=total or None))


def _check_done(chapter: Chapter, run: Run) -> None:
    chapter.check(f"the run is done{'' if run['state'] == 'done' else ': ' + crm.plain(run)}", run["state"] == "done")


def _check_pairs(
    chapter: Chapter, contacts: dict[str, Contact], persons: dict[str, Person], *, unlinked: list[str]
) -> None:
    linked = [crm.resource_name(one) for contact_id, one in contacts.items() if contact_id not in unlinked]
    chapter.check("every person has one contact, and every contact one person", sorted(linked) == sorted(persons))


def _check_filled(story: Story, chapter: Chapter, contacts: dict[str, Contact], persons: dict[str, Person]) -> None:
    known = [contacts[contact_id] for contact_id in story.acquaintances]
    pairs = [(one, persons[crm.resource_name(one)]) for one in known if crm.resource_name(one) in persons]
    chapter.check("those known before were filled, not doubled", len(pairs) == len(known) and all(
        crm.phones_of(contact) and crm.birthday_of(contact) == google.birthday_of(person) for contact, person in pairs
    ))  # fmt: skip
    chapter.check("they kept their status and notes", all(
        one["status"] == "client" and one["notes"] == "Known for years." for one in known
    ))  # fmt: skip


def _foreign(persons: dict[str, Person]) -> dict[str, Person]:
    return {name: google.foreign_fields_of(person) for name, person in persons.items()}


def edit_both_sides(story: Story, chapter: Chapter) -> None:
    world = story.world
    ada, bruno, chiyo, dmitri, _ = story.acquaintances
    contacts = world.crm.contacts()
    world.google.edit(crm.resource_name(contacts[ada]), {"phoneNumbers": [{"value": "+1 415-555-0199"}]})
    world.google.edit(crm.resource_name(contacts[bruno]), {"names": [{"givenName": "Bruno", "familyName": "Rossi"}]})
    world.crm.change(chiyo, {"birthday": {"year": 1984, "month": 3, "day": 1}})
    emails = [*contacts[dmitri]["emails"], {"value": "dmitri@bureau.example", "label": "work"}]
    world.crm.change(dmitri, {"emails": emails, "name": {"given": "Dmitri", "family": "Berg"}})
    world.wait_for_listings()
    run = world.crm.sync(story.account)
    contacts, persons = story.both()
    _check_done(chapter, run)
    chapter.check("a number changed in Google is changed here", crm.phones_of(contacts[ada]) == {"14155550199"})
    chapter.check("a name changed in Google is changed here", contacts[bruno]["name"]["family"] == "Rossi")
    born = google.birthday_of(persons[crm.resource_name(contacts[chiyo])])
    chapter.check("a birthday changed here is changed in Google", born == (3, 1))
    person = persons[crm.resource_name(contacts[dmitri])]
    chapter.check("an address added here is in Google", "dmitri@bureau.example" in google.emails_of(person))
    chapter.check("a name changed here is changed in Google", person["names"][0].get("familyName") == "Berg")
    chapter.check("what a contact has no place for is untouched in Google", _foreign(persons) == _foreign(story.before))
    chapter.figures = f"{crm.total(run, 'tandem', 'update')} here, {crm.total(run, 'google', 'update')} in Google"


def rest(story: Story, chapter: Chapter) -> None:
    world = story.world
    world.wait_for_listings()
    before = story.both()
    world.google.forget_calls()
    run = world.crm.sync(story.account)
    chapter.check("the next run finds nothing to do", crm.did_nothing(run))
    chapter.check("it changes nothing on either side", _values(story.both()) == _values(before))
    calls = _people_calls(story)
    chapter.check("it writes nothing to Google", not any(call["write"] for call in calls))
    chapter.figures = f"{len(calls)} calls"


def _values(both: tuple[dict[str, Contact], dict[str, Person]]) -> object:
    contacts, persons = both
    return {contact_id: (one["updated"], one["emails"]) for contact_id, one in contacts.items()}, persons


def push(story: Story, chapter: Chapter) -> None:
    world = story.world
    known = story.acquaintances[0]
    run = world.crm.push([*story.leads, known])
    receipts = {one["contact"]: one for one in world.crm.operations(run["id"])}
    contacts, persons = story.both()
    _check_done(chapter, run)
    chapter.check("each new one has the receipt 'created'", all(
        receipts[lead]["outcome"] == "created" for lead in story.leads
    ))  # fmt: skip
    chapter.check("one in step already has the receipt 'unchanged'", receipts[known]["outcome"] == "unchanged")
    chapter.check("Google has what the CRM has", all(
        google.emails_of(persons[name]) == crm.emails_of(contacts[lead])
        and google.phones_of(persons[name]) == crm.phones_of(contacts[lead])
        for lead in story.leads
        if (name := receipts[lead]["resource_name"]) in persons
    ))  # fmt: skip
    _check_pairs(chapter, contacts, persons, unlinked=[])
    chapter.figures = f"{len(receipts)} receipts"


def delete_on_each_side(story: Story, chapter: Chapter) -> None:
    world = story.world
    there, story.deleted_here = story.leads[0], story.leads[1]
    contacts, persons = story.both()
    gone, kept = (crm.resource_name(contacts[one]) for one in (there, story.deleted_here))
    world.google.delete(gone)
    world.crm.delete(story.deleted_here)
    world.wait_for_listings()
    run = world.crm.sync(story.account)
    again = world.crm.sync(story.account)
    contacts, after = story.both()
    trash = world.crm.contacts(trashed="true")
    _check_done(chapter, run)
    _check_done(chapter, again)
    chapter.check("deleted in Google: in the trash here", there in trash and there not in contacts)
    chapter.check("deleted here: it stays in Google as it is", after.get(kept) == persons[kept])
    names = {crm.resource_name(one) for one in contacts.values()}
    chapter.check("and it does not come back", story.deleted_here not in contacts and kept not in names)
    chapter.figures = f"{len(contacts)} contacts, {len(after)} persons"


def disconnect(story: Story, chapter: Chapter) -> None:
    world = story.world
    contacts, persons = story.both()
    world.google.forget_calls()
    world.crm.disconnect(story.account)
    world.wait_for_listings()
    kept, after = story.both()
    chapter.check("no account is connected", not world.crm.accounts())
    chapter.check("every contact stays", set(kept) == set(contacts))
    chapter.check("Google is as it was", after == persons)
    chapter.check(
        "Google was told to end the grant", any(call["method"] == "oauth.revoke" for call in world.google.calls())
    )
    chapter.check("nothing else was called", not _people_calls(story))
    chapter.figures = f"{len(kept)} contacts kept"


def reconnect(story: Story, chapter: Chapter) -> None:
    world = story.world
    before, persons = story.both()
    _consent(story)
    accounts = world.crm.accounts()
    chapter.check("the account has its old id", [one["id"] for one in accounts] == [story.account])
    world.crm.switch_on(story.account, SPHERE)
    run = world.crm.finished(world.crm.latest_run())
    contacts, after = story.both()
    _check_done(chapter, run)
    chapter.check("nothing is doubled here", set(contacts) == set(before))
    chapter.check("nothing is doubled in Google", set(after) == set(persons))
    still = {name: one for name, one in after.items() if name in {crm.resource_name(c) for c in contacts.values()}}
    _check_pairs(chapter, contacts, still, unlinked=[])
    chapter.check("all links are back", len(still) == len(contacts))
    chapter.check("what was deleted here stays away", story.deleted_here not in contacts)
    chapter.figures = f"{world.crm.accounts()[0]['counts']['linked']} links"


def _people_calls(story: Story) -> list[dict[str, Any]]:
    """Calls of the People API, OAuth's left out."""
    return [call for call in story.world.google.calls() if not call["method"].startswith("oauth.")]


STEPS = (
    Step("Contacts are in the CRM already", meet_the_crm),
    Step("Sign in", sign_in),
    Step("Connect Google by OAuth", connect),
    Step("First import as 'Sphere'", first_import),
    Step("Edits on both sides, and the hourly run", edit_both_sides),
    Step("An hourly run without news", rest),
    Step("On-demand push", push),
    Step("A deletion on each side", delete_on_each_side),
    Step("Disconnect", disconnect),
    Step("Reconnect", reconnect),
)
