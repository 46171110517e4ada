"""The engine's Repository on the ORM: one account, one run, one lease. Each method is one transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Concatenate

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from contactsync.actions import Action, Import, Joined, Receipt, Send, Settle, Settled
from contactsync.card import Card
from contactsync.outgoing import FIRST_BACK_OFF
from contactsync.ports import Candidates, Draft, Start
from contactsync.records import Deferred as DeferredRecord
from contactsync.records import DoubtfulCreate, Known, Listed, Pair, Reason
from tandem.contacts.models import Contact
from tandem.googlesync import lease as leases
from tandem.googlesync import loading, sending, storing
from tandem.googlesync.doubles import doubles_of
from tandem.googlesync.lease import Lease
from tandem.googlesync.likenesses import list_duplicates
from tandem.googlesync.models import Account, Run
from tandem.googlesync.planned import show
from tandem.googlesync.regions import commonest_region, read_region_again
from tandem.googlesync.rows import doubtful_create, policy_of
from tandem.googlesync.schedule import is_full_listing_due
from tandem.googlesync.threads import in_thread
from tandem.googlesync.writer import Writer, defer


class DjangoRepository:
    """Implements `contactsync.ports.Repository` for the run that holds `lease`."""

    def __init__(self, lease: Lease, run: Run, *, keeps_token: bool = False) -> None:
        """With `keeps_token` the stored token goes on, also where a full listing is due."""
        self._lease = lease
        self._run = run
        self._keeps_token = keeps_token
        self._parameters_hash = ""
        self._can_wait = False

    @property
    def can_do_without_listing(self) -> bool:
        """Whether a full listing is only due, the stored token still good, and nothing listed yet."""
        return self._can_wait

    async def start(self, parameters_hash: str) -> Start:
        """See the port."""
        self._parameters_hash = parameters_hash
        start, has_token = await self._read(_start, parameters_hash, keeps_token=self._keeps_token)
        self._can_wait = has_token and start.token is None
        return start

    async def progress(self, done: int, total: int) -> None:
        """See the port."""
        await self._write(_progress, done, total)

    async def unchanged(self, entries: Sequence[Listed]) -> frozenset[str]:
        """See the port."""
        self._can_wait = False
        return await self._read(loading.unchanged, entries)

    async def pairs(self, source_ids: Sequence[str], resource_names: Sequence[str] = ()) -> Sequence[Pair]:
        """See the port."""
        return await self._read(loading.pairs, source_ids, resource_names)

    async def absent(self, source_ids: frozenset[str]) -> Sequence[Pair]:
        """See the port."""
        return await self._read(loading.absent, source_ids)

    async def due(self, now: datetime) -> Sequence[DeferredRecord]:
        """See the port."""
        return await self._read(loading.due, now)

    async def held(self, source_ids: Sequence[str]) -> frozenset[str]:
        """See the port."""
        return await self._read(loading.held, source_ids) if source_ids else frozenset()

    async def live_links(self) -> int:
        """See the port."""
        return await self._read(loading.live_links)

    async def contacts(self, contact_ids: Sequence[str]) -> Sequence[Known]:
        """See the port."""
        return await self._read(loading.contacts, contact_ids) if contact_ids else ()

    async def candidates(self, keys: frozenset[str]) -> Candidates:
        """See the port."""
        return await self._read(loading.candidates, keys) if keys else Candidates(())

    async def known_persons(self, keys: frozenset[str]) -> Sequence[Pair]:
        """See the port."""
        return await self._read(loading.known_persons, keys) if keys else ()

    async def changed_here(self, limit: int, after: str = "") -> Sequence[Pair]:
        """See the port."""
        return await self._read(loading.changed_here, limit, after)

    async def doubtful_creates(self) -> Sequence[DoubtfulCreate]:
        """See the port."""
        return await self._read(_doubtful_creates)

    async def room(self) -> int:
        """See the port."""
        return await self._read(loading.room)

    async def apply(self, actions: Sequence[Action]) -> frozenset[str]:
        """See the port. What the database refuses is halved until the culprit stands alone.

        A text with half a character does not even get there.
        """
        try:
            return await self._write(storing.apply, actions)
        except (DataError, IntegrityError, UnicodeEncodeError):
            if len(actions) == 1:
                refused = _refused(actions[0])
                if refused is None:
                    raise
                await self.defer([refused])
                return frozenset()
        middle = len(actions) // 2
        return await self.apply(actions[:middle]) | await self.apply(actions[middle:])

    async def show(self, actions: Sequence[Action], sends: Sequence[Send], token: str) -> None:
        """See the port."""
        await self._write(show, actions, sends, token)

    async def send(self, sends: Sequence[Send]) -> frozenset[str]:
        """See the port."""
        return await self._write(sending.send, sends) if sends else frozenset()

    async def settle(self, settled: Sequence[Settled]) -> None:
        """See the port."""
        await self._write(sending.settle, settled)

    async def send_creates(self, drafts: Sequence[Draft], token: str | None) -> frozenset[str]:
        """See the port."""
        return await self._write(sending.send_creates, drafts, token)

    async def settle_creates(
        self, created: Sequence[Joined], receipts: Sequence[Receipt], deferred: Sequence[DeferredRecord]
    ) -> None:
        """See the port."""
        await self._write(_settle_creates, created, receipts, deferred)

    async def sent_cards(self, contact_ids: Sequence[str]) -> Mapping[str, Sequence[Card]]:
        """See the port."""
        return await self._read(loading.sent_cards, contact_ids)

    async def drop_creates(self, operation_ids: Sequence[str], reason: str) -> None:
        """See the port."""
        if operation_ids:
            await self._write(sending.drop_creates, operation_ids, reason)

    async def record(self, receipts: Sequence[Receipt], duplicates: Sequence[tuple[str, str, str]] = ()) -> None:
        """See the port."""
        if receipts or duplicates:
            await self._write(_record, receipts, duplicates)

    async def defer(self, deferred: Sequence[DeferredRecord]) -> None:
        """See the port."""
        await self._write(_defer, deferred)

    async def advance(self, token: str, *, is_complete: bool, listed_at: datetime | None = None) -> None:
        """See the port."""
        advance = partial(_advance, parameters_hash=self._parameters_hash, is_complete=is_complete, listed_at=listed_at)
        await self._write(advance, token)

    async def _read[**P, R](
        self, function: Callable[Concatenate[Account, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return await in_thread(partial(self._reading, function, *args, **kwargs))

    def _reading[**P, R](self, function: Callable[Concatenate[Account, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            return function(leases.lock(self._lease), *args, **kwargs)

    async def _write[**P, R](
        self, function: Callable[Concatenate[Writer, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return await in_thread(partial(self._writing, function, *args, **kwargs))

    def _writing[**P, R](self, function: Callable[Concatenate[Writer, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            writer = Writer(leases.lock(self._lease), self._run, timezone.now())
            return function(writer, *args, **kwargs)


def _start(account: Account, parameters_hash: str, *, keeps_token: bool) -> tuple[Start, bool]:
    """Where the account stands, and whether it has a token that these parameters can use."""
    listed = account.listed_in_full_at
    has_token = listed is not None and bool(account.sync_token) and account.sync_token_hash == parameters_hash
    is_due = listed is not None and is_full_listing_due(listed, timezone.now()) and not keeps_token
    is_usable = has_token and not is_due
    is_blank = not is_usable and not account.links.exists()
    start = Start(
        token=account.sync_token if is_usable else None,
        policy=policy_of(account, settings.PROPAGATION_DELAY),
        first_import=is_blank and not Contact.objects.filter(owner_id=account.user_id).exists(),
    )
    return start, has_token


def _doubtful_creates(account: Account) -> list[DoubtfulCreate]:
    return [doubtful_create(row) for row in loading.doubtful_creates(account).order_by("id")]


def _progress(writer: Writer, done: int, total: int) -> None:
    Run.objects.filter(id=writer.run.id).update(progress_done=done, progress_total=max(done, total))


def _settle_creates(
    writer: Writer, created: Sequence[Joined], receipts: Sequence[Receipt], deferred: Sequence[DeferredRecord]
) -> None:
    sending.settle_creates(writer, created, receipts)
    defer(deferred, writer)


def _record(writer: Writer, receipts: Sequence[Receipt], duplicates: Sequence[tuple[str, str, str]]) -> None:
    sending.record(writer, receipts)
    list_duplicates(duplicates, writer)


def _defer(writer: Writer, deferred: Sequence[DeferredRecord]) -> None:
    defer(deferred, writer)


def _advance(
    writer: Writer, token: str, *, parameters_hash: str, is_complete: bool, listed_at: datetime | None
) -> None:
    columns: dict[str, object] = {"sync_token": token, "sync_token_hash": parameters_hash}
    if is_complete:
        columns["listed_in_full_at"] = listed_at or writer.at
    if is_complete and writer.account.listed_in_full_at is None:
        if writer.account.last_success_at is None:  # connected again, it keeps the region that it has
            region = columns["region"] = commonest_region(writer.account)
            read_region_again(writer.account, after=region)
        list_duplicates(doubles_of(writer.account), writer)
    Account.objects.filter(id=writer.account.id).update(**columns)


def _refused(action: Action) -> DeferredRecord | None:
    """An item that the database refuses: tried again later, and no hindrance to the others."""
    match action:
        case Import(person=about) | Joined(person=about) | Settle(link=about):
            due_at = timezone.now() + FIRST_BACK_OFF
            return DeferredRecord(about.source_id, about.resource_name, Reason.REFUSED, due_at)
        case _:
            return None
