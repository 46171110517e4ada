"""What a user has switched off of a plan so far, kept in the session: it outlives the turning of a page."""

from django.contrib.sessions.backends.base import SessionBase

from tandem.googlesync.models import Run
from tandem.web.answering import Choices


def choices_of(session: SessionBase, run: Run) -> Choices:
    kept = session.get(_key(run), {})
    turned = {group: frozenset(ids) for group, ids in kept.get("turned", {}).items()}
    return Choices(frozenset(kept.get("off", [])), turned)


def keep_choices(session: SessionBase, run: Run, choices: Choices) -> None:
    turned = {group: sorted(ids) for group, ids in (choices.turned or {}).items() if ids}
    session[_key(run)] = {"off": sorted(choices.groups_off), "turned": turned}


def forget_choices(session: SessionBase, run: Run) -> None:
    session.pop(_key(run), None)


def _key(run: Run) -> str:
    return f"choices_{run.id}"
