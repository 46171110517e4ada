"""Contacts of one owner that came from one account and may be the same person, found when its first listing ends.

The first import goes page by page and compares nobody with anybody (docs/explanation/sync.md, read); this makes up
for it, with the rules of a first meeting. The term table names the few contacts that have anything in common.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched, combinations
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

# E-mail addresses, numbers, and full names (only these have a space) that several contacts have.
_COMMON = """
    SELECT term.term, array_agg(term.contact_id)
    FROM contacts_term term
    JOIN contacts_contact contact ON contact.id = term.contact_id
    WHERE term.owner_id = %(owner)s AND contact.trashed_at IS NULL
        AND (term.term LIKE '%%_@_%%' OR term.term ~ '^[0-9]+$'
            OR term.term LIKE '%% %%' AND (contact.birthday_day IS NOT NULL OR contact.addresses <> '[]'))
    GROUP BY term.term HAVING count(*) > 1
"""
_LINKED = "SELECT contact_id FROM googlesync_link WHERE account_id = %s AND state = 'live'"
_NEVER = datetime.min.replace(tzinfo=UTC)


def doubles_of(account: Account) -> Pairs:
    """The pairs among the account's linked contacts, with the evidence, in the order of their ids."""
    holders = _holders(account)
    evident = [ids for term, ids in holders.items() if " " in term or len(ids) < TOO_MANY]
    contacts = _linked_contacts(account, {contact_id for ids in evident for contact_id in ids})
    if not contacts:
        return ()
    crowded = {term for term, ids in holders.items() if len(ids) >= TOO_MANY}
    found = (_verdict(contacts[one], contacts[other], crowded) for one, other in sorted(_pairs(holders, contacts)))
    return [pair for pair in found if pair is not None]


def _holders(account: Account) -> Mapping[str, list[UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(_COMMON, {"owner": account.user_id})
        return dict(cursor.fetchall())


def _linked_contacts(account: Account, ids: Iterable[UUID]) -> Mapping[UUID, Contact]:
    with connection.cursor() as cursor:
        cursor.execute(_LINKED, [account.id])
        linked = {row[0] for row in cursor.fetchall()}
    rows: dict[UUID, Contact] = {}
    for chunk in batched(sorted(linked.intersection(ids)), CHUNK, strict=False):
        found = ContactRow.objects.filter(owner_id=account.user_id, id__in=chunk)
        rows.update((row.id, contact_record(row)) for row in found)
    return rows


def _pairs(holders: Mapping[str, Sequence[UUID]], contacts: Mapping[UUID, Contact]) -> set[tuple[UUID, UUID]]:
    """The pairs that share a value which is evidence: one that only the two hold."""
    groups: dict[str, list[UUID]] = {term: list(ids) for term, ids in holders.items() if " " not in term}
    named: dict[str, list[UUID]] = defaultdict(list)
    for contact_id, contact in contacts.items():
        for key in _name_keys(contact.card):
            named[key].append(contact_id)
    small = (ids for ids in [*groups.values(), *named.values()] if len(ids) < TOO_MANY)
    return {
        (min(pair), max(pair)) for ids in small for pair in combinations(ids, 2) if contacts.keys() >= frozenset(pair)
    }


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
