"""The country that an account's national numbers are read with, as its own address book shows it."""

from collections import Counter
from itertools import batched
from typing import Any

import phonenumbers
from django.db.models import Q
from phonenumbers import NumberParseException

from contactsync.card import BLANK
from tandem.contacts.cards import card_of
from tandem.contacts.models import Contact
from tandem.contacts.numbers import read_number, read_numbers_again
from tandem.googlesync.leaving import left_keys
from tandem.googlesync.models import Account, Link
from tandem.googlesync.rows import card_from_json
from tandem.googlesync.storing import SOURCE
from tandem.updating import update_each

#: Contacts that are looked at: enough to tell, few enough to cost nothing.
SAMPLE = 1000
_AT_ONCE = 1000


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


def read_region_again(account: Account, *, after: str, before: str | None = None) -> None:
    """Read the numbers of the owner's contacts with another region, and those of the account's bases.

    Else a person whom a base tells of would not be known by a number that a contact has.
    """
    before = account.region if before is None else before
    read_numbers_again(owner_id=account.user_id, before=before, after=after)
    if before == after:
        return
    known = account.links.filter(Q(remote_base__isnull=False) | Q(pending__isnull=False)).order_by("id")
    for chunk in batched(list(known.values_list("id", flat=True)), _AT_ONCE, strict=False):
        rows = [
            row
            for link in Link.objects.filter(id__in=chunk).select_related("contact")
            if (row := _read_link(link, before, after)) is not None
        ]
        update_each(Link, rows)


def _read_link(link: Link, before: str, after: str) -> dict[str, Any] | None:
    """The link's columns as they are read now; None where nothing moves."""
    was = {"local_base": link.local_base, "remote_base": link.remote_base, "pending": link.pending}
    pending = {name: _read_card(value, before, after) for name, value in (link.pending or {}).items()}
    columns: dict[str, Any] = {
        "local_base": _read_card(link.local_base, before, after),
        "remote_base": _read_card(link.remote_base, before, after),
        "pending": None if link.pending is None else pending,
    }
    if columns == was:
        return None
    left = link.left_keys
    if left is not None:
        here = card_of(link.contact) if link.contact is not None else BLANK
        left = left_keys(card_from_json(columns["remote_base"]) or BLANK, here)
    return {"id": link.id, **columns, "left_keys": left}


def _read_card(stored: Any, before: str, after: str) -> Any:
    """A stored Card with its numbers' new keys; any other value as it is."""
    if not isinstance(stored, dict) or not stored.get("phones"):
        return stored
    return {**stored, "phones": [read_number(phone, before, after) for phone in stored["phones"]]}


def _region_of(key: str) -> str | None:
    """The country of a number in E.164; None of any other key."""
    if not key.startswith("+"):
        return None
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(key.partition(";")[0]))
    except NumberParseException:
        return None
