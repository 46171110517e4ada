"""'Erase on both sides': one contact and its person, for good, when the person is as it was last seen."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from contactsync.card import BLANK, Card
from contactsync.erasing import Fate, Seen
from contactsync.push import HELD_BACK
from contactsync.records import LinkState
from tandem.contacts import services as contacts
from tandem.contacts.errors import NotFound
from tandem.contacts.models import Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync import lease as leases
from tandem.googlesync.lease import Lease
from tandem.googlesync.models import Deferred, Link, Operation, OperationState, Run, RunKind, Side, Trigger
from tandem.googlesync.reading import ERASED
from tandem.googlesync.rows import card_from_json
from tandem.googlesync.services import SyncRefused, check_sync, locked_account_of, open_run
from tandem.googlesync.threads import in_thread
from tandem.googlesync.waking import wake
from tandem.googlesync.writer import held_among
from tandem.users.models import User

CHANGED = "changed in Google since: look at what is new, and ask again"
_STATES = [LinkState.LIVE.value, LinkState.PAUSED.value]
#: A run that was stopped after the deletion, and goes on after another one found it, erases the contact all the same.
_BEGUN = [*_STATES, LinkState.GONE.value]


@transaction.atomic
def request_erasure(*, user: User, contact_id: UUID, trigger: Trigger, is_queued: bool = True) -> Run:
    """Begin to erase a linked contact here and in Google. Raises `NotFound` and `SyncRefused`."""
    account = locked_account_of(user)
    check_sync(account)
    if not contacts_of(user.pk).filter(id=contact_id).exists():
        raise NotFound
    link = account.links.filter(contact_id=contact_id, state__in=_STATES).first()
    if link is None:
        raise SyncRefused(
            "wrong_state", "This contact is not linked with Google now.", "Delete it here, or link it first."
        )
    if held_among([link.source_id], account):
        raise SyncRefused(
            "wrong_state", "Something of this contact is held back until you answer.", "Answer the held run first."
        )
    return open_run(account, RunKind.SYNC, trigger, scope=[contact_id], erases=True, is_queued=is_queued)


def person_to_erase(run: Run) -> dict[str, Seen]:
    """What the person must be like, by its resource name; nothing where the link is gone meanwhile.

    Of a paused one, and of one of whom something is held, runs note the etag and bring nothing here: what it holds must
    be what was last seen, too.
    """
    account = run.account
    assert account is not None  # noqa: S101 - the caller's promise, for the type checker
    links = list(account.links.filter(contact_id__in=run.scope or [], state__in=_BEGUN))
    held = held_among([link.source_id for link in links], account)
    return {link.resource_name: Seen(link.etag, _last_seen(link, held)) for link in links}


def _last_seen(link: Link, held: Collection[str]) -> Card | None:
    is_left_alone = link.state == LinkState.PAUSED or link.source_id in held
    return card_from_json(link.remote_base) or BLANK if is_left_alone else None


class Erasure:
    """The ledger (`contactsync.erasing`) of one erasure, under its lease.

    `kept` are the contacts whose persons had changed, to be brought in step instead.
    """

    def __init__(self, run: Run, lease: Lease) -> None:
        self.kept: list[str] = []
        self._run = run
        self._lease = lease

    async def intend(self, resource_name: str) -> None:
        """Nothing: a contact that is then found deleted in Google goes to the trash, and can be erased from there."""

    async def recall(self, resource_name: str) -> None:
        """See the engine's ledger."""

    async def settle(self, resource_name: str, fate: Fate) -> None:
        """See the engine's ledger."""
        await in_thread(self._settle, resource_name, fate)

    @transaction.atomic
    def _settle(self, name: str, fate: Fate) -> None:
        """Erase here what is gone there. Account, contact and link are locked, in the order of every verb's."""
        leases.lock(self._lease)
        ids = self._run.scope or []
        list(Contact.objects.select_for_update().filter(owner_id=self._run.owner_id, id__in=ids))
        links = Link.objects.select_for_update().filter(account=self._run.account, contact_id__in=ids)
        link = links.filter(resource_name=name).first()
        if link is None or link.contact_id is None:
            return
        if fate is Fate.STAYS:
            self._keep(link, link.contact_id)
        else:
            _note(self._run, None, name, ERASED, is_gone=True)
            contacts.erase_contact(owner_id=self._run.owner_id, contact_id=link.contact_id, cause=self._run.id)
            _end(link, fate)

    def _keep(self, link: Link, contact_id: UUID) -> None:
        """What is new is to be seen here, of a paused one, too: so it lives again."""
        is_held = bool(held_among([link.source_id], link.account))
        _note(self._run, contact_id, link.resource_name, HELD_BACK if is_held else CHANGED, is_gone=False)
        wake(Link.objects.filter(id=link.id, state=LinkState.PAUSED.value), timezone.now())
        self.kept.append(str(contact_id))


def _end(link: Link, fate: Fate) -> None:
    """The tombstone keeps the person away until a listing says that it is gone: one that lags may show it once more.

    Who is not found may have a new name, and can be brought back.
    """
    Deferred.objects.filter(account_id=link.account_id, source_id=link.source_id).delete()
    why = ERASED if fate is Fate.DELETED else link.why
    Link.objects.filter(id=link.id).update(
        state=LinkState.TOMBSTONE.value, changed_here=False, written_at=None, why=why
    )


def _note(run: Run, contact_id: UUID | None, name: str, reason: str, *, is_gone: bool) -> None:
    Operation.objects.create(
        run=run,
        account=run.account,
        contact_id=contact_id,
        resource_name=name,
        side=Side.GOOGLE,
        action="delete",
        state=OperationState.DONE if is_gone else OperationState.FAILED,
        outcome="updated" if is_gone else "failed",
        reason=reason,
        at=timezone.now(),
    )
