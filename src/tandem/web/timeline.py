"""What happened to a contact, latest first: changes here, writes to Google, and where the two did not agree.

`Change` rows tell what changed here, `Operation` rows what a run did there and why; a run that did both to the contact
is one entry, so no value is shown twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.contacts.history import history_of
from tandem.contacts.models import Actor, Change, Contact
from tandem.googlesync.models import Conflict, ConflictKind, Operation, OperationState, Run, RunKind, Side
from tandem.googlesync.reading import runs_of
from tandem.googlesync.standing import STANDING
from tandem.users.models import User
from tandem.web.changes import FieldChange, field_change
from tandem.web.conflicts import ConflictRow, row_of
from tandem.web.said import said
from tandem.web.words import run_reason, run_title

MOST_ENTRIES = 100
_BY = {
    Actor.PERSON: gettext_lazy("you"),
    Actor.API: gettext_lazy("the API"),
    Actor.IMPORT: gettext_lazy("a file"),
    Actor.SYNC: gettext_lazy("Google"),
    Actor.UNDO: gettext_lazy("an undo"),
}
_EVENTS = {
    Change.Event.CREATED: gettext_lazy("Created"),
    Change.Event.CHANGED: gettext_lazy("Changed"),
    Change.Event.TRASHED: gettext_lazy("Moved to the trash"),
    Change.Event.RESTORED: gettext_lazy("Restored from the trash"),
}
_STANDINGS = {
    "paused": gettext_lazy("Syncing paused"),
    "severed": gettext_lazy("Unlinked from Google"),
    "live": gettext_lazy("Syncing resumed"),
}
_OUTCOMES = {
    "created": gettext_lazy("Created in Google"),
    "linked": gettext_lazy("Linked with Google"),
    "updated": gettext_lazy("Changed in Google"),
    "unchanged": gettext_lazy("Already in step with Google"),
    "skipped": gettext_lazy("Not sent to Google"),
    "failed": gettext_lazy("Google refused it"),
}
_HERE = {
    "link": gettext_lazy("Linked with Google"),
    "merge": gettext_lazy("Merged"),
    "delete": gettext_lazy("Moved to the trash"),
    "restore": gettext_lazy("Restored from the trash"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened at one moment. `side` is where; `by` is empty where the run says it; a conflict has two values."""

    title: str
    side: Side
    at: datetime
    by: str = ""
    run: Run | None = None
    reason: str = ""
    fields: Sequence[FieldChange] = ()
    conflict: ConflictRow | None = None
    is_about_google: bool = False

    @property
    def run_words(self) -> str:
        """'Sync, by the clock'."""
        return f"{run_title(self.run)}, {run_reason(self.run)}" if self.run else ""


def timeline(user: User, contact: Contact) -> list[Entry]:
    """The latest entries of the user's contact."""
    changes = list(history_of(contact.id)[:MOST_ENTRIES])
    runs = runs_of(user).in_bulk({change.cause for change in changes if change.cause})
    rows = list(_operations(user, contact)[:MOST_ENTRIES])
    why = _reasons(rows)
    told = {change.cause for change in changes}
    entries = [
        *_change_entries(changes, runs, why),
        *(_operation_entry(row) for row in rows if row.side == Side.GOOGLE or row.run_id not in told),
        *(_conflict_entry(row) for row in _conflicts(user, contact)),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MOST_ENTRIES]


def _operations(user: User, contact: Contact) -> QuerySet[Operation]:
    """What runs did, tried, or hold back; not what they only planned."""
    shown = [OperationState.DONE, OperationState.FAILED, OperationState.SENT, OperationState.HELD]
    rows = Operation.objects.filter(run__owner=user, contact_id=contact.id, state__in=shown)
    return rows.exclude(run__kind=RunKind.PLAN).select_related("run", "run__account").order_by("-id")


