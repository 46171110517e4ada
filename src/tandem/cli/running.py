"""Runs in a command's own process, under the account's lease: no worker is needed."""

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

import aiohttp
from rich.progress import Progress

from tandem.cli import output
from tandem.cli.faults import CommandFailed, ExitCode
from tandem.googlesync.models import Account, AccountState, Run, RunKind, RunState
from tandem.googlesync.runner import execute
from tandem.googlesync.services import SyncRefused, abandon
from tandem.googlesync.threads import in_thread

LOOK_SECONDS = 0.3
#: So long a plan waits for a worker to begin the sync that was asked for before it.
PATIENCE_SECONDS = 5.0
UNDER_WAY = "run_underway"


def begin(request: Callable[[], Run], kind: RunKind) -> Run:
    """Open a run of this kind, after the one that is under way; one that waits for a worker is taken up instead.

    A sync does a plan that was asked for before; a plan never does a sync. Raises `SyncRefused`, and `CommandFailed`
    where a sync waits and no worker comes.
    """
    is_told = False
    latest = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return request()
        except SyncRefused as refused:
            if refused.code != UNDER_WAY or refused.run_id is None:
                raise
            other = Run.objects.get(id=refused.run_id)
        is_waiting = other.state == RunState.QUEUED
        if is_waiting and other.kind == kind:
            return other
        if is_waiting and other.kind == RunKind.PLAN:
            carry_out(other, "The plan that was asked for before")
        elif is_waiting and time.monotonic() > latest:
            raise CommandFailed("A sync of this account waits for a worker. Start one, or run `tandem sync` first.")
        elif not is_told:
            _tell(other)
            is_told = True
        time.sleep(LOOK_SECONDS)


def carry_out(run: Run, title: str) -> Run:
    """Execute the run with a progress bar, and return it as it ended; interrupted before it began, it is closed."""
    try:
        with output.progress() as progress:
            asyncio.run(_execute(run.id, progress, title))
    except KeyboardInterrupt:
        abandon(run)
        raise
    return Run.objects.select_related("account").get(id=run.id)


async def _execute(run_id: UUID, progress: Progress, title: str) -> None:
    watching = asyncio.create_task(_watch(run_id, progress, title))
    try:
        async with aiohttp.ClientSession() as session:
            await execute(run_id, session)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _watch(run_id: UUID, progress: Progress, title: str) -> None:
    """Show how far the run's row says it is, and once what it waits for."""
    task = progress.add_task(title, total=None)
    is_told = False
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        run = await in_thread(Run.objects.get, id=run_id)
        if run.state == RunState.QUEUED and not is_told:
            is_told = await in_thread(_tell_what_is_before, run)
        progress.update(task, completed=run.progress_done, total=run.progress_total or None)


def _tell_what_is_before(run: Run) -> bool:
    other = Run.objects.filter(account=run.account_id, state=RunState.RUNNING).first()
    if other is not None:
        _tell(other)
    return other is not None


def _tell(other: Run) -> None:
    began = f" began at {other.started_at:%H:%M:%S} UTC" if other.started_at else " is under way"
    output.notes.print(f"Waiting: a {other.kind} of this account{began}.")


def exit_code(run: Run) -> ExitCode:
    """How a command that waited for this whole run ends."""
    if has_ended_well(run):
        held = Run.objects.filter(account=run.account, state=RunState.HELD)
        return ExitCode.HELD if held.exists() else ExitCode.DONE
    return failure_code(run)


def has_ended_well(run: Run) -> bool:
    """Whether it did what it could, be it that something of it waits for an answer."""
    return run.state in {RunState.DONE, RunState.HELD} and not run.error_code


def failure_code(run: Run) -> ExitCode:
    """How a command ends whose run failed."""
    refused = Account.objects.filter(state=AccountState.RECONNECT_NEEDED)
    is_refused = run.account_id is not None and refused.filter(id=run.account_id).exists()
    return ExitCode.RECONNECT_NEEDED if is_refused else ExitCode.FAILED


def in_words(run: Run) -> str:
    """How the run ended, in one line."""
    if not has_ended_well(run):
        return f"The {run.kind} failed: {run.error_detail} {run.error_mend}".strip()
    figures = [
        f"{number} {action}d" if action != "link" else f"{number} linked"
        for side in ("tandem", "google")
        for number, action in _done(run, side)
    ]
    done = f"Done: {', '.join(figures) or 'nothing had changed'}."
    held = run.counts.get("held", 0)
    return f"{done} {held} held back: apply or reject them on the run's page, {run.id}." if held else done


def _done(run: Run, side: str) -> list[tuple[str, str]]:
    place = "here" if side == "tandem" else "in Google"
    return [(f"{place} {number}", action) for action, number in run.counts.get(side, {}).items() if number]
