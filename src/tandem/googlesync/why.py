"""Why a contact is in Google, or not: one sentence for each of its states."""

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tandem.googlesync.models import Link


def why_not_linked() -> str:
    """Of a contact without a link."""
    return _("It was never in Google: a contact made here goes there only when you push it.")


def why(link: Link, state: str) -> str:
    """Of a contact whose link stands in that state (a word of `google[].state`)."""
    match state:
        case "held":
            return _("Its last change is held back, because very much would change at once: it waits for your answer.")
        case "conflict":
            return _("Both sides changed the same field: each keeps its own value until you choose.")
        case "waiting":
            return _waiting(link)
        case "hidden":
            return _("In Google it was moved out of the contacts, and stays linked all the same.")
        case "paused":
            return _("You paused it: both sides stay as they are until you resume or push it.")
        case "severed":
            return _("It is unlinked: it stays here and in Google, each on its own, until you link it again.")
        case "tombstone" if link.why.startswith("merged here"):
            return _("It was merged here: in Google the two stand apart still, until you merge them there, too.")
        case "tombstone":
            return _("You deleted it here: in Google it lives on, and does not come back by itself.")
        case "gone":
            return _("It was deleted in Google on %(day)s: it comes back there only when you push it.") % {
                "day": _day(link.synced_at)
            }
        case _:
            return _("Linked on %(day)s (%(how)s): every run carries changes both ways.") % {
                "how": _how(link),
                "day": _day(link.linked_at),
            }


def _how(link: Link) -> str:
    """In the words that are stored, which stand in the catalogues, too (`tandem.web.sentences`)."""
    how = link.why.removeprefix("linked: ")
    return _(how) if how else _("by a sync")


def _waiting(link: Link) -> str:
    if link.pending is not None:
        return _("A change was sent to Google, whose answer is still to come.")
    if link.changed_here:
        return _("It was changed here: the change goes to Google with the next run, or at once when you push it.")
    return _("The last run could not finish it: the next one reads it again.")


def _day(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "j F Y")
