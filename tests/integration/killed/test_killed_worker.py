"""`kill -9` of a worker at a random moment: the next one finishes by itself, nothing is lost, nothing doubled."""

import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tandem.contacts.models import Contact
from tandem.googlesync import services
from tandem.googlesync.models import Link, LinkState, Run, Trigger
from tests.integration.googlesync.world import World
from tests.integration.killed.conftest import DELAY_SECONDS
from tests.integration.killed.worker import is_done, kill, until, worker

IMPORTED = 5_000
PUSHED = 1_000
KILLS = int(os.environ.get("TANDEM_KILLS", "2"))


@pytest.mark.parametrize("_kill", range(KILLS))
def test_a_first_import_whose_worker_is_killed_is_finished_by_the_next_one(
    world: World, tmp_path: Path, _kill: int
) -> None:
    world.google("POST", "seed", {"count": IMPORTED})
    world.connect()
    run = services.change_settings(account=world.account, changes={"contact_sync": True, "import_status": "sphere"})
    assert run is not None
    moment = random.randrange(IMPORTED)
    with worker(tmp_path / "killed.log") as process:
        until(lambda: _contacts(world) >= moment, f"{moment} contacts imported")
        kill(process)
    assert _contacts(world) < IMPORTED or not is_done(run)
    _finish(run, tmp_path)
    assert _contacts(world) == IMPORTED
    _check_in_step(world)
    _check_nothing_left(world)


@pytest.mark.parametrize("_kill", range(KILLS))
def test_a_push_whose_worker_is_killed_creates_every_person_once(world: World, tmp_path: Path, _kill: int) -> None:
    world.connect()
    world.switch_on()
    for number in range(PUSHED):
        world.create(
            name={"given": f"Ada{number}", "family": "Lovelace"}, emails=[{"value": f"ada{number}@example.org"}]
        )
    run = services.request_push(
        user=world.user, contact_ids=[contact.id for contact in world.contacts()], trigger=Trigger.PERSON
    )
    moment = random.randrange(PUSHED)
    with worker(tmp_path / "killed.log") as process:
        until(lambda: len(world.persons()) >= moment, f"{moment} persons created")
        time.sleep(random.uniform(0, 0.2))
        kill(process)
    _finish(run, tmp_path)
    _settle_what_is_in_doubt(world)
    assert Counter(_given(person) for person in world.persons().values()) == {f"Ada{n}": 1 for n in range(PUSHED)}
    _check_in_step(world)
    _check_nothing_left(world)


def _finish(run: Run, folder: Path) -> None:
    with worker(folder / "next.log"):
        until(lambda: is_done(run), "finished")


def _settle_what_is_in_doubt(world: World) -> None:
    """What was sent when the worker died is looked for once Google's delay has passed."""
    time.sleep(DELAY_SECONDS)
    assert is_done(world.sync())


def _contacts(world: World) -> int:
    return Contact.objects.filter(owner=world.user).count()


def _given(person: dict[str, object]) -> str:
    (name,) = person["names"]  # type: ignore[misc, attr-defined]  # the sandbox's JSON
    return str(name["givenName"])


def _check_in_step(world: World) -> None:
    """A person for each contact, a contact for each person, each once and alike in name."""
    persons = {name.removeprefix("people/"): person for name, person in world.persons().items()}
    links = Link.objects.filter(account=world.account).select_related("contact")
    assert {link.state for link in links} == {LinkState.LIVE}
    assert {link.resource_name.removeprefix("people/") for link in links} == set(persons)
    assert len({link.contact_id for link in links}) == len(links) == len(persons) == _contacts(world)
    for link in links:
        names = persons[link.resource_name.removeprefix("people/")].get("names") or [{}]
        assert link.contact is not None
        assert link.contact.given == names[0].get("givenName", "")


def _check_nothing_left(world: World) -> None:
    before = world.persons()
    run = world.sync()
    assert is_done(run)
    assert not run.operations.exists()
    assert world.persons() == before
