"""Writes that Google has refused for long: the contact says so, in Google's words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from contactsync.records import Reason
from tandem.googlesync.models import Deferred, Link

#: So long a refusal is tried again without a word.
PATIENCE = timedelta(days=1)


def long_refused(links: QuerySet[Link], now: datetime) -> Mapping[UUID, str]:
    """What to say of those of these links whose writes Google has refused for a day or more, by their ids."""
    found = {(link.account_id, link.source_id): link.id for link in links}
    items = Deferred.objects.filter(
        account_id__in={account_id for account_id, _source in found},
        source_id__in={source_id for _account, source_id in found},
        reason=Reason.REFUSED.value,
        since__lte=now - PATIENCE,
    ).exclude(detail="")
    return {
        found[item.account_id, item.source_id]: _sentence(item)
        for item in items
        if (item.account_id, item.source_id) in found
    }


def _sentence(item: Deferred) -> str:
    day = formats.date_format(timezone.localtime(item.since), "j F Y")
    return _("Google has refused its last change since %(day)s, and is asked again. It says: %(words)s") % {
        "day": day,
        "words": _(item.detail),  # some of them are Tandem's own for what Google says in a constant
    }
