"""What every write of a run shares: for whom, in which run and when; the journal's rows, and what is left open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from contactsync.card import Card
from contactsync.changes import field_changes
from contactsync.records import Deferred as DeferredRecord
from contactsync.records import Reason
from tandem.googlesync.models import Account, Deferred, Operation, OperationState, Run, Side


@dataclass(frozen=True, slots=True)
class Writer:
    """For whom, in which run and when a transaction writes."""

    account: Account
    run: Run
    at: datetime

    def operation(self, side: Side, action: str, state: OperationState, **columns: object) -> Operation:
        """A row of the journal, not saved yet."""
        return Operation(
            run=self.run, account=self.account, side=side, action=action, state=state, at=self.at, **columns
        )


def defer(items: Sequence[DeferredRecord], writer: Writer, *, is_in_doubt: bool = False) -> None:
    """Remember items; one that is remembered already keeps the time since when.

    One for a write in doubt keeps also what stood there: how often it was refused, and that it was approved. One that
    waits for a person's answer goes on waiting, whatever else is open of it.
    """
    if not items:
        return
    held = held_among([item.source_id for item in items], writer.account)
    by_source = {item.source_id: item for item in items if item.reason is Reason.HELD or item.source_id not in held}
    Deferred.objects.bulk_create(
        [
            Deferred(
                account=writer.account,
                source_id=item.source_id,
                resource_name=item.resource_name,
                reason=item.reason.value,
                detail=item.detail,
                tries=item.tries,
                since=writer.at,
                due_at=item.due_at,
            )
            for item in by_source.values()
        ],
        update_conflicts=True,
        unique_fields=["account", "source_id"],
        update_fields=["resource_name", "due_at", *([] if is_in_doubt else ["reason", "detail", "tries"])],
    )


def held_among(source_ids: Collection[str], account: Account) -> frozenset[str]:
    """The persons (source ids) among these of whom something is held back."""
    items = account.deferred.filter(reason=Reason.HELD.value, source_id__in=source_ids)
    return frozenset(items.values_list("source_id", flat=True))


def sent_changes(before: Card, after: Card) -> list[dict[str, object]]:
    """The values of a write to Google, as its operation keeps them."""
    return [
        {"field": change.field.value, "before": change.before, "after": change.after}
        for change in field_changes(before, after)
    ]
