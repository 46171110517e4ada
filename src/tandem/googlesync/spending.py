"""The budgets of Google's quotas, as they stand on the accounts' rows; the day's is the whole installation's."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection, transaction

from google_people.budget import DAY, SLOTS, Budget, BudgetLevel, Limits, Spent
from tandem.googlesync import lease as leases
from tandem.googlesync.lease import Lease
from tandem.googlesync.models import Account

# In slots, so that a thousand accounts come as few rows; each stands at its latest moment, as in a level.
_ELSEWHERE = """
    SELECT max(spent.at), sum(spent.units)::int
    FROM googlesync_account account,
        LATERAL jsonb_array_elements(account.budget -> 'daily') item,
        LATERAL (SELECT (item ->> 0)::timestamptz AS at, (item ->> 1)::int AS units) spent
    WHERE account.id <> %s AND spent.at > %s
    GROUP BY date_bin(%s::interval, spent.at, 'epoch'::timestamptz) ORDER BY 1
"""


def budget_of(account: Account, now: datetime) -> Budget:
    """The account's budget as its last run left it, and what the others spent of the day."""
    limits = Limits(settings.GOOGLE_READS_PER_MINUTE, settings.GOOGLE_WRITES_PER_MINUTE, settings.GOOGLE_WRITES_PER_DAY)
    level = msgspec.convert(account.budget, BudgetLevel) if account.budget else BudgetLevel()
    return Budget(limits, level, elsewhere=spent_elsewhere(account.id, now))


def level_json(budget: Budget) -> Any:
    """The budget's level as it stands on the account's row."""
    return msgspec.to_builtins(budget.level)


def spent_elsewhere(account_id: UUID, now: datetime) -> Spent:
    """What all other accounts wrote in the last day, oldest first; disconnected ones, too."""
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, [account_id, now - DAY, f"{int(DAY.total_seconds()) // SLOTS} seconds"])
        return tuple(cursor.fetchall())


@transaction.atomic
def share(lease: Lease, budget: Budget, now: datetime) -> None:
    """Show the other accounts' runs what this one spent so far, and see what they did. Raises `LeaseLost`."""
    account = leases.lock(lease)
    Account.objects.filter(id=account.id).update(budget=level_json(budget))
    budget.note_elsewhere(spent_elsewhere(account.id, now))
