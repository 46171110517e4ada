"""Persons that an undone run made: deleted in Google where nobody touched them since, and apart from their contacts.

Each link is severed before the deletion goes out, so that whatever stops the run then, no later one takes the deletion
for Google's own and its contact to the trash.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from contactsync.erasing import Fate
from contactsync.records import LinkState
from tandem.contacts.models import Contact
from tandem.googlesync import lease as leases
from tandem.googlesync.conflicts import close_undecided
from tandem.googlesync.lease import Lease
from tandem.googlesync.models import Link, Operation, OperationState, Run, Side
from tandem.googlesync.rows import NO_BASES
from tandem.googlesync.taken import STAYS, UNDONE
from tandem.googlesync.threads import in_thread

#: One that sleeps since a disconnect has no bases, and meets its person again with the next run.
_TOGETHER = (LinkState.LIVE.value, LinkState.PAUSED.value, LinkState.DORMANT.value)


class Unmaking:
    """The ledger (`contactsync.erasing`) of an undo, under its lease."""

    def __init__(self, run: Run, lease: Lease) -> None:
        self._run = run
        self._lease = lease
        self._severed: dict[str, tuple[UUID, str, bool]] = {}

    async def intend(self, resource_name: str) -> None:
        """See the engine's ledger."""
        await in_thread(self._sever, resource_name)

    async def recall(self, resource_name: str) -> None:
        """See the engine's ledger."""
        await in_thread(self._join_again, resource_name)

    async def settle(self, resource_name: str, fate: Fate) -> None:
        """See the engine's ledger."""
        await in_thread(self._settle, resource_name, is_gone=fate is not Fate.STAYS)

    @transaction.atomic
    def _sever(self, name: str) -> None:
        link = self._locked(name).filter(state__in=_TOGETHER).first()
        if link is not None:
            self._severed[name] = (link.id, link.state, link.changed_here)
            Link.objects.filter(id=link.id).update(state=LinkState.SEVERED.value, changed_here=False)

    @transaction.atomic
    def _join_again(self, name: str) -> None:
        links = self._locked(name)
        if name in self._severed:
            link_id, state, was_changed = self._severed.pop(name)
            severed = links.filter(id=link_id, state=LinkState.SEVERED.value)
            if state != LinkState.DORMANT:
                severed = severed.filter(local_base__isnull=False)
            severed.update(state=state, changed_here=was_changed)

    @transaction.atomic
    def _settle(self, name: str, *, is_gone: bool) -> None:
        links = self._locked(name).filter(state__in=[*_TOGETHER, LinkState.SEVERED.value])
        if is_gone:
            contact_ids = list(links.values_list("contact_id", flat=True))
            links.update(state=LinkState.SEVERED.value, changed_here=False, **NO_BASES)
            close_undecided(self._run.owner_id, contact_ids, timezone.now())
        Operation.objects.create(
            run=self._run,
            account=self._run.account,
            contact_id=self._made_for(name),
            resource_name=name,
            side=Side.GOOGLE,
            action="delete",
            state=OperationState.DONE,
            outcome="updated" if is_gone else "skipped",
            reason=UNDONE if is_gone else STAYS,
            at=timezone.now(),
        )

    def _made_for(self, name: str) -> UUID | None:
        """The contact for which the undone run made the person, though the two be apart by now."""
        assert self._run.undoes is not None  # noqa: S101 - the caller's promise, for the type checker
        rows = self._run.undoes.operations.filter(side=Side.GOOGLE, outcome="created", resource_name=name)
        return rows.values_list("contact_id", flat=True).first()

    def _locked(self, name: str) -> QuerySet[Link]:
        """The person's links; account and contact are locked, in the order of every verb's."""
        account = leases.lock(self._lease)
        links = account.links.filter(resource_name=name)
        ids = links.values("contact_id")
        list(Contact.objects.select_for_update(no_key=True).filter(owner_id=account.user_id, id__in=ids))
        return links
