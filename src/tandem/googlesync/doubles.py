"""Contacts of one owner that came from one account and may be the same person, found when its first listing ends.

The first import goes page by page and compares nobody with anybody (docs/explanation/sync.md, read); this makes up
for it, with the rules of a first meeting. The term table names the few contacts that have anything in common.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from uuid import UUID

from django.db import connection

from contactsync.card import Card, Field
from contactsync.match import TOO_MANY, CreateNew, LinkTo, decide, keys
from contactsync.names import name_key
from contactsync.normalize import identity, values_of
from contactsync.records import Contact, Person
from tandem.contacts.models import Contact as ContactRow
from tandem.contacts.terms import term_of_key
from tandem.googlesync.models import Account
from tandem.googlesync.rows import contact_record

type Pairs = Sequence[tuple[str, str, str]]

#: Contacts read in one query.
CHUNK = 2000

# E-mail addresses and numbers that several contacts have, with how many, and two of these.
_VALUES = """
    SELECT term, count(*), (array_agg(contact_id))[1:2]
    FROM contacts_term
    WHERE owner_id = %s AND (term LIKE '%%@%%' OR term >= '0' AND term < ':')
    GROUP BY term HAVING count(*) > 1
"""
# Contacts with the same full name (only these terms have a space) and birthday, or digits of an address. Addresses
# that are the same have the same digits; whether those with the same digits are is seen when they are read.
_NAMES = """
    WITH named AS (
        SELECT term.term, contact.* FROM contacts_term term JOIN contacts_contact contact ON contact.id = contact_id
        WHERE term.owner_id = %(owner)s AND term.term LIKE '%% %%'
            AND (contact.birthday_day IS NOT NULL OR contact.addresses <> '[]')
    )
    SELECT array_agg(id) FROM named WHERE birthday_day IS NOT NULL
    GROUP BY term, birthday_year, birthday_month, birthday_day HAVING count(*) > 1
    UNION ALL
    SELECT array_agg(id)
    FROM named, LATERAL jsonb_array_elements(addresses) address
    GROUP BY term, regexp_replace((address - 'label')::text, '[^0-9]', '', 'g') HAVING count(DISTINCT id) > 1
"""
_NEVER = datetime.min.replace(tzinfo=UTC)


def doubles_of(account: Account) -> Pairs:
    """The pairs among the account's linked contacts, with the evidence, in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, [account.user_id])
        holders = {term: (count, ids) for term, count, ids in cursor.fetchall()}
        cursor.execute(_NAMES, {"owner": account.user_id})
        of_one_name = {contact_id for (ids,) in cursor.fetchall() for contact_id in ids}
    sharing = [(min(ids), max(ids)) for count, ids in holders.values() if count < TOO_MANY]
    contacts = _linked_contacts(account, of_one_name.union(*sharing))
    pairs = {*sharing, *_pairs_of_one_name({key: contacts[key] for key in of_one_name & contacts.keys()})}
    crowded = {term for term, (count, _) in holders.items() if count >= TOO_MANY}
    found = (
        _verdict(contacts[one], contacts[other], crowded)
        for one, other in sorted(pairs)
        if one in contacts and other in contacts
    )
    return [pair for pair in found if pair is not None]


def _linked_contacts(account: Account, ids: Iterable[UUID]) -> Mapping[UUID, Contact]:
    rows: dict[UUID, Contact] = {}
    for chunk in batched(sorted(ids), CHUNK, strict=False):
        found = ContactRow.objects.filter(
            owner_id=account.user_id, id__in=chunk, trashed_at=None, links__account=account, links__state="live"
        )
        rows.update((row.id, contact_record(row)) for row in found)
    return rows


def _pairs_of_one_name(contacts: Mapping[UUID, Contact]) -> Iterator[tuple[UUID, UUID]]:
    """The pairs that share a name and what makes it evidence, and share it with nobody else."""
    holders: dict[str, list[UUID]] = defaultdict(list)
    for contact_id, contact in contacts.items():
        for key in _name_keys(contact.card):
            holders[key].append(contact_id)
    for ids in holders.values():
        if 1 < len(ids) < TOO_MANY:
            yield min(ids), max(ids)


def _name_keys(card: Card) -> Iterator[str]:
    """A full name with each address, and with the birthday: only together are they evidence."""
    name, birthday = name_key(card.name), card.birthday
    if not name:
        return
    yield from dict.fromkeys(f"{name} {identity(address)}" for address in values_of(card, Field.ADDRESSES))
    if birthday is not None and birthday.is_date:
        yield f"{name} {birthday.year}-{birthday.month}-{birthday.day}"


def _verdict(one: Contact, other: Contact, crowded: set[str]) -> tuple[str, str, str] | None:
    """What the rules of a first meeting say of the two, were the first a person."""
    person = Person(one.id, "", "", _NEVER, one.card)
    shared = frozenset(
        key for key in keys(one.card) if not key.startswith("name:") and term_of_key(key) in crowded
    )  # fmt: skip
    match decide(person, [other], shared=shared):
        case LinkTo(reason=evidence) | CreateNew(possible_duplicates=((_, evidence),)):
            return one.id, other.id, evidence.value
        case _:
            return None
