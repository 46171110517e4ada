"""What the API and the pages show of Google: accounts, and where each contact stands. Scoped to who asks."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from contactsync.records import LinkState, Reason
from tandem.googlesync.models import Account, AccountState, Conflict, ConflictKind, Deferred, Link, Run
from tandem.googlesync.refusals import long_refused
from tandem.googlesync.why import why, why_not_linked
from tandem.users.models import User

#: Why a person has a tombstone who was deleted in Google with its contact, until a listing says so.
ERASED = "erased on both sides"
_LIVES_ON = ~Q(why=ERASED)


@dataclass(frozen=True, slots=True)
class GoogleState:
    """Where a contact stands with one account; `state` is one of docs/reference/api.md's words."""

    account: UUID
    state: str
    resource_name: str
    last_synced: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of one account."""

    linked: int
    tombstones: int
    held: int
    conflicts: int


def accounts_of(user: User) -> QuerySet[Account]:
    """The user's accounts; a disconnected one leaves the lists."""
    return user.google_accounts.exclude(state=AccountState.DISCONNECTED).order_by("connected_at")


def runs_of(user: User) -> QuerySet[Run]:
    """The user's runs, newest first."""
    return user.runs.select_related("account").order_by("-id")


def counts_of(account: Account) -> Counts:
    """Links in step and tombstones."""
    return Counts(
        linked=account.links.filter(state=LinkState.LIVE.value).count(),
        tombstones=tombstones_of(account).count(),
        held=account.deferred.filter(reason=Reason.HELD.value).count(),
        conflicts=open_conflicts_of(account).count(),
    )


def open_conflicts_of(account: Account) -> QuerySet[Conflict]:
    """What a person is asked about."""
    return account.conflicts.filter(kind=ConflictKind.OPEN, closed_at=None)


def links_in_conflict(account: Account) -> QuerySet[Link]:
    """The live links that a person is asked about."""
    return account.links.filter(state=LinkState.LIVE.value, contact_id__in=open_conflicts_of(account).values("contact"))


def tombstones_of(account: Account) -> QuerySet[Link]:
    """Persons whose contacts were deleted here and who live on in Google."""
    return account.links.filter(_LIVES_ON, state=LinkState.TOMBSTONE.value).select_related("contact")


def tombstones_of_user(user: User) -> QuerySet[Link]:
    """The same, of all the user's connected accounts."""
    links = Link.objects.filter(_LIVES_ON, account__in=accounts_of(user).order_by(), state=LinkState.TOMBSTONE.value)
    return links.select_related("contact")


def google_states(user: User, contact_ids: Collection[UUID]) -> Mapping[UUID, list[GoogleState]]:
    """For each contact one state for each connected account."""
    accounts = list(accounts_of(user))
    links = Link.objects.filter(account__in=accounts, contact_id__in=contact_ids).exclude(state=LinkState.DORMANT.value)
    by_pair = {(link.account_id, link.contact_id): link for link in links}
    waiting = _waiting(links)
    asked = _asked(links)
    refusals = long_refused(links, timezone.now())
    states: dict[UUID, list[GoogleState]] = defaultdict(list)
    for contact_id in contact_ids:
        for account in accounts:
            link = by_pair.get((account.id, contact_id))
            refused = refusals.get(link.id, "") if link is not None else ""
            states[contact_id].append(_state_of(account, link, _open_word(link, waiting, asked), refused))
    return states


def _open_word(link: Link | None, waiting: Mapping[UUID, str], asked: Collection[UUID]) -> str:
    """What is open of a link, in one word; empty where nothing is."""
    if link is None:
        return ""
    if waiting.get(link.id) == Reason.HELD.value:
        return "held"
    if link.id in asked:
        return "conflict"
    return "waiting" if link.id in waiting else ""


def _asked(links: QuerySet[Link]) -> set[UUID]:
    """The links that a person is asked about."""
    by_pair = {(link.account_id, link.contact_id): link.id for link in links}
    rows = Conflict.objects.filter(kind=ConflictKind.OPEN, closed_at=None, contact_id__in=[key[1] for key in by_pair])
    return {by_pair[row.account_id, row.contact_id] for row in rows if (row.account_id, row.contact_id) in by_pair}


def _waiting(links: QuerySet[Link]) -> dict[UUID, str]:
    """Why the links with a deferred item wait."""
    found = {(link.account_id, link.source_id): link.id for link in links}
    deferred = Deferred.objects.filter(
        account_id__in={account_id for account_id, _ in found}, source_id__in={source_id for _, source_id in found}
    )
    return {
        found[item.account_id, item.source_id]: item.reason
        for item in deferred
        if (item.account_id, item.source_id) in found
    }


def _state_of(account: Account, link: Link | None, open_word: str, refused: str) -> GoogleState:
    """`refused` is what to say of a write that Google has refused for long."""
    if link is None:
        return GoogleState(account.id, "none", "", None, why_not_linked())
    state = _word_of(link, open_word)
    return GoogleState(
        account=account.id,
        state=state,
        resource_name=link.resource_name,
        last_synced=link.synced_at,
        why=refused or why(link, state),
    )


def _word_of(link: Link, open_word: str) -> str:
    if link.state != LinkState.LIVE.value:
        return link.state
    if open_word:
        return open_word
    if link.pending is not None or link.changed_here:
        return "waiting"
    return "hidden" if link.hidden else "linked"
