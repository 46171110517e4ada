"""Connecting and disconnecting a Google account."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Literal

import aiohttp
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from contactsync.faults import OperatorFault
from contactsync.records import LinkState
from google_people import oauth
from google_people.oauth import Attempt, Grant
from google_people.tokens import renewal_time
from tandem.contacts import bulk
from tandem.contacts.models import Actor, Change, Contact
from tandem.googlesync import google
from tandem.googlesync.models import (
    DISCONNECTED,
    Account,
    AccountState,
    ConflictKind,
    Operation,
    OperationState,
    Run,
    RunState,
)
from tandem.googlesync.rows import NO_BASES
from tandem.googlesync.schedule import next_regular
from tandem.googlesync.services import SyncRefused
from tandem.googlesync.storing import SOURCE
from tandem.googlesync.vault import decrypt, encrypt
from tandem.identifiers import new_id
from tandem.users.models import User

TRASHED_BY_DISCONNECT = "Disconnected from Google"


def begin(user: User) -> tuple[str, Attempt]:
    """Where to send the user's browser, and the attempt to keep in its session. Raises `SyncError`."""
    account = user.google_accounts.exclude(state=AccountState.DISCONNECTED).first()
    attempt = Attempt()
    return asyncio.run(_authorization_url(attempt, account.sub if account else None)), attempt


async def _authorization_url(attempt: Attempt, login_hint: str | None) -> str:
    client = google.oauth_client()
    async with aiohttp.ClientSession() as session:
        endpoints = await google.endpoints(session)
    return oauth.authorization_url(endpoints, client, attempt, login_hint=login_hint)


def finish(user: User, query: Mapping[str, str], attempt: Attempt | None) -> Account:
    """Turn Google's redirect into a connected account. Raises `SyncError`, and `SyncRefused` for a wrong account."""
    code = oauth.read_callback(query, attempt)
    assert attempt is not None  # noqa: S101 - read_callback refuses a redirect without one
    grant = asyncio.run(_exchange(code, attempt, _connected()))
    try:
        return _store(user, grant)
    except SyncRefused:
        if grant.sub not in _connected():  # else its connection here, whose ever it is, would end with it
            asyncio.run(google.revoke(grant.refresh_token))
        raise


def _connected() -> frozenset[str]:
    """The Google accounts that are connected now, whose ever they are."""
    return frozenset(Account.objects.exclude(state=AccountState.DISCONNECTED).values_list("sub", flat=True))


async def _exchange(code: str, attempt: Attempt, connected: Collection[str]) -> Grant:
    client, now = google.oauth_client(), timezone.now()
    async with aiohttp.ClientSession() as session:
        endpoints = await google.endpoints(session)
        return await oauth.exchange(session, endpoints, client, attempt, code, connected=connected, now=now)


def _store(user: User, grant: Grant) -> Account:
    """The account as it stands now. Who was first by a moment has made its row."""
    try:
        return _stored(user, grant)
    except IntegrityError:
        return _stored(user, grant)


