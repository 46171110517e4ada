"""What the brake held back: kept as operations that a person applies or rejects."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from contactsync.actions import DeleteLocal, Hold, Joined, Send
from contactsync.brake import held_item
from contactsync.records import LinkState, Reason
from tandem.googlesync.models import Account, Operation, OperationState, Run, RunState, Side
from tandem.googlesync.rows import card_to_json
from tandem.googlesync.writer import Writer, defer, sent_changes

SETTLED = "settled meanwhile"


def wait_for_answers(ended: QuerySet[Run]) -> None:
    """Runs that held something back wait for the answer, also those that failed afterwards."""
    held = Operation.objects.filter(run=OuterRef("pk"), state=OperationState.HELD)
    ended.filter(Exists(held)).update(state=RunState.HELD)


def drop_settled(account: Account) -> None:
    """End what is held of persons of whom nothing is kept back any more: another answer, or they, settled it.

    Of who is paused nothing is kept back meanwhile; what is held of them stays. So do blanked fields of who was deleted
    here, and may be restored; from a deletion in Google a restored contact is safe anyway.
    """
    kept_back = account.deferred.filter(source_id=OuterRef("source_id"), reason=Reason.HELD.value)
    own = account.links.filter(source_id=OuterRef("source_id"))
    paused = own.filter(state=LinkState.PAUSED.value)
    deleted_here = own.filter(state=LinkState.TOMBSTONE.value, contact_id=OuterRef("contact_id"))
    settled = Operation.objects.filter(~Exists(kept_back), ~Exists(paused), account=account, state=OperationState.HELD)
    settled.filter(Q(action="delete") | ~Exists(deleted_here)).update(state=OperationState.DROPPED, reason=SETTLED)
    held = Operation.objects.filter(run=OuterRef("pk"), state=OperationState.HELD)
    answered = account.runs.filter(~Exists(held), state=RunState.HELD)
    answered.exclude(error_code="").update(state=RunState.FAILED)
    answered.update(state=RunState.DONE)


def hold(holds: Sequence[Hold], writer: Writer) -> None:
    """Remember what was held back; a person of whom something is held already is not held twice."""
    if not holds:
        return
    source_ids = [each.intended.link.source_id for each in holds]
    rows = Operation.objects.filter(account=writer.account, state=OperationState.HELD, source_id__in=source_ids)
    known = set(rows.values_list("source_id", flat=True))
    fresh = [each for each in holds if each.intended.link.source_id not in known]
    defer([held_item(each) for each in fresh], writer)
    Operation.objects.bulk_create(_operations(fresh, writer))


def _operations(holds: Sequence[Hold], writer: Writer) -> Iterator[Operation]:
    for each in holds:
        link, contact = each.intended.link, each.intended.contact
        columns = {
            "contact_id": UUID(contact.id),
            "source_id": link.source_id,
            "resource_name": link.resource_name,
            "etag": link.etag,
            "card_revision": contact.card_revision,
        }
        match each.intended:
            case DeleteLocal():
                yield writer.operation(
                    Side.TANDEM, "delete", OperationState.HELD, reason="deleted in Google", **columns
                )
            case Joined(card=card, person=person):
                yield writer.operation(
                    Side.TANDEM, "update", OperationState.HELD, reason="emptied in Google",
                    changes=sent_changes(contact.card, card), card=card_to_json(person.card), **columns,
                )  # fmt: skip
            case Send(pending=pending):
                yield writer.operation(
                    Side.GOOGLE, "update", OperationState.HELD, reason="emptied here",
                    changes=sent_changes(pending.before, pending.after), card=card_to_json(link.remote_base), **columns,
                )  # fmt: skip