def _conflicts(user: User, contact: Contact) -> QuerySet[Conflict]:
    """A deletion is told by the trash."""
    rows = Conflict.objects.filter(account__user=user, contact=contact).exclude(kind=ConflictKind.DELETED)
    return rows.select_related("contact").order_by("-id")[:MOST_ENTRIES]


def _reasons(rows: Iterable[Operation]) -> dict[UUID, Operation]:
    """By run, the row that says why it changed the contact here."""
    return {row.run_id: row for row in rows if row.side == Side.TANDEM}


def _change_entries(
    changes: Iterable[Change], runs: Mapping[UUID, Run], why: Mapping[UUID, Operation]
) -> Iterable[Entry]:
    """One for each moment; all that a run did to the contact is one moment."""
    groups = groupby(changes, key=lambda each: (each.cause or each.at, each.by, each.event, each.field == STANDING))
    for _key, group in groups:
        found = list(group)
        first = found[0]
        row = why.get(first.cause) if first.cause else None
        yield _standing_entry(first) if first.field == STANDING else _change_entry(found, runs, row)


def _change_entry(changes: Sequence[Change], runs: Mapping[UUID, Run], row: Operation | None) -> Entry:
    first = changes[0]
    run = runs.get(first.cause) if first.cause else None
    because = first.after if first.event == Change.Event.TRASHED and isinstance(first.after, str) else ""
    linked = row is not None and row.outcome == "linked"
    return Entry(
        title=str(_OUTCOMES["linked"] if linked else _EVENTS[Change.Event(first.event)]),
        side=Side.TANDEM,
        at=first.at,
        by="" if linked else str(_BY[Actor(first.by)]),
        run=run,
        reason=said(because or (row.reason if row else "")),
        fields=[field_change(each.field, each.before, each.after) for each in reversed(changes) if each.field],
        is_about_google=first.by == Actor.SYNC,
    )


def _standing_entry(change: Change) -> Entry:
    """Its user paused, unlinked or resumed it; which of them is forgotten with the other values after their time."""
    return Entry(
        title=str(_STANDINGS.get(str(change.after), _("Syncing changed"))),
        side=Side.TANDEM,
        at=change.at,
        by=str(_BY[Actor(change.by)]),
        is_about_google=True,
    )


def _operation_entry(row: Operation) -> Entry:
    return Entry(
        title=_operation_title(row),
        side=Side(row.side),
        at=row.at,
        run=row.run,
        reason=said(row.reason),
        fields=[field_change(each["field"], each["before"], each["after"]) for each in row.changes],
        is_about_google=row.run.account_id is not None,
    )


def _operation_title(row: Operation) -> str:
    match OperationState(row.state):
        case OperationState.HELD:
            return _("Held back for your answer")
        case OperationState.SENT:
            return _("Sent to Google, whose answer is still to come")
        case _ if row.outcome in {"skipped", "failed", "unchanged"}:
            return str(_OUTCOMES[row.outcome]) if row.side == Side.GOOGLE else _("Left as it is")
        case _ if row.side == Side.GOOGLE and row.action == "delete":
            return _("Deleted in Google")
        case _ if row.side == Side.GOOGLE:
            return str(_OUTCOMES.get(row.outcome, _("Changed in Google")))
        case _:
            return str(_HERE.get(row.action, _("Changed")))


def _conflict_entry(conflict: Conflict) -> Entry:
    """A decision's values stand in the change that it made: those that wait for one are shown."""
    row = row_of(conflict)
    is_open = conflict.closed_at is None and conflict.kind != ConflictKind.SETTLED
    title = _("Conflict: %(field)s") if conflict.kind != ConflictKind.DIFFERENCE else _("Differs: %(field)s")
    return Entry(
        title=title % {"field": row.field},
        side=Side.GOOGLE,
        at=conflict.found_at,
        reason=row.said if conflict.closed_at is None else _("Both sides changed it. It is decided."),
        conflict=row if is_open else None,
        is_about_google=True,
    )
