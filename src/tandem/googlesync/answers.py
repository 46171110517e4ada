"""A person's answer to a conflict: whose value shall stand, or that it was seen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from contactsync.card import BLANK, Address, Birthday, Card, Email, Field, Name, Phone, Value
from contactsync.changes import with_fields_of
from contactsync.normalize import identity, values_of
from contactsync.records import LinkState
from tandem.contacts import services as contacts
from tandem.contacts.cards import card_of
from tandem.contacts.errors import InTrash, NotFound
from tandem.contacts.models import Actor, Contact
from tandem.googlesync.models import Conflict, ConflictKind, Link
from tandem.googlesync.rows import card_from_json, card_to_json, link_record, pending_to_json
from tandem.users.models import User

_SETS: Mapping[Field, type[Value]] = {Field.EMAILS: Email, Field.PHONES: Phone, Field.ADDRESSES: Address}
_GOOGLE, _TANDEM, _KEEP = "google", "tandem", "keep"


class AnswerRefused(Exception):
    """This is no answer to this conflict; `detail` says what is."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def conflicts_of(user: User) -> QuerySet[Conflict]:
    """What of the user's contacts is in conflict and not answered yet, newest first."""
    return Conflict.objects.filter(account__user=user, closed_at=None).select_related("contact").order_by("-id")


@transaction.atomic
def answer(*, user: User, conflict: Conflict, choice: str, actor: Actor) -> Conflict:
    """Let a value stand; the next run carries it to the other side. Raises `AnswerRefused` and `NotFound`."""
    contact = Contact.objects.select_for_update(no_key=True).filter(owner=user, id=conflict.contact_id).first()
    conflict_now = conflicts_of(user).select_for_update(of=("self",)).filter(id=conflict.id).first()
    if contact is None or conflict_now is None:
        raise NotFound
    conflict = conflict_now
    if choice not in _choices(conflict):
        raise AnswerRefused(f"choose must be one of: {', '.join(_choices(conflict))}")
    if choice != _KEEP and choice != conflict.stands:
        try:
            _take(conflict, contact, choice, actor)
        except InTrash as error:
            raise AnswerRefused("The contact is in the trash: restore it first.") from error
    Conflict.objects.filter(id=conflict.id).update(closed_at=timezone.now())
    conflict.refresh_from_db()
    return conflict


def _choices(conflict: Conflict) -> tuple[str, ...]:
    match ConflictKind(conflict.kind):
        case ConflictKind.OPEN:
            return _GOOGLE, _TANDEM
        case ConflictKind.SETTLED | ConflictKind.DIFFERENCE:
            return _GOOGLE, _TANDEM, _KEEP
        case ConflictKind.DELETED:
            return (_KEEP,)


def _take(conflict: Conflict, contact: Contact, choice: str, actor: Actor) -> None:
    """An edit of the losing side at this moment. A policy's decision is taken back by an edit here."""
    if conflict.kind == ConflictKind.SETTLED or choice == _GOOGLE:
        chosen, other = (conflict.remote, conflict.local) if choice == _GOOGLE else (conflict.local, conflict.remote)
        card = _with_value(card_of(contact), Field(conflict.field), chosen, instead_of=other)
        contacts.set_card(owner_id=contact.owner_id, contact_id=contact.id, card=card, actor=actor)
    else:
        _let_ours_travel(conflict, contact)


def _let_ours_travel(conflict: Conflict, contact: Contact) -> None:
    """Google's value is no edit any more, and ours is one: the next run writes it there."""
    links = Link.objects.select_for_update().filter(account_id=conflict.account_id, contact=contact)
    link = links.filter(state=LinkState.LIVE.value).first()
    if link is None or link.local_base is None:
        raise AnswerRefused("The contact is not in step with Google now: nothing can be carried there.")
    field = Field(conflict.field)
    theirs = _with_value(BLANK, field, conflict.remote, instead_of=None)
    local_base, remote_base = card_from_json(link.local_base) or BLANK, card_from_json(link.remote_base) or BLANK
    pending = link_record(link).pending
    if pending is not None:  # its landing moves the base, too
        pending = replace(pending, local_base=with_fields_of(pending.local_base, theirs, [field]))
    Link.objects.filter(id=link.id).update(
        local_base=card_to_json(with_fields_of(local_base, theirs, [field])),
        remote_base=card_to_json(with_fields_of(remote_base, theirs, [field])),
        pending=pending_to_json(pending),
        changed_here=True,
        version=F("version") + 1,
    )


def _with_value(card: Card, field: Field, value: Any, *, instead_of: Any) -> Card:
    """The Card with the chosen value; of a set, in the place of the value that stood, or of its own identity."""
    match field:
        case Field.NAME:
            return replace(card, name=msgspec.convert(value or {}, Name))
        case Field.BIRTHDAY:
            return replace(card, birthday=msgspec.convert(value, Birthday) if value else None)
        case Field.EMAILS | Field.PHONES | Field.ADDRESSES:
            kind = _SETS[field]
            chosen = msgspec.convert(value, kind)
            replaced = {identity(chosen)} | ({identity(msgspec.convert(instead_of, kind))} if instead_of else set())
            values = [chosen if identity(each) in replaced else each for each in values_of(card, field)]
            held = values if chosen in values else [*values, chosen]
            contents: dict[str, Any] = {field.value: tuple(dict.fromkeys(held))}
            return replace(card, **contents)
