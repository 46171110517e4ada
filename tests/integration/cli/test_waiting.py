"""Commands that meet another run of their account: each does what it was asked for, and leaves nothing behind."""

import asyncio
import json
import signal
import subprocess
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tandem.googlesync import jobs, lease, services
from tandem.googlesync.models import Account, Run, RunKind, RunState, Trigger
from tandem.googlesync.runner import Keeper
from tests.integration.googlesync.world import World, person
from tests.integration.processes import command, environment, tandem


def asked_for(world: World, kind: RunKind) -> Run:
    """A run that waits for a worker; there is none."""
    request = services.request_sync if kind == RunKind.SYNC else services.request_plan
    return request(account=world.account, trigger=Trigger.API)


def test_a_plan_never_does_the_sync_that_waits_for_a_worker(ada: World) -> None:
    waiting = asked_for(ada, RunKind.SYNC)
    ada.load(person("Bob", "Noyce"))
    planned = tandem("plan", ada.email)
    assert planned.returncode == 1
    assert "tandem sync" in planned.stderr
    waiting.refresh_from_db()
    assert waiting.state == RunState.QUEUED
    assert len(ada.contacts()) == 1


def test_a_sync_does_more_than_the_plan_that_waits_for_a_worker(ada: World) -> None:
    waiting = asked_for(ada, RunKind.PLAN)
    ada.load(person("Bob", "Noyce"))
    done = tandem("sync", ada.email)
    assert (done.returncode, done.stderr) == (0, "")
    assert {contact.given for contact in ada.contacts()} == {"Ada", "Bob"}
    waiting.refresh_from_db()
    assert waiting.state == RunState.DONE


def test_a_sync_takes_up_the_one_that_waits_for_a_worker(ada: World) -> None:
    waiting = asked_for(ada, RunKind.SYNC)
    assert tandem("sync", ada.email).returncode == 0
    waiting.refresh_from_db()
    assert waiting.state == RunState.DONE


def test_a_command_that_is_interrupted_while_it_waits_closes_its_run(ada: World) -> None:
    taken = lease.take(ada.account.id)
    assert taken is not None
    waiting = subprocess.Popen(
        command("sync", ada.email), env=environment(), stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    until_there_is_one(ada, RunState.QUEUED)
    waiting.send_signal(signal.SIGTERM)
    waiting.communicate(timeout=30)
    assert waiting.returncode == 130
    run = ada.account.runs.latest("id")
    assert (run.state, run.error_code) == (RunState.FAILED, "cancelled")
    lease.release(taken)
    services.request_sync(account=ada.account, trigger=Trigger.API)


def test_a_run_that_lost_its_command_is_queued_for_a_worker_and_hinders_none(ada: World) -> None:
    left = services.request_sync(account=ada.account, trigger=Trigger.CLI, is_queued=False)
    jobs.enqueue_left_runs()
    assert not jobs.has_job(left)
    Run.objects.filter(id=left.id).update(created_at=timezone.now() - timedelta(minutes=2))
    jobs.enqueue_left_runs()
    jobs.enqueue_left_runs()
    assert ProcrastinateJob.objects.filter(args__run_id=str(left.id)).count() == 1


def test_a_push_prints_its_receipts_whatever_else_is_held(ada: World) -> None:
    grace = ada.create(name={"given": "Grace", "family": "Hopper"})
    Run.objects.create(
        owner=ada.user, account=ada.account, kind=RunKind.SYNC, trigger=Trigger.SCHEDULE, state=RunState.HELD,
        created_at=timezone.now(),
    )  # fmt: skip
    pushed = tandem("push", str(grace.id), "--json")
    assert pushed.returncode == 0
    assert [receipt["outcome"] for receipt in json.loads(pushed.stdout)] == ["created"]


def test_a_lease_is_kept_though_the_database_was_away_for_a_moment(ada: World, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = lease.take(ada.account.id)
    assert taken is not None
    monkeypatch.setattr(lease, "RENEWAL_SECONDS", 0.05)
    tries = iter([OperationalError(), None])
    renew = lease.renew

    def renewed(held: lease.Lease) -> object:
        if error := next(tries, None):
            raise error
        return renew(held)

    monkeypatch.setattr(lease, "renew", renewed)
    Account.objects.filter(id=ada.account.id).update(lease_until=timezone.now())
    asyncio.run(kept_for(Keeper(taken), 0.5))
    assert ada.account.lease_until > timezone.now()


async def kept_for(keeper: Keeper, seconds: float) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(keeper.keep(), seconds)


def until_there_is_one(world: World, state: RunState) -> None:
    latest = time.monotonic() + 30
    while not world.account.runs.filter(state=state).exists():
        assert time.monotonic() < latest, f"no run is {state}"
        time.sleep(0.05)
