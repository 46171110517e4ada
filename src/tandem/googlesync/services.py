"""The verbs that open a run, and the account's settings. Each is one transaction; the run's job commits with it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import phonenumbers
from django.db import transaction
from django.utils import timezone

from contactsync.records import ConflictPolicy
from tandem.contacts.models import Status
from tandem.googlesync import jobs
from tandem.googlesync.holding import wait_for_answers
from tandem.googlesync.models import STOPPED, Account, AccountState, Run, RunKind, RunState, Trigger
from tandem.googlesync.reading import accounts_of, links_in_conflict
from tandem.googlesync.regions import read_region_again
from tandem.googlesync.schedule import next_regular
from tandem.googlesync.waking import read_again
from tandem.users.models import User


class SyncRefused(Exception):
    """Nothing was begun. `code` is stable; `detail` and `mend` are sentences; `run_id` a run that is under way."""

    def __init__(self, code: str, detail: str, mend: str, run_id: UUID | None = None) -> None:
        super().__init__(f"{detail} {mend}")
        self.code = code
        self.detail = detail
        self.mend = mend
        self.run_id = run_id


class InvalidSetting(Exception):
    """A setting that can't be: `field` names it, `detail` says what can be."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


@transaction.atomic
def request_sync(*, account: Account, trigger: Trigger, is_queued: bool = True) -> Run:
    """Begin a sync of the whole account. Raises `SyncRefused`."""
    account = lock_account(account)
    check_sync(account)
    _refuse_second(account)
    return open_run(account, RunKind.SYNC, trigger, is_queued=is_queued)


@transaction.atomic
def request_plan(*, account: Account, trigger: Trigger, is_queued: bool = True) -> Run:
    """Begin a plan: what a sync would do, without doing it; possible with the switch off. Raises `SyncRefused`."""
    account = lock_account(account)
    check_connection(account)
    _refuse_second(account)
    return open_run(account, RunKind.PLAN, trigger, is_queued=is_queued)


@transaction.atomic
def request_push(
    *,
    user: User,
    contact_ids: Sequence[UUID],
    trigger: Trigger,
    anyway: bool = False,
    is_queued: bool = True,
) -> Run:
    """Begin the on-demand push of these contacts of the user (S8, S16, S17). Raises `SyncRefused`.

    It waits behind a run that is under way. Its operations are the receipts.
    """
    account = locked_account_of(user)
    check_sync(account)
    return open_run(account, RunKind.PUSH, trigger, scope=list(contact_ids), anyway=anyway, is_queued=is_queued)


@transaction.atomic
def request_contacts_sync(
    *,
    account: Account,
    contact_ids: Sequence[UUID],
    trigger: Trigger,
    persons: Sequence[str] = (),
    is_queued: bool = True,
) -> Run:
    """Begin a sync of these contacts alone, and of `persons`, by resource name, without one. Raises `SyncRefused`.

    It waits behind a run that is under way.
    """
    account = lock_account(account)
    check_sync(account)
    return open_run(account, RunKind.SYNC, trigger, scope=contact_ids, persons=persons, is_queued=is_queued)


def abandon(run: Run) -> None:
    """Close a run whose command was interrupted; one that has a job goes on with a worker."""
    if jobs.has_job(run):
        return
    closed = {"state": RunState.FAILED, "finished_at": timezone.now(), "error_code": STOPPED}
    own = Run.objects.filter(id=run.id)
    own.filter(state=RunState.QUEUED).update(
        **closed, error_detail="It was stopped before it began.", error_mend="Nothing was changed: start it again."
    )
    own.filter(state=RunState.RUNNING).update(
        **closed, error_detail="It was stopped.", error_mend="What was done stays done: the next run goes on."
    )
    wait_for_answers(own)


@transaction.atomic
def change_settings(*, account: Account, changes: Mapping[str, object]) -> Run | None:
    """Change settings of an account, together; switching the sync on begins the first run, which is returned.

    `changes` may name contact_sync, import_status, conflict_policy, emptied_fields, region, and brake_on,
    brake_count, brake_percent, brake_most. Who no longer wants to be asked gets open conflicts decided. Raises
    `InvalidSetting`, and `SyncRefused` when the sync is to be switched on without a working connection.
    """
    account = lock_account(account)
    was_on, was_asking = account.contact_sync, account.conflict_policy == ConflictPolicy.ASK.value
    region = account.region
    for field, value in changes.items():
        _set(account, field, value)
    is_switched_on = account.contact_sync and not was_on
    if is_switched_on:
        check_connection(account)
    if account.contact_sync != was_on:
        account.due_at = next_regular(account.id, timezone.now()) if account.contact_sync else None
    account.save(update_fields=[*changes, "due_at"])
    if account.region != region:
        read_region_again(account, before=region, after=account.region)
    if was_asking and account.conflict_policy != ConflictPolicy.ASK.value:
        read_again(links_in_conflict(account), timezone.now())
    return open_run(account, RunKind.SYNC, Trigger.ENABLE) if is_switched_on else None


