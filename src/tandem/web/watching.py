"""Telling a user, on whichever page they are, that the run they asked for has ended."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tandem.googlesync.models import Run, RunState, Trigger
from tandem.googlesync.reading import runs_of
from tandem.users.models import User
from tandem.web.words import run_badge, run_summary, run_title

WATCHED = "watched_run"  #: of the session: the run whose end the user is to be told

_UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)
_ASKED_FOR = (Trigger.PERSON, Trigger.ENABLE)


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


def watch_of(request: HttpRequest, user: User, page_of: str) -> Watch:
    """What a page watches or tells; `page_of` is the run that the page is about, or empty."""
    kept = request.session.get(WATCHED, "")
    run = _under_way(user)
    if run is not None:
        if kept != str(run.id):
            request.session[WATCHED] = str(run.id)
        return Watch(is_on=True, is_there=page_of == str(run.id))
    if not kept:
        return Watch()
    del request.session[WATCHED]
    ended = None if page_of == kept else runs_of(user).filter(id=kept).first()
    return Watch(told=told_of(ended) if ended else None)


def told_of(run: Run) -> Told:
    """'Sync: done. Here: 12 created.'"""
    state = _("%(run)s: %(state)s.") % {"run": run_title(run), "state": str(run_badge(run).words).lower()}
    return Told(run.id, " ".join(filter(None, (state, run.error_detail, run_summary(run)))))


def _under_way(user: User) -> Run | None:
    """The last run that the user asked for and that is under way."""
    runs = Run.objects.filter(account__user=user, state__in=_UNDER_WAY, trigger__in=_ASKED_FOR)
    return runs.order_by("-id").first()
