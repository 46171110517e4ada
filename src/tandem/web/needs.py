"""What waits for the user: what Google needs of them, and what is listed for their answer."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.googlesync.deciding import duplicates_of
from tandem.googlesync.models import Account, AccountState, Conflict, ConflictKind, Run, RunState
from tandem.users.models import User
from tandem.web.pulse import is_stale

MOST_COUNTED = 99  # a count goes no further, so it costs no more with very many


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for an answer; '99+' where there are more than were counted."""

    number: int

    def __str__(self) -> str:
        return f"{MOST_COUNTED}+" if self.number > MOST_COUNTED else str(self.number)

    def __bool__(self) -> bool:
        return self.number > 0


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the user is asked for, and where to do it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Needs:
    """Apart from the pulse: a run that is under way takes away nothing that waits."""

    is_reconnect_needed: bool
    is_stale: bool
    held: Waiting
    conflicts: Waiting
    duplicates: Waiting

    @property
    def of_google(self) -> list[Need]:
        """What the mail menu lists; with anything in it the mail icon has a dot."""
        return [*self._of_account(), *self._of_answers()]

    def _of_account(self) -> list[Need]:
        if self.is_reconnect_needed:
            return [Need(_("Connect Google again"), reverse("google_connect"))]
        return [Need(_("No run has succeeded for a while"), reverse("google"))] if self.is_stale else []

    def _of_answers(self) -> list[Need]:
        needs = []
        if self.held:
            words = ngettext(
                "%(n)s run is held for your answer", "%(n)s runs are held for your answer", self.held.number
            )
            needs.append(Need(words % {"n": self.held}, f"{reverse('runs')}?state=held"))
        if self.conflicts:
            words = ngettext("%(n)s conflict to settle", "%(n)s conflicts to settle", self.conflicts.number)
            needs.append(Need(words % {"n": self.conflicts}, reverse("conflicts")))
        return needs


def needs_of(user: User, account: Account | None, now: datetime) -> Needs:
    """What waits for the user now."""
    is_lost = account is not None and account.state == AccountState.RECONNECT_NEEDED
    return Needs(
        is_reconnect_needed=is_lost,
        is_stale=account is not None and not is_lost and is_stale(account, now),
        held=_counted(Run.objects.filter(account__user=user, state=RunState.HELD)),
        conflicts=_counted(Conflict.objects.filter(account__user=user, kind=ConflictKind.OPEN, closed_at=None)),
        duplicates=_counted(duplicates_of(user)),
    )


def _counted[Row: Model](rows: QuerySet[Row]) -> Waiting:
    return Waiting(rows.order_by()[: MOST_COUNTED + 1].count())
