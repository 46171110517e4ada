"""How times, people, statuses and states look on a page."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact, LeadType, Status
from tandem.contacts.shape import contact_json
from tandem.googlesync.models import Run
from tandem.web.changes import birthday_text
from tandem.web.said import said
from tandem.web.times import relative, remaining
from tandem.web.words import GOOGLE_STATES, called

register = template.Library()

HUES = 12


_FOCUSABLE = '<time datetime="{}" title="{}" tabindex="0">{}</time>'


@register.simple_tag
def ago(moment: datetime | None, none: str | None = None) -> SafeString | str:
    """A moment relative to now, the exact one on hover and on focus."""
    return _time(moment, none, _FOCUSABLE)


@register.simple_tag
def ago_in_row(moment: datetime | None, none: str | None = None) -> SafeString | str:
    """The same in a table, where the exact moment shows while anything of its row has the focus: no stop of its own."""
    return _time(moment, none, '<time datetime="{}" title="{}">{}</time>')


@register.simple_tag
def due(moment: datetime) -> SafeString | str:
    """When something is to be done; what is late is not said to be done."""
    words = _("due now") if moment <= timezone.now() else ""
    return _time(moment, None, _FOCUSABLE, words)


def _time(moment: datetime | None, none: str | None, element: str, words: str = "") -> SafeString | str:
    if moment is None:
        return _("never") if none is None else none
    local = timezone.localtime(moment)
    exact = formats.date_format(local, "j F Y, H:i:s T")
    return format_html(element, local.isoformat(), exact, words or relative(moment, timezone.now()))


@register.simple_tag
def time_left(run: Run) -> str:
    """How long a run goes on, where that can be told."""
    return remaining(run.progress_done, run.progress_total, run.started_at, timezone.now())


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; decoration, so the words beside it or the label say what it means."""
    source = f"{static('web/icons.svg')}#{name}"
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', source)


@register.simple_tag
def status_chip(status: str) -> SafeString:
    """A contact's status: its word, with its hue."""
    return format_html('<span class="chip chip--{}">{}</span>', status.replace("_", "-"), said(Status(status).label))


@register.simple_tag
def google_badge(state: str) -> SafeString:
    """Where a contact stands with Google, in words."""
    badge = GOOGLE_STATES[state]
    return format_html('<span class="badge badge--{}">{}</span>', badge.tone, badge.words)


@register.simple_tag
def avatar(contact: Contact, size: str = "small") -> SafeString:
    """Initials on a hue that is the contact's own."""
    hue = contact.id.int % HUES
    return format_html(
        '<span class="avatar avatar--{} hue-{}" aria-hidden="true">{}</span>', size, hue, _initials(contact)
    )


def _initials(contact: Contact) -> str:
    name = card_of(contact).name
    letters = [part.strip()[0] for part in (name.given, name.family) if part.strip()]
    return "".join(letters or called(contact)[:1]).upper()


@register.filter(name="said")
def said_filter(text: str) -> str:
    """What is stored in English, in the language of the page."""
    return said(text)


@register.filter(name="called")
def called_filter(contact: Contact) -> str:
    """What a contact is called on a page."""
    return called(contact)


@register.filter
def whole(column: str, contact: Contact) -> str:
    """What a cell of the list says in full, where a long text is cut short: `column|whole:contact`."""
    match column:
        case "email":
            return ", ".join(email["value"] for email in contact.emails)
        case "phone":
            return ", ".join(phone["value"] for phone in contact.phones)
        case "hashtags":
            return " ".join(f"#{hashtag}" for hashtag in contact.hashtags)
        case "company":
            return contact.company
        case "source":
            return contact.source
        case "lead_types":
            return ", ".join(map(lead_type_label, contact.lead_types))
        case _:
            return ""


@register.filter
def lead_type_label(lead_type: str) -> str:
    return said(LeadType(lead_type).label)


@register.filter
def birthday_line(contact: Contact) -> str:
    """A contact's birthday, with the year where it is known."""
    birthday = contact_json(contact)["birthday"]
    return birthday_text(birthday) if birthday else ""


@register.filter
def grouped(number: int) -> str:
    """12480 as '12,480'."""
    return f"{number:,}"


@register.filter
def of(key: object, values: Mapping[object, object]) -> object:
    """The value of a mapping for this key, or None: `contact.id|of:states`."""
    return values.get(key if isinstance(key, UUID) else str(key))
