"""The lease that makes one run per account true: whoever holds it wrote its name and raised the epoch.

Every transaction of a run locks the account's row and compares the epoch, so that a worker that was stopped and
continued long after writes nothing more (docs/explanation/sync.md, Time).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from contactsync.faults import LeaseLost
from tandem.googlesync.models import Account
from tandem.identifiers import new_id

LENGTH = timedelta(seconds=90)
RENEWAL_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as it was taken. It is ours as long as the account's row has our epoch."""

    account_id: UUID
    owner: str
    epoch: int


def take(account_id: UUID) -> Lease | None:
    """Take the lease where it is free or has run out; None while another run holds it."""
    now = timezone.now()
    owner = str(new_id())
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    taken = Account.objects.filter(free, id=account_id).update(
        lease_owner=owner, lease_until=now + LENGTH, lease_epoch=F("lease_epoch") + 1
    )
    if not taken:
        return None
    return Lease(account_id, owner, Account.objects.values_list("lease_epoch", flat=True).get(id=account_id))


def renew(lease: Lease) -> datetime:
    """Hold it for another while; returns until when. Raises `LeaseLost`."""
    until = timezone.now() + LENGTH
    if not _ours(lease).update(lease_until=until):
        raise LeaseLost
    return until


def release(lease: Lease) -> None:
    """Give it back, so that the next run needs not wait for its end."""
    _ours(lease).update(lease_owner="", lease_until=None)


def lock(lease: Lease) -> Account:
    """The account's row, locked for the transaction. Raises `LeaseLost` when the lease is another's."""
    account = Account.objects.select_for_update(no_key=True).filter(id=lease.account_id).first()
    if account is None or account.lease_epoch != lease.epoch or account.lease_owner != lease.owner:
        raise LeaseLost
    return account


def _ours(lease: Lease) -> QuerySet[Account]:
    return Account.objects.filter(id=lease.account_id, lease_owner=lease.owner, lease_epoch=lease.epoch)
