"""A plan's rows: what a sync would do, with its values, and nothing of it done."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from contactsync.actions import Action, DeleteLocal, Fill, Import, Joined, Merge, Return, Send
from contactsync.card import BLANK, Card
from contactsync.normalize import same_card
from tandem.googlesync.models import Operation, OperationState, Side
from tandem.googlesync.writer import Writer, sent_changes


def show(writer: Writer, actions: Sequence[Action], sends: Sequence[Send]) -> None:
    """See `Repository.show`."""
    Operation.objects.bulk_create([*_here(writer, actions), *(_there(writer, send) for send in sends)])


def _here(writer: Writer, actions: Sequence[Action]) -> Iterator[Operation]:
    for action in actions:
        match action:
            case Import(person=person):
                yield _row(writer, "create", None, person.resource_name, "new in Google", BLANK, person.card)
            case Fill():
                yield _joined(writer, "link", action)
            case Return():
                yield _joined(writer, "restore", action)
            case Merge() if not same_card(action.card, action.contact.card):
                yield _joined(writer, "update", action)
            case DeleteLocal(contact=contact, link=link):
                yield _row(writer, "delete", contact.id, link.resource_name, "deleted in Google", BLANK, BLANK)
            case _:
                continue


def _there(writer: Writer, send: Send) -> Operation:
    return writer.operation(
        Side.GOOGLE,
        "update",
        OperationState.PLANNED,
        contact_id=UUID(send.contact.id),
        resource_name=send.link.resource_name,
        changes=sent_changes(send.pending.before, send.pending.after),
        reason="changed here",
    )


def _joined(writer: Writer, action_name: str, action: Joined) -> Operation:
    name = action.person.resource_name
    return _row(writer, action_name, action.contact.id, name, action.reason, action.contact.card, action.card)


def _row(
    writer: Writer, action: str, contact_id: str | None, resource_name: str, reason: str, before: Card, after: Card
) -> Operation:
    return writer.operation(
        Side.TANDEM,
        action,
        OperationState.PLANNED,
        contact_id=UUID(contact_id) if contact_id else None,
        resource_name=resource_name,
        changes=sent_changes(before, after),
        reason=reason,
    )