@transaction.atomic
def _stored(user: User, grant: Grant) -> Account:
    """The same Google account has its old row, links and settings back; another one attaches to nothing.

    A user's connections are made one after the other, so that there are never two.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    account = Account.objects.select_for_update().filter(sub=grant.sub).first()
    _refuse_wrong_account(user, account, grant)
    now = timezone.now()
    if account is None:
        account = Account(user=user, sub=grant.sub, region=settings.REGION)
    account.email = grant.email
    account.state = AccountState.CONNECTED
    account.refresh_token = encrypt(grant.refresh_token)
    account.access_token = encrypt(grant.access_token)
    account.access_token_expires_at = renewal_time(now, grant.expires_at)
    account.connected_at = now
    account.failures = 0
    account.error_code = account.error_detail = account.error_mend = ""
    account.due_at = next_regular(account.id, now) if account.contact_sync else None
    account.save()
    return account


def _refuse_wrong_account(user: User, account: Account | None, grant: Grant) -> None:
    if account is not None and account.user_id != user.id:
        raise SyncRefused(
            "account_taken",
            f"{grant.email} is connected by another user of this Tandem.",
            "Choose another Google account.",
        )
    others = user.google_accounts.exclude(state=AccountState.DISCONNECTED).exclude(sub=grant.sub)
    if (other := others.first()) is not None:
        raise SyncRefused(
            "other_account",
            f"You are connected as {other.email}; {grant.email} is another account, and nothing was changed.",
            f"Choose {other.email}, or disconnect it first: its contacts stay.",
        )


def disconnect(account: Account, *, imported: Literal["keep", "trash"] = "keep") -> bool:
    """End all syncing with Google (S3): tokens erased, queued work dropped, the grant revoked, no further call.

    The contacts stay; `trash` moves those to the trash that came from Google and were never edited here. Returns
    whether Google confirmed the revocation.
    """
    refresh_token = _forget(account, imported)
    if refresh_token is None:
        return False
    return asyncio.run(google.revoke(refresh_token)) if refresh_token else True


@transaction.atomic
def _forget(account: Account, imported: Literal["keep", "trash"]) -> str | None:
    """Erases tokens and bases, and ends what is under way; returns the token to revoke, None for an unreadable one."""
    account = Account.objects.select_for_update().get(id=account.id)
    refresh_token = _readable(account.refresh_token)
    now = timezone.now()
    if imported == "trash":
        _trash_imported(account)
    alive = [LinkState.LIVE.value, LinkState.PAUSED.value]
    account.links.filter(state__in=alive).update(state=LinkState.DORMANT.value)
    account.links.update(etag="", changed_here=False, **NO_BASES)
    account.deferred.all().delete()
    unfinished = [OperationState.SENT, OperationState.HELD, OperationState.PLANNED]
    Operation.objects.filter(account=account, state__in=unfinished).update(
        state=OperationState.DROPPED, reason=DISCONNECTED
    )
    Operation.objects.filter(account=account).exclude(sync_token="").update(sync_token="")
    Run.objects.filter(account=account).exclude(sync_token="").update(sync_token="")
    Run.objects.filter(account=account, state=RunState.HELD).update(state=RunState.DONE)
    account.conflicts.filter(closed_at=None).exclude(kind=ConflictKind.DELETED).update(closed_at=now)
    open_runs = Run.objects.filter(account=account, state__in=[RunState.QUEUED, RunState.RUNNING])
    open_runs.update(
        state=RunState.FAILED, finished_at=now, error_code="not_connected",
        error_detail="Google was disconnected.", error_mend="Connect Google again.",
    )  # fmt: skip
    Account.objects.filter(id=account.id).update(
        state=AccountState.DISCONNECTED, contact_sync=False, refresh_token=b"", access_token=b"",
        access_token_expires_at=None, sync_token="", sync_token_hash="", listed_in_full_at=None, due_at=None,
        error_code="", error_detail="", error_mend="", lease_owner="", lease_until=None,
        lease_epoch=F("lease_epoch") + 1,
    )  # fmt: skip
    return refresh_token


def _readable(stored: bytes | memoryview) -> str | None:
    """The token, or None where the keys don't fit: disconnecting must not fail by it."""
    try:
        return decrypt(stored)
    except OperatorFault:
        return None


def _trash_imported(account: Account) -> None:
    """Those that came from Google and that no person has touched since; what was merged into one may be a person's."""
    touched = Change.objects.filter(contact=OuterRef("pk"), by__in=[Actor.PERSON, Actor.API])
    merged = Contact.objects.filter(owner_id=account.user_id, merged_into=OuterRef("pk"))
    imported = Contact.objects.filter(owner_id=account.user_id, source=SOURCE, trashed_at=None)
    untouched = imported.filter(~Exists(touched), ~Exists(merged))
    linked = untouched.filter(links__account=account, links__state=LinkState.LIVE.value)
    bulk.trash_by_sync(
        dict.fromkeys(linked.values_list("id", flat=True)),
        owner_id=account.user_id,
        because=TRASHED_BY_DISCONNECT,
        cause=new_id(),
        at=timezone.now(),
    )
