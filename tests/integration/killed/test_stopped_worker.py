"""A worker that is stopped for longer than its lease, and continued: another has finished, and it writes nothing more.

It takes as long as a lease does, and so runs only where TANDEM_TORTURE asks for long runs.
"""

import os
import signal
import time
from pathlib import Path

import pytest
from django.db import connection

from tandem.contacts.models import Change
from tandem.googlesync import services
from tandem.googlesync.models import Operation, Trigger
from tests.integration.googlesync.world import World
from tests.integration.killed.worker import is_done, until, worker

PUSHED = 1_000


@pytest.mark.skipif("TANDEM_TORTURE" not in os.environ, reason="takes two minutes: `make torture` runs it")
def test_a_worker_that_was_stopped_for_two_minutes_writes_nothing_more(world: World, tmp_path: Path) -> None:
    world.connect()
    world.switch_on()
    for number in range(PUSHED):
        world.create(name={"given": f"Ada{number}"}, emails=[{"value": f"ada{number}@example.org"}])
    run = services.request_push(
        user=world.user, contact_ids=[contact.id for contact in world.contacts()], trigger=Trigger.PERSON
    )
    with worker(tmp_path / "stopped.log") as stopped:
        until(lambda: len(world.persons()) >= 1, "begun")
        stopped.send_signal(signal.SIGSTOP)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        with worker(tmp_path / "next.log"):
            until(lambda: is_done(run), "finished by the next worker")
        before = _what_stands(world)
        stopped.send_signal(signal.SIGCONT)
        time.sleep(10)
        assert _what_stands(world) == before
    world.sync()
    world.sync()
    assert len(world.persons()) == PUSHED


def _what_stands(world: World) -> tuple[int, int, int, int]:
    """Requests to the People API, persons, operations and changes."""
    requests = world.server.control("GET", "requests")["requests"]
    owner = world.user.pk
    return (
        sum(request["method"].startswith("people.") for request in requests),
        len(world.persons()),
        Operation.objects.filter(run__owner=owner).count(),
        Change.objects.filter(contact__owner=owner).count(),
    )
