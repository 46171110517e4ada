"""A mail to whoever's account has not been in step for a day (B7): once an outage, and without anybody's data."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tandem import mailing
from tandem.googlesync.models import Account, AccountState, Run, RunKind, RunState

LASTED = timedelta(days=1)


def tell_owners() -> int:
    """Tell the owner of each account whose runs have failed for a day; how many mails the server took.

    A mail that it did not take is tried again the next time.
    """
    if not mailing.is_set_up():
        return 0
    now = timezone.now()
    return sum(_tell(account, now) for account in _untold(now).select_related("user"))


def _untold(now: datetime) -> QuerySet[Account]:
    """Accounts that are to be in step and whose outage, from its first failed run on, has lasted and was not told."""
    since = Greatest(Coalesce("last_success_at", "connected_at"), "connected_at")
    failed = Run.objects.filter(
        account=OuterRef("pk"),
        kind=RunKind.SYNC,
        state=RunState.FAILED,
        created_at__gt=OuterRef("since"),
        created_at__lte=now - LASTED,
    )
    wanted = Account.objects.filter(contact_sync=True, user__is_active=True).exclude(state=AccountState.DISCONNECTED)
    lasting = wanted.annotate(since=since).filter(Exists(failed))
    return lasting.filter(Q(outage_told_at=None) | Q(outage_told_at__lte=F("since")))


def _tell(account: Account, now: datetime) -> bool:
    """Whoever writes the moment first sends the mail; it is taken back where the server takes no mail."""
    before = account.outage_told_at
    mine = Account.objects.filter(id=account.id, outage_told_at=before).update(outage_told_at=now)
    if not mine:
        return False
    if mailing.send(_message(account)):
        return True
    Account.objects.filter(id=account.id, outage_told_at=now).update(outage_told_at=before)
    return False


def _message(account: Account) -> EmailMessage:
    """What happened, what was kept safe, what to do."""
    last = account.last_success_at
    since = formats.date_format(timezone.localtime(last), "j F Y, H:i T") if last else _("the first download")
    lines = [
        _("Your contacts and Google Contacts have not been brought into step since %(since)s.") % {"since": since},
        account.error_detail,
        _("Nothing was lost: what you change meanwhile is carried over once it works again."),
        account.error_mend,
        f"{settings.BASE_URL}/google/settings",
    ]
    subject = _("Tandem: your contacts have been out of step with Google for a day")
    return EmailMessage(subject, "\n\n".join(filter(None, lines)) + "\n", to=[account.user.email])
