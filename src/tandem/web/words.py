"""The pages' words for what the records hold: names, Google's states, runs and receipts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contactsync.normalize import display_name
from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact
from tandem.googlesync.models import STOPPED, Operation, OperationState, Run, RunKind, RunState, Side, Trigger
from tandem.web.listing import Column
from tandem.web.pulse import Tone


@dataclass(frozen=True, slots=True)
class Badge:
    words: str | Promise
    tone: Tone


#: By the states of the API's `google[].state`.
GOOGLE_STATES: Mapping[str, Badge] = {
    "linked": Badge(gettext_lazy("In step"), Tone.GOOD),
    "waiting": Badge(gettext_lazy("Waiting"), Tone.BUSY),
    "held": Badge(gettext_lazy("Held"), Tone.BUSY),
    "conflict": Badge(gettext_lazy("Conflict"), Tone.BAD),
    "hidden": Badge(gettext_lazy("Hidden in Google"), Tone.QUIET),
    "paused": Badge(gettext_lazy("Paused"), Tone.QUIET),
    "severed": Badge(gettext_lazy("Unlinked"), Tone.QUIET),
    "tombstone": Badge(gettext_lazy("Deleted here, still in Google"), Tone.QUIET),
    "gone": Badge(gettext_lazy("Not in Google"), Tone.QUIET),
    "none": Badge(gettext_lazy("Not in Google"), Tone.QUIET),
}

_COLUMN_NAMES = {
    Column.STATUS: gettext_lazy("Status"),
    Column.EMAIL: gettext_lazy("Email"),
    Column.PHONE: gettext_lazy("Phone"),
    Column.HASHTAGS: gettext_lazy("Hashtags"),
    Column.GOOGLE: gettext_lazy("Google"),
    Column.UPDATED: gettext_lazy("Updated"),
    Column.COMPANY: gettext_lazy("Company"),
    Column.LEAD_TYPES: gettext_lazy("Lead types"),
    Column.SOURCE: gettext_lazy("Source"),
    Column.BIRTHDAY: gettext_lazy("Birthday"),
    Column.CREATED: gettext_lazy("Created"),
}

_SORT_NAMES = {
    "name": gettext_lazy("Name, A to Z"),
    "-name": gettext_lazy("Name, Z to A"),
    "status": gettext_lazy("Status, Sphere last"),
    "-status": gettext_lazy("Status, Sphere first"),
    "-updated": gettext_lazy("Last updated first"),
    "updated": gettext_lazy("Last updated last"),
    "-created": gettext_lazy("Newest first"),
    "created": gettext_lazy("Oldest first"),
}

#: Lazy texts, which stand wherever texts do.
COLUMN_NAMES = cast("Mapping[Column, str]", _COLUMN_NAMES)
SORT_NAMES = cast("Mapping[str, str]", _SORT_NAMES)

#: By the values of their own enumerations; the choices of the filters, too.
RUN_KINDS: Mapping[str, str | Promise] = {
    RunKind.SYNC: gettext_lazy("Sync"),
    RunKind.PUSH: gettext_lazy("Push to Google"),
    RunKind.PLAN: gettext_lazy("Preview"),
    RunKind.UNDO: gettext_lazy("Undo"),
    RunKind.MERGE: gettext_lazy("Merge"),
    RunKind.BULK: gettext_lazy("Bulk change"),
}
RUN_TRIGGERS: Mapping[str, str | Promise] = {
    Trigger.SCHEDULE: gettext_lazy("by the clock"),
    Trigger.ENABLE: gettext_lazy("contact sync was switched on"),
    Trigger.PERSON: gettext_lazy("you asked for it"),
    Trigger.API: gettext_lazy("through the API"),
    Trigger.CLI: gettext_lazy("from the command line"),
}
RUN_STATES: Mapping[str, Badge] = {
    RunState.QUEUED: Badge(gettext_lazy("Waiting to start"), Tone.BUSY),
    RunState.RUNNING: Badge(gettext_lazy("Running"), Tone.BUSY),
    RunState.HELD: Badge(gettext_lazy("Held for your answer"), Tone.BAD),
    RunState.DONE: Badge(gettext_lazy("Done"), Tone.GOOD),
    RunState.FAILED: Badge(gettext_lazy("Failed"), Tone.BAD),
}
_OUTCOMES: Mapping[str, Badge] = {
    "created": Badge(gettext_lazy("Created"), Tone.GOOD),
    "linked": Badge(gettext_lazy("Linked"), Tone.GOOD),
    "updated": Badge(gettext_lazy("Updated"), Tone.GOOD),
    "unchanged": Badge(gettext_lazy("Unchanged"), Tone.QUIET),
    "skipped": Badge(gettext_lazy("Skipped"), Tone.QUIET),
    "failed": Badge(gettext_lazy("Failed"), Tone.BAD),
    "waiting": Badge(gettext_lazy("Waiting"), Tone.BUSY),
}
_STATES: Mapping[str, Badge] = {
    OperationState.PLANNED: Badge(gettext_lazy("Planned"), Tone.QUIET),
    OperationState.HELD: Badge(gettext_lazy("Held"), Tone.BAD),
    OperationState.SENT: Badge(gettext_lazy("Waiting for Google's answer"), Tone.BUSY),
    OperationState.FAILED: Badge(gettext_lazy("Failed"), Tone.BAD),
    OperationState.DROPPED: Badge(gettext_lazy("Dropped"), Tone.QUIET),
}
#: By side and action, where the outcome says too little: it is 'updated' for these.
_DELETED_AND_RESTORED: Mapping[tuple[str, str], str | Promise] = {
    (Side.TANDEM, "delete"): gettext_lazy("Moved to trash"),
    (Side.TANDEM, "restore"): gettext_lazy("Restored"),
    (Side.GOOGLE, "delete"): gettext_lazy("Deleted in Google"),
}

SIDE_WORDS: Mapping[str, str | Promise] = {Side.TANDEM: gettext_lazy("Tandem"), Side.GOOGLE: gettext_lazy("Google")}
OUTCOME_WORDS: Mapping[str, str | Promise] = {outcome: badge.words for outcome, badge in _OUTCOMES.items()}


def called(contact: Contact) -> str:
    """What a contact is called; somebody without anything is still somebody."""
    return display_name(card_of(contact), contact.company) or _("No name")


def run_title(run: Run) -> str:
    return str(RUN_KINDS[RunKind(run.kind)])


def run_reason(run: Run) -> str:
    """Why the run began."""
    return str(RUN_TRIGGERS[Trigger(run.trigger)])


def run_badge(run: Run, *, is_asking: bool = False, is_applied: bool = False) -> Badge:
    """Where a run stands. A plan that is made is not done: it waits for an answer, or had one."""
    found_something = any(sum(run.counts.get(side.value, {}).values()) for side in Side)
    if run.error_code == STOPPED:
        return Badge(_("Stopped"), Tone.QUIET)
    if run.kind != RunKind.PLAN or run.state != RunState.DONE or not found_something:
        return RUN_STATES[RunState(run.state)]
    if is_asking:
        return Badge(_("Waits for your answer"), Tone.BUSY)
    return Badge(_("Applied"), Tone.GOOD) if is_applied else Badge(_("Not applied"), Tone.QUIET)


def receipt_badge(operation: Operation) -> Badge:
    """What an operation came to."""
    state = OperationState(operation.state)
    if state is not OperationState.DONE:
        return _STATES[state]
    words = _DELETED_AND_RESTORED.get((operation.side, operation.action))
    if words and operation.outcome != "skipped":
        return Badge(words, Tone.GOOD)
    return _OUTCOMES.get(operation.outcome, Badge(_("Done"), Tone.GOOD))


def run_summary(run: Run) -> str:
    """What a run did, in a line: 'Here: 12 created, 3 linked. Google: 2 updated. 1 conflict.'"""
    parts = [_side_summary(run, Side.TANDEM, _("Here")), _side_summary(run, Side.GOOGLE, _("Google"))]
    if conflicts := run.counts.get("conflicts"):
        parts.append(_number(ngettext("%(n)s conflict.", "%(n)s conflicts.", conflicts), conflicts))
    if held := run.counts.get("held"):
        parts.append(_number(_("%(n)s held back."), held))
    if failed := run.counts.get("failed"):
        parts.append(_number(_("%(n)s failed."), failed))
    return " ".join(filter(None, parts)) or (_("Nothing to do.") if run.state == RunState.DONE else "")


def _side_summary(run: Run, side: Side, name: str) -> str:
    counts = run.counts.get(side.value, {})
    verbs = _planned_verbs() if run.kind == RunKind.PLAN else _done_verbs(side)
    done = [_number(verb, counts[action]) for action, verb in verbs.items() if counts.get(action)]
    return f"{name}: {', '.join(done)}." if done else ""


def _done_verbs(side: Side) -> Mapping[str, str]:
    return {
        "create": _("%(n)s created"),
        "update": _("%(n)s updated"),
        "link": _("%(n)s linked"),
        "delete": _("%(n)s moved to trash") if side is Side.TANDEM else _("%(n)s deleted"),
        "restore": _("%(n)s restored"),
    }


def _planned_verbs() -> Mapping[str, str]:
    return {
        "create": _("%(n)s to create"),
        "update": _("%(n)s to update"),
        "link": _("%(n)s to link"),
        "delete": _("%(n)s to the trash"),
    }


def _number(words: str, number: int) -> str:
    return words % {"n": f"{number:,}"}
