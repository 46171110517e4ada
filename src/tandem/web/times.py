"""Moments in words, relative to now."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LEAST_SHARE, LEAST_SECONDS = 0.03, 3  # of a run that must be behind it before what is left can be told
MINUTE, HOUR, DAY, MONTH, YEAR = 60, 3600, 86_400, 2_629_800, 31_557_600


def relative(moment: datetime, now: datetime) -> str:
    """'12 minutes ago', 'in 40 minutes', 'just now'; whole units, rounded down."""
    seconds = (now - moment).total_seconds()
    length = abs(seconds)
    if length < MINUTE / 2:
        return _("just now") if seconds >= 0 else _("in a moment")
    words = _length(length)
    return _("%(length)s ago") % {"length": words} if seconds > 0 else _("in %(length)s") % {"length": words}


def remaining(done: int, total: int, started_at: datetime | None, now: datetime) -> str:
    """'About 2 minutes left', going on as fast as up to now; empty as long as that says nothing."""
    if started_at is None or not LEAST_SHARE * total < done < total:
        return ""
    elapsed = (now - started_at).total_seconds()
    if elapsed < LEAST_SECONDS:
        return ""
    seconds = elapsed * (total - done) / done
    return _("About %(length)s left") % {"length": _length(max(seconds, 1))}


def _length(seconds: float) -> str:
    if seconds < MINUTE:
        return ngettext("%(n)d second", "%(n)d seconds", int(seconds)) % {"n": seconds}
    if seconds < HOUR:
        return ngettext("%(n)d minute", "%(n)d minutes", int(seconds // MINUTE)) % {"n": seconds // MINUTE}
    if seconds < DAY:
        return ngettext("%(n)d hour", "%(n)d hours", int(seconds // HOUR)) % {"n": seconds // HOUR}
    if seconds < MONTH:
        return ngettext("%(n)d day", "%(n)d days", int(seconds // DAY)) % {"n": seconds // DAY}
    if seconds < YEAR:
        return ngettext("%(n)d month", "%(n)d months", int(seconds // MONTH)) % {"n": seconds // MONTH}
    return ngettext("%(n)d year", "%(n)d years", int(seconds // YEAR)) % {"n": seconds // YEAR}
