"""Runs in a command's own process, under the account's lease: no worker is needed."""

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

import aiohttp
from rich.progress import Progress

from tandem.cli import output
from tandem.cli.faults import ExitCode
from tandem.googlesync.models import Account, AccountState, Run, RunState
from tandem.googlesync.runner import execute
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.threads import in_thread

LOOK_SECONDS = 0.3
UNDER_WAY = "run_underway"


def begin(request: Callable[[], Run]) -> Run:
    """Open a run, after the one that is under way; one that waits for a worker is taken up instead.

    Raises `SyncRefused` for all other reasons.
    """
    is_told = False
    while True:
        try:
            return request()
        except SyncRefused as refused:
            if refused.code != UNDER_WAY or refused.run_id is None:
                raise
            other = Run.objects.get(id=refused.run_id)
        if other.state == RunState.QUEUED:
            return other
        if not is_told:
            output.notes.print(f"Waiting: a {other.kind} of this account began at {other.started_at:%H:%M:%S} UTC.")
            is_told = True
        time.sleep(LOOK_SECONDS)


def carry_out(run: Run, title: str) -> Run:
    """Execute the run with a progress bar, and return it as it ended."""
    with output.progress() as progress:
        asyncio.run(_execute(run.id, progress, title))
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
    """Show how far the run's row says it is."""
    task = progress.add_task(title, total=None)
    while True:
        run = await in_thread(Run.objects.get, id=run_id)
        progress.update(task, completed=run.progress_done, total=run.progress_total or None)
        await asyncio.sleep(LOOK_SECONDS)


def exit_code(run: Run) -> ExitCode:
    """How a command that waited for this run ends."""
    if run.state in {RunState.DONE, RunState.HELD}:
        held = Run.objects.filter(account=run.account, state=RunState.HELD)
        return ExitCode.HELD if held.exists() else ExitCode.DONE
    refused = Account.objects.filter(state=AccountState.RECONNECT_NEEDED)
    is_refused = run.account_id is not None and refused.filter(id=run.account_id).exists()
    return ExitCode.RECONNECT_NEEDED if is_refused else ExitCode.FAILED


def in_words(run: Run) -> str:
    """How the run ended, in one line."""
    if run.state not in {RunState.DONE, RunState.HELD}:
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