def locked_account_of(user: User) -> Account:
    """The user's connected account, its row locked for the transaction. Raises `SyncRefused`."""
    account = accounts_of(user).first()
    if account is None:
        raise _not_connected()
    return lock_account(account)


def _set(account: Account, field: str, value: object) -> None:
    if field in _BRAKE:
        _set_brake(account, field, value)
        return
    allowed = _allowed(field)
    if value not in allowed:
        known = ", ".join(str(each) for each in allowed if isinstance(each, str)) or "true or false"
        raise InvalidSetting(field, f"must be one of: {known}" if field != "region" else "must be a country code")
    setattr(account, field, value)


_BRAKE = {"brake_on", "brake_count", "brake_percent", "brake_most"}


def _set_brake(account: Account, field: str, value: object) -> None:
    is_flag = field == "brake_on"
    most = 100 if field == "brake_percent" else 25_000
    if isinstance(value, bool) != is_flag or not isinstance(value, int) or not 0 <= value <= most:
        expected = "true or false" if is_flag else f"a whole number from 0 to {most:,}"
        raise InvalidSetting(f"brake/{field.removeprefix('brake_')}", f"must be {expected}")
    setattr(account, field, value)


def _allowed(field: str) -> Sequence[object]:
    match field:
        case "contact_sync":
            return (True, False)
        case "import_status":
            return Status.values
        case "conflict_policy":
            return ("google", "tandem", "ask")
        case "emptied_fields":
            return ("remove", "refill")
        case "region":
            return sorted(phonenumbers.SUPPORTED_REGIONS)
        case _:
            raise InvalidSetting(field, "is no setting of an account")


def lock_account(account: Account) -> Account:
    """The account, its row locked for the transaction."""
    return Account.objects.select_for_update(no_key=True).get(id=account.id)


def check_sync(account: Account) -> None:
    """Raises `SyncRefused` where the account is not kept in step now."""
    check_connection(account)
    if not account.contact_sync:
        raise SyncRefused("sync_off", "Contact sync is switched off.", "Switch it on in the Google settings.")


def check_connection(account: Account) -> None:
    """Raises `SyncRefused` where Google can't be asked."""
    if account.state == AccountState.DISCONNECTED:
        raise _not_connected()
    if account.state == AccountState.RECONNECT_NEEDED:
        raise SyncRefused(
            "reconnect_needed", "Google no longer accepts the connection.", "Connect Google again in its settings."
        )


def _not_connected() -> SyncRefused:
    return SyncRefused("not_connected", "No Google account is connected.", "Connect Google in the Google settings.")


def _refuse_second(account: Account) -> None:
    """One sync or plan at a time; a run whose worker died with its lease does not count."""
    now = timezone.now()
    is_held = account.lease_until is not None and account.lease_until > now
    states = [RunState.QUEUED, RunState.RUNNING] if is_held else [RunState.QUEUED]
    whole = account.runs.filter(kind__in=[RunKind.SYNC, RunKind.PLAN], scope=None)
    other = whole.filter(state__in=states).first()
    if other is not None:
        raise SyncRefused("run_underway", "A run is under way already.", "Wait until it ends.", other.id)


def open_run(
    account: Account,
    kind: RunKind,
    trigger: Trigger,
    *,
    scope: Sequence[UUID] | None = None,
    anyway: bool = False,
    persons: Sequence[str] = (),
    approves: Run | None = None,
    undoes: Run | None = None,
    undone_field: str = "",
    erases: bool = False,
    is_queued: bool = True,
) -> Run:
    """A new run of an account, and its job."""
    run = Run.objects.create(
        owner_id=account.user_id,
        account=account,
        kind=kind,
        trigger=trigger,
        scope=None if scope is None else list(dict.fromkeys(scope)),
        anyway=anyway,
        persons=list(persons),
        approves=approves,
        undoes=undoes,
        undone_field=undone_field,
        erases=erases,
        progress_total=len(scope or ()) + len(persons),
        created_at=timezone.now(),
    )
    if is_queued:
        jobs.enqueue(run)
    return run
