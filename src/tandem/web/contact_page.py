"""All that a contact's page shows: facts, standing with Google and what can be done about it, timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from tandem.contacts.models import Contact, LeadType, Status
from tandem.googlesync.models import Conflict, ConflictKind
from tandem.googlesync.reading import google_states
from tandem.users.models import User
from tandem.web.conflicts import row_of
from tandem.web.contact_form import blank_form
from tandem.web.facts import Editing, facts_of
from tandem.web.retention import kept_until
from tandem.web.said import said_choices
from tandem.web.timeline import timeline

LABELS = ("home", "work", "mobile", "main", "other")
MOST_EVENTS = 3


@dataclass(frozen=True, slots=True)
class LinkAction:
    """What can be done with a contact's link: its words in the menu, and beside 'Why?' in short."""

    name: str
    words: Any
    short: Any
    icon: str


_PAUSE = LinkAction("pause", _("Pause syncing"), _("Pause"), "pause")
_RESUME = LinkAction("resume", _("Resume syncing"), _("Resume"), "play")
_UNLINK = LinkAction("unlink", _("Unlink from Google"), _("Unlink"), "unlink")
_LINK_AGAIN = LinkAction("link_again", _("Link again"), _("Link again with this person"), "link")
_ACTIONS: Mapping[str, Sequence[LinkAction]] = {
    **dict.fromkeys(("linked", "waiting", "hidden", "conflict", "held"), (_PAUSE, _UNLINK)),
    "paused": (_RESUME, _UNLINK),
    "severed": (_LINK_AGAIN,),
}


def page_of(user: User, contact: Contact, editing: Editing | None = None, saved: str = "") -> dict[str, Any]:
    """The context of the page, with a field open as a form, or just saved."""
    states = google_states(user, [contact.id])[contact.id]
    google = states[0] if states else None
    entries = timeline(user, contact)
    return {
        **form_choices(),
        "contact": contact,
        "facts": facts_of(contact, editing, saved),
        "google": google,
        "link_actions": _ACTIONS.get(google.state, ()) if google else (),
        "conflicts": [row_of(each) for each in open_conflicts(user, contact)],
        "events": [entry for entry in entries if entry.is_about_google][:MOST_EVENTS],
        "timeline": entries,
        "kept_until": kept_until(contact),
    }


def form_choices() -> dict[str, Any]:
    """What the inputs of a contact's form let one choose from, and their blank rows."""
    return {
        "statuses": said_choices(Status.choices),
        "lead_types": said_choices(LeadType.choices),
        "labels": LABELS,
        "months": [(str(month), name) for month, name in MONTHS.items()],
        "blank_rows": blank_form().blank_rows,
    }


def open_conflicts(user: User, contact: Contact) -> QuerySet[Conflict]:
    """What of the contact waits for the user's choice, or differs since the two were linked."""
    kinds = [ConflictKind.OPEN, ConflictKind.DIFFERENCE]
    rows = Conflict.objects.filter(account__user=user, contact=contact, kind__in=kinds, closed_at=None)
    return rows.select_related("contact").order_by("id")
