"""'Erase on both sides': one contact and its person, for good, when the person is as it was last seen."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from contactsync.records import LinkState
from tandem.contacts import services as contacts
from tandem.contacts.errors import NotFound
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.models import Link, Operation, OperationState, Run, RunKind, Side, Trigger
from tandem.googlesync.services import SyncRefused, check_sync, locked_account_of, open_run
from tandem.users.models import User

CHANGED = "changed in Google since: look at what is new, and ask again"
_STATES = [LinkState.LIVE.value, LinkState.PAUSED.value]


@transaction.atomic
def request_erasure(*, user: User, contact_id: UUID, trigger: Trigger, is_queued: bool = True) -> Run:
    """Begin to erase a linked contact here and in Google. Raises `NotFound` and `SyncRefused`."""
    account = locked_account_of(user)
    check_sync(account)
    if not contacts_of(user.pk).filter(id=contact_id).exists():
        raise NotFound
    if not account.links.filter(contact_id=contact_id, state__in=_STATES).exists():
        raise SyncRefused(
            "wrong_state", "This contact is not linked with Google now.", "Delete it here, or link it first."
        )
    return open_run(account, RunKind.SYNC, trigger, scope=[contact_id], erases=True, is_queued=is_queued)


def person_to_erase(run: Run) -> dict[str, str]:
    """The etag that the person must have, by its resource name; nothing where the link is gone meanwhile."""
    links = Link.objects.filter(account=run.account, contact_id__in=run.scope or [], state__in=_STATES)
    return dict(links.values_list("resource_name", "etag"))


@transaction.atomic
def settle_erasure(run: Run, gone: Mapping[str, bool]) -> list[str]:
    """Erase here what is gone there; the contacts whose persons had changed, to be brought in step instead."""
    kept: list[str] = []
    for name, is_gone in gone.items():
        links = Link.objects.select_for_update().filter(account=run.account, contact_id__in=run.scope or [])
        link = links.filter(resource_name=name).first()
        if link is None or link.contact_id is None:
            continue
        contact_id = link.contact_id
        _note(run, None if is_gone else contact_id, name, is_gone=is_gone)
        if is_gone:
            contacts.erase_contact(owner_id=run.owner_id, contact_id=contact_id, cause=run.id)
            link.delete()
        else:
            kept.append(str(contact_id))
    return kept


def _note(run: Run, contact_id: UUID | None, name: str, *, is_gone: bool) -> None:
    Operation.objects.create(
        run=run,
        account=run.account,
        contact_id=contact_id,
        resource_name=name,
        side=Side.GOOGLE,
        action="delete",
        state=OperationState.DONE if is_gone else OperationState.FAILED,
        outcome="updated" if is_gone else "failed",
        reason="erased on both sides" if is_gone else CHANGED,
        at=timezone.now(),
    )
