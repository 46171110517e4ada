"""Executes a run: takes the account's lease, drives the engine, and records how it ended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from uuid import UUID

import aiohttp
import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from contactsync import execute as engine
from contactsync.approving import apply_plan
from contactsync.erasing import delete_persons
from contactsync.faults import LeaseLost, Malformed, ReconnectNeeded, SyncError, Unavailable
from contactsync.ports import Provider
from contactsync.undoing import take_back_in_google
from google_people.budget import Budget
from tandem.googlesync import google, spending
from tandem.googlesync import lease as leases
from tandem.googlesync.approved import approved_rows, settle_plan, settle_rows, spared_contacts, unfinished
from tandem.googlesync.erasing import Erasure, person_to_erase
from tandem.googlesync.holding import drop_settled, wait_for_answers
from tandem.googlesync.lease import Lease
from tandem.googlesync.models import STOPPED, Account, AccountState, Run, RunKind, RunState
from tandem.googlesync.repository import DjangoRepository
from tandem.googlesync.schedule import next_regular, retry_at
from tandem.googlesync.sending import drop_overtaken
from tandem.googlesync.tally import counts_of
from tandem.googlesync.threads import in_thread
from tandem.googlesync.undoing import fields_taken_back, fills_in_google, take_back
from tandem.googlesync.unmaking import Unmaking

logger = structlog.get_logger(__name__)

#: How often a run that waits behind another asks for the lease.
POLL_SECONDS = 0.5

INTERRUPTED = "interrupted"
#: How runs end of which nothing is wrong with the account.
_OF_NO_FAULT = (INTERRUPTED, STOPPED, "sync_off", "not_connected")


class Keeper:
    """Holds a lease while a run lasts: renews it in the background, and before a request that it must outlast."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.budget: Budget | None = None
        self._until = timezone.now() + leases.LENGTH

    async def guard(self) -> None:
        """Awaited before each request. Raises `LeaseLost` when the account is another's now."""
        if self._until - timezone.now() < timedelta(seconds=google.REQUEST_SECONDS):
            self._until = await in_thread(leases.renew, self.lease)

    async def keep(self) -> None:
        """Renew until cancelled, and share what was spent; a lost lease is noticed by the run, at its next step."""
        with suppress(LeaseLost):
            while True:
                await asyncio.sleep(leases.RENEWAL_SECONDS)
                try:
                    await self._renew_and_share()
                except DatabaseError:  # the next request's guard, or the run's own next step, meets it again
                    logger.warning("lease_not_renewed")

    async def _renew_and_share(self) -> None:
        self._until = await in_thread(leases.renew, self.lease)
        if self.budget is not None:
            await in_thread(spending.share, self.lease, self.budget, timezone.now())


async def execute(run_id: UUID, session: aiohttp.ClientSession) -> None:
    """Execute a run and record its end; waits while another run has the account, and while another process has this.

    A fault of Google's, the network's or the set-up's ends the run as failed, with words for its mend. Any other
    exception is recorded as such, and raised. A run that loses its lease begins anew once it has it again: what
    somebody asked for, the next hourly run would not do.
    """
    while (run := await in_thread(_load, run_id)) is not None and run.account is not None and not _is_over(run):
        async with _leased(run.account.id) as keeper:
            if not await _has_lost_lease(run, keeper, session):
                return
        logger.warning("run_lost_its_lease", run=str(run.id))


async def _has_lost_lease(run: Run, keeper: Keeper, session: aiohttp.ClientSession) -> bool:
    """Execute the run under this lease, if there is still something to do; whether the lease was lost over it."""
    try:
        account = await in_thread(_begin, run, keeper.lease)
        if account is not None:
            await _execute_under(run, account, keeper, session)
    except LeaseLost:
        return True
    return False


async def _execute_under(run: Run, account: Account, keeper: Keeper, session: aiohttp.ClientSession) -> None:
    budget = keeper.budget = await in_thread(spending.budget_of, account, timezone.now())
    try:
        await _drive(run, account, keeper, budget, session)
    except LeaseLost:
        raise
    except SyncError as fault:
        await in_thread(_end, run, keeper.lease, budget, fault)
    except Exception:
        await in_thread(_end, run, keeper.lease, budget, _our_bug())
        raise
    else:
        await in_thread(_end, run, keeper.lease, budget, None)


