"""Telling a user, on whichever page they are, that the run they asked for has ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tandem.googlesync.models import Run, RunState, Trigger
from tandem.users.models import User
from tandem.web.said import said
from tandem.web.words import run_badge, run_summary, run_title

TOLD = "told_run"  #: of the session: the last run whose end the user was told

_UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)
_ASKED_FOR = (Trigger.PERSON, Trigger.ENABLE)
_OF_TODAY = timedelta(days=1)
_NEWS = timedelta(minutes=10)  # after that the end of a run is none


@dataclass(frozen=True, slots=True)
class Told:
    """The end of a run, in a sentence."""

    run: UUID
    words: str


@dataclass(frozen=True, slots=True)
class Watch:
    """`is_on` while a run that the user asked for is under way; `told` once after it has ended, elsewhere than on
    its own page, which is `is_there`."""

    is_on: bool = False
    is_there: bool = False
    told: Told | None = None


def watch_of(request: HttpRequest, user: User, page_of: str, now: datetime) -> Watch:
    """What a page watches or tells; `page_of` is the run that the page is about, or empty."""
    run = _last_asked_for(user, now)
    if run is None or request.session.get(TOLD) == str(run.id):
        return Watch()
    is_there = page_of == str(run.id)
    if run.state in _UNDER_WAY:
        return Watch(is_on=True, is_there=is_there)
    if run.finished_at is None or now - run.finished_at > _NEWS:
        return Watch()
    request.session[TOLD] = str(run.id)
    return Watch(told=None if is_there else told_of(run))


def told_of(run: Run) -> Told:
    """'Sync: done. Here: 12 created.'"""
    state = _("%(run)s: %(state)s.") % {"run": run_title(run), "state": str(run_badge(run).words).lower()}
    return Told(run.id, " ".join(filter(None, (state, said(run.error_detail), run_summary(run)))))


def _last_asked_for(user: User, now: datetime) -> Run | None:
    """The last run of a worker that the user asked for since yesterday; ids begin with their time."""
    since = UUID(int=int((now - _OF_TODAY).timestamp() * 1000) << 80)
    of_worker = Q(account__isnull=False) | Q(deed__isnull=False)
    runs = Run.objects.filter(of_worker, owner=user, id__gt=since, trigger__in=_ASKED_FOR)
    return runs.defer("scope").order_by("-id").first()
