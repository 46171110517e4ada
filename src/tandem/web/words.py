"""The pages' words for what the records hold: names, Google's states, runs and receipts."""

from collections.abc import Mapping
from dataclasses import dataclass

from contactsync.normalize import display_name
from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact
from tandem.googlesync.models import Operation, OperationState, Run, RunKind, RunState, Side, Trigger
from tandem.web.listing import Column
from tandem.web.pulse import Tone


@dataclass(frozen=True, slots=True)
class Badge:
    words: str
    tone: Tone


#: By the states of the API's `google[].state`.
GOOGLE_STATES: Mapping[str, Badge] = {
    "linked": Badge("In step", Tone.GOOD),
    "waiting": Badge("Waiting", Tone.BUSY),
    "held": Badge("Held", Tone.BUSY),
    "conflict": Badge("Conflict", Tone.BAD),
    "hidden": Badge("Hidden in Google", Tone.QUIET),
    "paused": Badge("Paused", Tone.QUIET),
    "severed": Badge("Unlinked", Tone.QUIET),
    "tombstone": Badge("Deleted here, still in Google", Tone.QUIET),
    "gone": Badge("Not in Google", Tone.QUIET),
    "none": Badge("Not in Google", Tone.QUIET),
}

COLUMN_NAMES = {
    Column.STATUS: "Status",
    Column.EMAIL: "Email",
    Column.PHONE: "Phone",
    Column.HASHTAGS: "Hashtags",
    Column.GOOGLE: "Google",
    Column.UPDATED: "Updated",
    Column.COMPANY: "Company",
    Column.LEAD_TYPES: "Lead types",
    Column.SOURCE: "Source",
    Column.BIRTHDAY: "Birthday",
    Column.CREATED: "Created",
}

SORT_NAMES = {
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "status": "Status, Sphere last",
    "-status": "Status, Sphere first",
    "-updated": "Last updated first",
    "updated": "Last updated last",
    "-created": "Newest first",
    "created": "Oldest first",
}

_KINDS = {
    RunKind.SYNC: "Sync",
    RunKind.PUSH: "Push to Google",
    RunKind.PLAN: "Preview",
    RunKind.UNDO: "Undo",
    RunKind.MERGE: "Merge",
    RunKind.BULK: "Bulk change",
}
_TRIGGERS = {
    Trigger.SCHEDULE: "by the clock",
    Trigger.ENABLE: "contact sync was switched on",
    Trigger.PERSON: "you asked for it",
    Trigger.API: "through the API",
    Trigger.CLI: "from the command line",
}
_RUN_STATES = {
    RunState.QUEUED: Badge("Waiting to start", Tone.BUSY),
    RunState.RUNNING: Badge("Running", Tone.BUSY),
    RunState.HELD: Badge("Held for your answer", Tone.BAD),
    RunState.DONE: Badge("Done", Tone.GOOD),
    RunState.FAILED: Badge("Failed", Tone.BAD),
}
_OUTCOMES = {
    "created": Badge("Created", Tone.GOOD),
    "linked": Badge("Linked", Tone.GOOD),
    "updated": Badge("Updated", Tone.GOOD),
    "unchanged": Badge("Unchanged", Tone.QUIET),
    "skipped": Badge("Skipped", Tone.QUIET),
    "failed": Badge("Failed", Tone.BAD),
    "waiting": Badge("Waiting", Tone.BUSY),
}
_STATES = {
    OperationState.PLANNED: Badge("Planned", Tone.QUIET),
    OperationState.HELD: Badge("Held", Tone.BAD),
    OperationState.SENT: Badge("Waiting for Google's answer", Tone.BUSY),
    OperationState.FAILED: Badge("Failed", Tone.BAD),
    OperationState.DROPPED: Badge("Dropped", Tone.QUIET),
}


def called(contact: Contact) -> str:
    """What a contact is called; somebody without anything is still somebody."""
    return display_name(card_of(contact), contact.company) or "No name"


def run_title(run: Run) -> str:
    return _KINDS[RunKind(run.kind)]


def run_reason(run: Run) -> str:
    """Why the run began."""
    return _TRIGGERS[Trigger(run.trigger)]


def run_badge(run: Run) -> Badge:
    return _RUN_STATES[RunState(run.state)]


def receipt_badge(operation: Operation) -> Badge:
    """What an operation came to."""
    state = OperationState(operation.state)
    if state is not OperationState.DONE:
        return _STATES[state]
    if operation.side == Side.TANDEM and operation.action in {"delete", "restore"}:
        words = "Moved to trash" if operation.action == "delete" else "Restored"
        return Badge(words, Tone.GOOD)
    return _OUTCOMES.get(operation.outcome, Badge("Done", Tone.GOOD))


def run_summary(run: Run) -> str:
    """What a run did, in a line: 'Here: 12 created, 3 linked. Google: 2 updated.'"""
    parts = [_side_summary(run, Side.TANDEM, "Here"), _side_summary(run, Side.GOOGLE, "Google")]
    if held := run.counts.get("held"):
        parts.append(f"{held:,} held back.")
    if failed := run.counts.get("failed"):
        parts.append(f"{failed:,} failed.")
    return " ".join(filter(None, parts)) or ("Nothing to do." if run.state == RunState.DONE else "")


def _side_summary(run: Run, side: Side, name: str) -> str:
    counts = run.counts.get(side.value, {})
    done_verbs = {"create": "created", "update": "updated", "link": "linked", "delete": "moved to trash"}
    planned_verbs = {"create": "to create", "update": "to update", "link": "to link", "delete": "to the trash"}
    verbs = planned_verbs if run.kind == RunKind.PLAN else done_verbs
    done = [f"{counts[action]:,} {verb}" for action, verb in verbs.items() if counts.get(action)]
    return f"{name}: {', '.join(done)}." if done else ""
