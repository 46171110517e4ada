"""A person's decision on two contacts that may be one."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tandem.contacts.errors import FieldError, Invalid, NotFound
from tandem.contacts.models import Actor
from tandem.googlesync.merging import merge_contacts
from tandem.googlesync.models import Decision, PossibleDuplicate, Run
from tandem.users.models import User


def duplicates_of(user: User) -> QuerySet[PossibleDuplicate]:
    """The user's pairs that nobody has decided on, both in use; newest first."""
    pairs = PossibleDuplicate.objects.filter(
        owner=user, decision=Decision.OPEN, first__trashed_at=None, second__trashed_at=None
    )
    return pairs.select_related("first", "second").order_by("-id")


@transaction.atomic
def decide_same(
    *, user: User, pair: PossibleDuplicate, primary: UUID | None, values: Mapping[str, object], actor: Actor
) -> Run:
    """Merge the two into `primary`; the merge's run. Raises `NotFound` and `Invalid`."""
    pair = _undecided(user, pair)
    if primary not in {pair.first_id, pair.second_id}:
        raise Invalid([FieldError("/primary", "Name the one of the two that is kept.")])
    other = pair.second_id if primary == pair.first_id else pair.first_id
    return merge_contacts(owner=user, primary=primary, others=[other], values=values, actor=actor)


@transaction.atomic
def decide_different(*, user: User, pair: PossibleDuplicate) -> None:
    """They are two: the pair leaves the list for good. Raises `NotFound`."""
    PossibleDuplicate.objects.filter(id=_undecided(user, pair).id).update(decision=Decision.DIFFERENT)


def _undecided(user: User, pair: PossibleDuplicate) -> PossibleDuplicate:
    found = duplicates_of(user).select_for_update(of=("self",)).filter(id=pair.id).first()
    if found is None:
        raise NotFound
    return found
