"""The country that an account's national numbers are read with, as its own address book shows it."""

from collections import Counter

import phonenumbers
from phonenumbers import NumberParseException

from tandem.contacts.models import Contact
from tandem.googlesync.models import Account
from tandem.googlesync.storing import SOURCE

#: Contacts that are looked at: enough to tell, few enough to cost nothing.
SAMPLE = 1000


def region_of_owner(owner_id: int) -> str | None:
    """The region of the account that the owner connected last; a disconnect does not change how numbers are read."""
    accounts = Account.objects.filter(user_id=owner_id).order_by("-connected_at")
    return accounts.values_list("region", flat=True).first()


def commonest_region(account: Account) -> str:
    """The commonest country among the numbers that came from Google; the account's own where there are none."""
    imported = Contact.objects.filter(owner_id=account.user_id, source=SOURCE).exclude(phones=[])
    keys = (phone["key"] for phones in imported.values_list("phones", flat=True)[:SAMPLE] for phone in phones)
    regions = Counter(region for key in keys if (region := _region_of(key)))
    return regions.most_common(1)[0][0] if regions else account.region


def _region_of(key: str) -> str | None:
    """The country of a number in E.164; None of any other key."""
    if not key.startswith("+"):
        return None
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(key.partition(";")[0]))
    except NumberParseException:
        return None
