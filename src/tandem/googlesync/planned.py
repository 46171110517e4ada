"""A plan's rows: what a sync would do, with its values, and nothing of it done."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from contactsync.actions import Action, DeleteLocal, Fill, Follow, Import, Joined, Merge, Return, Send
from contactsync.card import BLANK, Card
from contactsync.normalize import same_card
from contactsync.records import Contact, Link, Person
from tandem.googlesync.models import Operation, OperationState, Run, RunKind, Side
from tandem.googlesync.rows import card_to_json
from tandem.googlesync.writer import Writer, sent_changes

#: How the reason of a row begins whose person may be somebody who is here.
POSSIBLE_DUPLICATE = "possible duplicate"


def show(writer: Writer, actions: Sequence[Action], sends: Sequence[Send], token: str) -> None:
    """See `Repository.show`. An older plan of the account is void from now on, but for one that is approved already."""
    older = Operation.objects.filter(account=writer.account, state=OperationState.PLANNED, run__kind=RunKind.PLAN)
    Operation.objects.filter(run=writer.run, state=OperationState.PLANNED).delete()  # made before it was interrupted
    older.exclude(run=writer.run).filter(run__approved_by=None).update(
        state=OperationState.DROPPED, reason="replaced by a newer plan"
    )
    Run.objects.filter(id=writer.run.id).update(sync_token=token)
    Operation.objects.bulk_create([*_here(writer, actions), *(_there(writer, send) for send in sends)])


def _here(writer: Writer, actions: Sequence[Action]) -> Iterator[Operation]:
    for action in actions:
        match action:
            case Import(person=person, duplicates=duplicates):
                reason = f"{POSSIBLE_DUPLICATE}: {duplicates[0][1]}" if duplicates else "new in Google"
                yield _row(writer, "create", None, person, reason, BLANK, person.card)
            case Fill():
                yield _joined(writer, "link", action)
            case Return():
                yield _joined(writer, "restore", action)
            case Merge() if not same_card(action.card, action.contact.card):
                yield _joined(writer, "update", action)
            case DeleteLocal(contact=contact, link=link):
                yield _row(writer, "delete", contact, link, "deleted in Google", BLANK, BLANK)
            case Follow(contact=contact, link=link):
                yield _row(writer, "merge", contact, link, "merged in Google", BLANK, BLANK)
            case _:
                continue


def _there(writer: Writer, send: Send) -> Operation:
    return writer.operation(
        Side.GOOGLE,
        "update",
        OperationState.PLANNED,
        contact_id=UUID(send.contact.id),
        source_id=send.link.source_id,
        resource_name=send.link.resource_name,
        etag=send.link.etag,
        card_revision=send.contact.card_revision,
        card=card_to_json(send.link.remote_base),
        changes=sent_changes(send.pending.before, send.pending.after),
        reason="changed here",
    )


def _joined(writer: Writer, action_name: str, action: Joined) -> Operation:
    return _row(
        writer, action_name, action.contact, action.person, action.reason, action.contact.card, action.card
    )  # fmt: skip


def _row(
    writer: Writer, action: str, contact: Contact | None, about: Person | Link, reason: str, before: Card, after: Card
) -> Operation:
    """`about` is the person, or the link to one that is gone."""
    return writer.operation(
        Side.TANDEM,
        action,
        OperationState.PLANNED,
        contact_id=UUID(contact.id) if contact else None,
        source_id=about.source_id,
        resource_name=about.resource_name,
        etag=about.etag,
        card_revision=contact.card_revision if contact else None,
        card=card_to_json(about.card) if isinstance(about, Person) else None,
        changes=sent_changes(before, after),
        reason=reason,
    )
