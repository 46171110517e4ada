"""The brake: what would delete or blank too much at once is held back until a person says what is to be. Pure.

Counted over the whole plan, apart for contacts deleted, contacts of which a field is blanked here, and persons of whom
a field is blanked in Google.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from contactsync.actions import Action, DeleteLocal, Hold, Joined, Send
from contactsync.card import BLANK, Card, Field
from contactsync.changes import with_fields_of
from contactsync.normalize import field_text
from contactsync.plan import deferral
from contactsync.records import Brake, Deferred, Link, Reason

#: An item that waits for a person is not due by the clock.
NEVER = datetime.max.replace(tzinfo=UTC)


def blanked_fields(before: Card, after: Card) -> frozenset[Field]:
    """The fields that say something before and nothing after."""
    return frozenset(field for field in Field if _is_blank(after, field) and not _is_blank(before, field))


def may_stop(actions: Sequence[Action], brake: Brake) -> bool:
    """Whether there is enough to count the live links at all."""
    number = max(sum(map(_deletes, actions)), sum(map(_blanks_here, actions)))
    return brake.on and number > min(brake.count, brake.most)


def braked(actions: Sequence[Action], brake: Brake, live: int, approved: Collection[str] = frozenset()) -> list[Action]:
    """The actions, those held back that are too many of their kind among `live` links.

    What a person approved (source ids) is neither counted nor held back.
    """
    asked = [action for action in actions if not _is_of(action, approved)]
    held = [kind for kind in (_deletes, _blanks_here) if brake.stops(sum(map(kind, asked)), live)]
    return [
        _held(action) if any(kind(action) for kind in held) and not _is_of(action, approved) else action
        for action in actions
    ]


def _is_of(action: Action, source_ids: Collection[str]) -> bool:
    return isinstance(action, DeleteLocal | Joined) and action.link.source_id in source_ids


def blanking_sends(sends: Sequence[Send]) -> list[Send]:
    """The writes that would leave a field blank in Google."""
    return [send for send in sends if blanked_fields(send.pending.before, send.pending.after)]


def blanked_by(intended: Joined | DeleteLocal | Send) -> frozenset[Field]:
    """The fields that what is held back would leave blank, here or in Google."""
    match intended:
        case Joined(contact=contact, card=card):
            return blanked_fields(contact.card, card)
        case Send(pending=pending):
            return blanked_fields(pending.before, pending.after)
        case DeleteLocal():
            return frozenset()


def held_item(hold: Hold) -> Deferred:
    """The item that stands for what is held back."""
    return deferral(hold.intended.link, Reason.HELD, NEVER)


def kept_apart(link: Link, here: Card, there: Card, fields: Iterable[Field]) -> Link:
    """The link after a 'no': in these fields each side's present value is its own base, and nothing travels."""
    kept = frozenset(fields)
    return replace(
        link,
        local_base=with_fields_of(link.local_base or BLANK, here, kept),
        remote_base=with_fields_of(link.remote_base or BLANK, there, kept),
    )


def _held(action: Action) -> Action:
    return Hold(action) if isinstance(action, DeleteLocal | Joined) else action


def _deletes(action: Action) -> bool:
    return isinstance(action, DeleteLocal)


def _blanks_here(action: Action) -> bool:
    return isinstance(action, Joined) and bool(blanked_fields(action.contact.card, action.card))


def _is_blank(card: Card, field: Field) -> bool:
    return field_text(card, field) == field_text(BLANK, field)
