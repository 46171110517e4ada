"""What 'More Actions' offers for several contacts: each is a run that can be undone."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.contacts.errors import Invalid
from tandem.contacts.models import Status
from tandem.googlesync.bulk_runs import run_bulk
from tandem.googlesync.deeds import Deed, DeedName
from tandem.googlesync.models import Run, Trigger
from tandem.users.models import User
from tandem.web.said import said


class BulkAction(StrEnum):
    SYNC = "sync"
    EXPORT = "export"
    STATUS = "status"
    HASHTAG = "hashtag"
    REMOVE_HASHTAG = "remove_hashtag"
    TRASH = "trash"
    RESTORE = "restore"


class Unclear(Exception):
    """The form does not say what to do; the text is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for: 'status:client' is the action with its detail; hashtags are typed in a field."""

    action: BulkAction
    detail: str = ""

    @property
    def status(self) -> Status:
        if self.detail not in Status:
            raise Unclear(_("Choose a status."))
        return Status(self.detail)

    @property
    def hashtags(self) -> list[str]:
        hashtags = _words_of(self.detail)
        if not any(hashtags):
            raise Unclear(_("Type a hashtag."))
        return hashtags


def _words_of(typed: str) -> list[str]:
    return [word.removeprefix("#") for word in typed.replace(",", " ").split()]


def asked_of(posted: QueryDict) -> Asked:
    """What the form asks for. Raises `Unclear`."""
    name, _sign, detail = posted.get("action", "").partition(":")
    if name not in BulkAction:
        raise Unclear(_("Choose what to do from More Actions."))
    return Asked(BulkAction(name), detail or posted.get("new_hashtag", ""))


def perform(user: User, asked: Asked, chosen: Collection[UUID]) -> Run:
    """Do it to the chosen contacts, or have a worker do it. Raises `Unclear`, and then nothing was begun."""
    try:
        return run_bulk(user=user, contact_ids=chosen, deed=_deed(asked), trigger=Trigger.PERSON)
    except Invalid as invalid:
        raise Unclear(said(invalid.errors[0].detail)) from invalid


def _deed(asked: Asked) -> Deed:
    match asked.action:
        case BulkAction.STATUS:
            return Deed(DeedName.STATUS, (asked.status.value,))
        case BulkAction.HASHTAG:
            return Deed(DeedName.ADD_HASHTAGS, tuple(asked.hashtags))
        case BulkAction.REMOVE_HASHTAG:
            return Deed(DeedName.REMOVE_HASHTAGS, tuple(asked.hashtags))
        case BulkAction.TRASH:
            return Deed(DeedName.TRASH)
        case BulkAction.RESTORE:
            return Deed(DeedName.RESTORE)
        case _:
            raise Unclear(_("Choose what to do from More Actions."))


def told(asked: Asked, run: Run) -> str:
    """What a run that is done did, in a sentence that says to how many."""
    number = run.progress_total
    if not number:
        return _("Nothing was changed: all of them were so already.")
    match asked.action:
        case BulkAction.STATUS:
            text = ngettext("%(n)s contact is now %(status)s.", "%(n)s contacts are now %(status)s.", number)
            return text % {"n": f"{number:,}", "status": said(asked.status.label)}
        case BulkAction.HASHTAG:
            text = ngettext("%(n)s contact got %(hashtags)s.", "%(n)s contacts got %(hashtags)s.", number)
        case BulkAction.REMOVE_HASHTAG:
            text = ngettext("%(n)s contact lost %(hashtags)s.", "%(n)s contacts lost %(hashtags)s.", number)
        case BulkAction.TRASH:
            text = ngettext("%(n)s contact is in the trash.", "%(n)s contacts are in the trash.", number)
            text += " " + _("Nothing was deleted in Google. You can restore from the trash for 90 days.")
        case _:
            text = ngettext("%(n)s contact is back.", "%(n)s contacts are back.", number)
    # What was typed with a blank in it is several hashtags: their signs say so.
    hashtags = " ".join(f"#{each}" for each in _words_of(asked.detail))
    return text % {"n": f"{number:,}", "hashtags": hashtags}