async def _drive(run: Run, account: Account, keeper: Keeper, budget: Budget, session: aiohttp.ClientSession) -> None:
    """Only a run of the whole account makes the full listing that is due; whatever else is asked for needs none."""
    provider = await in_thread(google.provider_of, account, session, budget, keeper.guard)
    with_token = DjangoRepository(keeper.lease, run, keeps_token=True)
    is_whole = run.kind == RunKind.SYNC and run.scope is None
    repository = DjangoRepository(keeper.lease, run) if is_whole else with_token
    if run.kind == RunKind.PUSH:
        scope = [str(contact_id) for contact_id in run.scope or []]
        await engine.push(provider, repository, timezone.now, scope, anyway=run.anyway)
    elif run.kind == RunKind.PLAN:
        await engine.preview(provider, repository, timezone.now)
    elif run.erases:
        await _erase(run, keeper.lease, provider, repository)
    elif run.kind == RunKind.UNDO:
        await _undo(run, keeper.lease, provider, repository)
    elif run.approves is not None and run.approves.kind == RunKind.PLAN:
        await _apply_plan(run.approves, keeper.lease, provider, with_token)
    elif run.scope is not None:
        scope = [str(contact_id) for contact_id in run.scope]
        # Who approves a deletion never has anybody put back, though the contact was kept by another answer meanwhile.
        puts_back = run.approves is None
        spared = await in_thread(spared_contacts, run.approves) if run.approves is not None else frozenset()
        await engine.sync_contacts(
            provider, repository, timezone.now, scope, run.persons, puts_back=puts_back, spared=spared
        )
    else:
        for plan in await in_thread(_unfinished_plans, account):
            await _apply_plan(plan, keeper.lease, provider, with_token)
        await _sync(provider, repository, with_token, await in_thread(_spared, account))


async def _sync(
    provider: Provider, repository: DjangoRepository, with_token: DjangoRepository, spared: frozenset[str]
) -> None:
    """A full listing that Google refuses for its quota of first pages is put off: the old token goes on.

    The next hourly run tries again.
    """
    try:
        await engine.sync(provider, repository, timezone.now, spared=spared)
    except Unavailable as fault:
        if fault.code != "quota" or not repository.can_do_without_listing:
            raise
        logger.info("full_listing_put_off")
        await engine.sync(provider, with_token, timezone.now, spared=spared)


async def _erase(run: Run, lease: Lease, provider: Provider, repository: DjangoRepository) -> None:
    """A person that had changed stays, and what is new of it is brought here to be looked at."""
    erasure = Erasure(run, lease)
    await delete_persons(provider, repository, await in_thread(person_to_erase, run), erasure)
    if erasure.kept:
        await engine.sync_contacts(provider, repository, timezone.now, erasure.kept)


async def _undo(run: Run, lease: Lease, provider: Provider, repository: DjangoRepository) -> None:
    """Fills of a first meeting first, then contacts and what of them goes to Google; persons that it made last."""
    if fills := await in_thread(fills_in_google, run):
        await take_back_in_google(provider, repository, timezone.now, fills, though_paused=not run.undone_field)
    carried, created = await in_thread(take_back, run, lease)
    if carried:
        fields = await in_thread(fields_taken_back, run)
        await engine.sync_contacts(provider, repository, timezone.now, carried, taken_back=fields)
    if created:
        await delete_persons(provider, repository, created, Unmaking(run, lease))


async def _apply_plan(plan: Run, lease: Lease, provider: Provider, repository: DjangoRepository) -> None:
    rows, token = await in_thread(approved_rows, plan)
    moved = await apply_plan(provider, repository, timezone.now, rows, token, plan.created_at)
    await in_thread(settle_plan, lease, plan, moved)


def _unfinished_plans(account: Account) -> list[Run]:
    """Done first: what was not taken of them must not be done by a run that knows nothing of them."""
    return list(unfinished(account).filter(kind=RunKind.PLAN).order_by("id"))


def _spared(account: Account) -> frozenset[str]:
    """What stands for a held run that this one does in the place of its own."""
    held = unfinished(account).exclude(kind=RunKind.PLAN)
    return frozenset[str]().union(*(spared_contacts(each) for each in held))


@asynccontextmanager
async def _leased(account_id: UUID) -> AsyncIterator[Keeper]:
    while (lease := await in_thread(leases.take, account_id)) is None:  # noqa: ASYNC110 - the holder may be elsewhere
        await asyncio.sleep(POLL_SECONDS)
    keeper = Keeper(lease)
    keeping = asyncio.create_task(keeper.keep())
    try:
        yield keeper
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await in_thread(leases.release, lease)


def _load(run_id: UUID) -> Run | None:
    return Run.objects.select_related("account", "approves", "undoes").filter(id=run_id).first()


def _is_over(run: Run) -> bool:
    return run.state in {RunState.DONE, RunState.HELD, RunState.FAILED} and run.error_code != INTERRUPTED


