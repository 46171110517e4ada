"""An account's health in one line: what the header, its menu and the settings page say of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from tandem.googlesync.models import Account, AccountState, Run, RunState

#: Missed runs after which 'in step' is no longer true.
MISSED_RUNS = 2


class Tone(StrEnum):
    """How a state is coloured; the words stand beside it always."""

    QUIET = "quiet"
    GOOD = "good"
    BUSY = "busy"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Pulse:
    """`run` is the one that is under way or waits for a worker, `account` None where none is connected."""

    account: Account | None
    run: Run | None
    tone: Tone
    words: str


def pulse_of(account: Account | None, now: datetime) -> Pulse:
    """The pulse of an account as it stands."""
    if account is None:
        return Pulse(None, None, Tone.QUIET, _("Not connected"))
    run = account.runs.filter(state__in=[RunState.QUEUED, RunState.RUNNING]).order_by("id").first()
    tone, words = _state_of(account, run, now)
    return Pulse(account, run, tone, words)


def _state_of(account: Account, run: Run | None, now: datetime) -> tuple[Tone, str]:
    if account.state == AccountState.RECONNECT_NEEDED:
        return Tone.BAD, _("Reconnect needed")
    if run is not None:
        return Tone.BUSY, _("Syncing now") if run.state == RunState.RUNNING else _("Sync is about to start")
    if not account.contact_sync:
        return Tone.QUIET, _("Connected, contact sync is off")
    if account.error_code:
        return Tone.BAD, _("The last sync failed")
    if is_stale(account, now):
        return Tone.BAD, _("No sync for a while")
    if account.runs.filter(state=RunState.HELD).exists():
        return Tone.BAD, _("Held for your answer")
    return Tone.GOOD, _("In step")


def is_stale(account: Account, now: datetime) -> bool:
    """Whether two regular runs have been missed."""
    since = max(filter(None, (account.last_success_at, account.connected_at)))
    allowed = timedelta(seconds=settings.SYNC_INTERVAL * MISSED_RUNS)
    return account.contact_sync and now - since > allowed + timedelta(minutes=5)
