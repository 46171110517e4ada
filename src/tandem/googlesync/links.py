"""What a user says of one contact's link: not now, not any more, again. Each verb is one transaction."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from contactsync.records import LinkState
from tandem.contacts import services as contacts
from tandem.contacts.errors import NotFound
from tandem.contacts.models import Actor, Contact
from tandem.contacts.querysets import contacts_of
from tandem.googlesync.conflicts import close_undecided
from tandem.googlesync.models import Deferred, Link, Run, Trigger
from tandem.googlesync.reading import tombstones_of
from tandem.googlesync.rows import NO_BASES
from tandem.googlesync.services import SyncRefused, locked_account_of, request_contacts_sync, request_push
from tandem.googlesync.standing import record_standing
from tandem.googlesync.waking import read_again, wake
from tandem.users.models import User


@transaction.atomic
def pause(*, user: User, contact_id: UUID, actor: Actor = Actor.PERSON) -> None:
    """Runs skip the contact until it is resumed or pushed. Raises `NotFound` and `SyncRefused`."""
    link = _link(user, contact_id, LinkState.LIVE)
    _forget_deferred(link)
    Link.objects.filter(id=link.id).update(state=LinkState.PAUSED.value)
    record_standing(contact_id, link.state, LinkState.PAUSED.value, actor)


@transaction.atomic
def unlink(*, user: User, contact_id: UUID, actor: Actor = Actor.PERSON) -> None:
    """Contact and person stay, apart, until they are linked again. Raises `NotFound` and `SyncRefused`."""
    link = _link(user, contact_id, LinkState.LIVE, LinkState.PAUSED)
    _forget_deferred(link)
    Link.objects.filter(id=link.id).update(state=LinkState.SEVERED.value, changed_here=False, **NO_BASES)
    close_undecided(user.pk, [contact_id], timezone.now())
    record_standing(contact_id, link.state, LinkState.SEVERED.value, actor)


@transaction.atomic
def resume(*, user: User, contact_id: UUID, trigger: Trigger) -> Run:
    """Begin to carry what both sides changed since the pause. Raises `NotFound` and `SyncRefused`."""
    return _wake(_link(user, contact_id, LinkState.PAUSED), contact_id, trigger)


@transaction.atomic
def link_again(*, user: User, contact_id: UUID, trigger: Trigger) -> Run:
    """Begin to link an unlinked pair, by the rules of a first meeting. Raises `NotFound` and `SyncRefused`."""
    return _wake(_link(user, contact_id, LinkState.SEVERED), contact_id, trigger)


@transaction.atomic
def bring_back(*, user: User, link_ids: Collection[UUID], trigger: Trigger) -> Run:
    """Take back deletions here: the contacts leave the trash, and each is merged with its person.

    One that was purged meanwhile is imported as new. Raises `SyncRefused`, and `NotFound` where none of the links is a
    tombstone of the user's.
    """
    account = locked_account_of(user)
    links = list(tombstones_of(account).select_for_update(of=("self",)).filter(id__in=link_ids).order_by("id"))
    if not links:
        raise NotFound
    contact_ids = [link.contact_id for link in links if link.contact_id is not None]
    left = [link for link in links if link.contact_id is None]
    persons = [link.resource_name for link in left]
    run = request_contacts_sync(account=account, contact_ids=contact_ids, persons=persons, trigger=trigger)
    contacts.restore_contacts(owner_id=user.pk, contact_ids=contact_ids, actor=_actor(trigger))
    Link.objects.filter(id__in=[link.id for link in left]).delete()
    read_again(left, timezone.now())
    return run


@transaction.atomic
def put_back(*, user: User, contact_id: UUID, trigger: Trigger) -> Run:
    """Restore a contact from the trash, here and in Google. Raises `NotFound` and `SyncRefused`."""
    account = locked_account_of(user)
    if not contacts_of(user.pk).filter(id=contact_id, trashed_at__isnull=False).exists():
        raise NotFound
    contacts.restore_contacts(owner_id=user.pk, contact_ids=[contact_id], actor=_actor(trigger))
    if account.links.filter(contact_id=contact_id).exists():
        return request_contacts_sync(account=account, contact_ids=[contact_id], trigger=trigger)
    return request_push(user=user, contact_ids=[contact_id], trigger=trigger)


def _wake(link: Link, contact_id: UUID, trigger: Trigger) -> Run:
    run = request_contacts_sync(account=link.account, contact_ids=[contact_id], trigger=trigger)
    wake(Link.objects.filter(id=link.id), timezone.now())
    record_standing(contact_id, link.state, LinkState.LIVE.value, _actor(trigger))
    return run


def _link(user: User, contact_id: UUID, *states: LinkState) -> Link:
    """The contact's link in one of these states; account, contact and link are locked, in the order of a run's."""
    account = locked_account_of(user)
    contact = Contact.objects.select_for_update(no_key=True).filter(owner=user, id=contact_id, trashed_at=None).first()
    if contact is None:
        raise NotFound
    links = account.links.select_for_update(of=("self",)).select_related("account")
    link = links.filter(contact=contact, state__in=[state.value for state in states]).first()
    if link is None:
        words = " or ".join(_WORDS[state] for state in states)
        raise SyncRefused("wrong_state", f"This contact is not {words} now.", "Reload it to see where it stands.")
    return link


_WORDS = {LinkState.LIVE: "in step with Google", LinkState.PAUSED: "paused", LinkState.SEVERED: "unlinked"}


def _forget_deferred(link: Link) -> None:
    Deferred.objects.filter(account_id=link.account_id, source_id=link.source_id).delete()


def _actor(trigger: Trigger) -> Actor:
    return Actor.API if trigger is Trigger.API else Actor.PERSON