@transaction.atomic
def _begin(run: Run, lease: Lease) -> Account | None:
    """Mark the run as begun, and those as interrupted whose worker died with the lease in hand.

    None when another process has done it meanwhile, or the account can't be used any more: nothing is called then.
    """
    account = leases.lock(lease)
    run.refresh_from_db(fields=["state", "error_code"])
    if _is_over(run):
        return None
    now = timezone.now()
    left = account.runs.filter(state=RunState.RUNNING).exclude(id=run.id)
    left_ids = list(left.values_list("id", flat=True))
    left.update(
        state=RunState.FAILED, finished_at=now, error_code=INTERRUPTED,
        error_detail="It was interrupted.", error_mend="Nothing to do: the next run goes on.",
    )  # fmt: skip
    wait_for_answers(account.runs.filter(id__in=left_ids))
    refusal = _refusal(run, account)
    if refusal is not None:
        _close_run(run, RunState.FAILED, now, refusal)
        return None
    Run.objects.filter(id=run.id).update(
        state=RunState.RUNNING, started_at=now, error_code="", error_detail="", error_mend=""
    )
    return account


def _refusal(run: Run, account: Account) -> SyncError | None:
    if account.state == AccountState.DISCONNECTED:
        return SyncError("not_connected", "Google was disconnected meanwhile.", "Connect Google again.")
    if account.state == AccountState.RECONNECT_NEEDED:
        return SyncError("reconnect_needed", "Google no longer accepts the connection.", "Connect Google again.")
    if run.kind != RunKind.PLAN and not account.contact_sync:
        return SyncError("sync_off", "Contact sync is switched off.", "Switch it on in the Google settings.")
    return None


@transaction.atomic
def _end(run: Run, lease: Lease, budget: Budget, fault: SyncError | None) -> None:
    """Record how the run ended on its row and its account's, and when the account is due next. Raises `LeaseLost`."""
    account = leases.lock(lease)
    now = timezone.now()
    if fault is None and run.approves is not None and run.approves.kind != RunKind.PLAN:
        settle_rows(run.approves, frozenset())
    if fault is None and run.kind == RunKind.SYNC and run.scope is None:
        for held in unfinished(account).exclude(kind=RunKind.PLAN):
            settle_rows(held, frozenset())
    if fault is None:
        drop_settled(account)
        drop_overtaken(account)
    _close_run(run, RunState.FAILED if fault else RunState.DONE, now, fault)
    account.budget = spending.level_json(budget)
    if fault is None:
        _note_success(run, account, now)
    else:
        _note_fault(account, fault, now)
    account.save(
        update_fields=[
            "budget", "state", "due_at", "last_success_at", "failures", "error_code", "error_detail", "error_mend",
        ]
    )  # fmt: skip
    logger.info("run_ended", run=str(run.id), kind=run.kind, error=fault.code if fault else None)


def _close_run(run: Run, state: RunState, now: datetime, fault: SyncError | None) -> None:
    Run.objects.filter(id=run.id).update(
        state=state,
        finished_at=now,
        counts=counts_of(run),
        error_code=fault.code if fault else "",
        error_detail=fault.detail if fault else "",
        error_mend=fault.mend if fault else "",
    )
    wait_for_answers(Run.objects.filter(id=run.id))


def _note_success(run: Run, account: Account, now: datetime) -> None:
    if run.kind == RunKind.SYNC and run.scope is None:
        account.failures = 0
        account.error_code = account.error_detail = account.error_mend = ""
        account.last_success_at = now
        account.due_at = next_regular(account.id, now)
    else:
        _note_last_regular(account)


def _note_last_regular(account: Account) -> None:
    """What one contact's run came to says nothing of the hourly ones: the account shows how the last of those ended."""
    last = account.runs.filter(
        kind=RunKind.SYNC, scope=None, finished_at__gt=account.connected_at,
        state__in=[RunState.DONE, RunState.HELD, RunState.FAILED],
    ).exclude(error_code__in=_OF_NO_FAULT).order_by("-finished_at").first()  # fmt: skip
    if last is None or not last.error_code:
        account.failures = 0
    account.error_code = last.error_code if last is not None else ""
    account.error_detail = last.error_detail if last is not None else ""
    account.error_mend = last.error_mend if last is not None else ""


def _note_fault(account: Account, fault: SyncError, now: datetime) -> None:
    account.failures += 1
    account.error_code, account.error_detail, account.error_mend = fault.code, fault.detail, fault.mend
    match fault:
        case ReconnectNeeded():
            account.state = AccountState.RECONNECT_NEEDED
            account.due_at = None
        case Unavailable(retry_after_seconds=seconds):
            account.due_at = retry_at(account.id, account.failures, now, seconds)
        case _:
            account.due_at = next_regular(account.id, now)


def _our_bug() -> Malformed:
    return Malformed(
        "internal",
        "Something went wrong inside Tandem. Nothing is lost: what was done stays done.",
        f"The next run tries again. The operator finds the cause in the log (interval {settings.SYNC_INTERVAL:g} s).",
    )
