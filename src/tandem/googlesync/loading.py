"""What a run reads from the database. Every query is scoped to one account, or to the contacts of its owner."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import batched
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from contactsync.card import BLANK, Card
from contactsync.match import keys as keys_of
from contactsync.ports import Candidates
from contactsync.records import Deferred as DeferredRecord
from contactsync.records import Known, LinkState, Listed, Pair
from tandem.contacts.models import Contact, Term
from tandem.contacts.terms import term_of_key
from tandem.googlesync.models import Account, Deferred, Link, Operation, OperationState, Side
from tandem.googlesync.rows import card_from_json, contact_record, deferred_record, doubtful_create, link_record
from tandem.googlesync.writer import held_among

#: Terms asked for in one query.
TERMS = 5000
#: A value that so many contacts share is no evidence (docs/explanation/sync.md, First meeting).
SHARED = 3
#: Persons an account holds at most (support.google.com/contacts/answer/148779).
GOOGLES_LIMIT = 25_000

_UNCHANGED = """
    SELECT link.source_id
    FROM unnest(%s::text[], %s::text[], %s::text[]) AS entry (source_id, etag, resource_name)
    JOIN googlesync_link link ON link.account_id = %s AND link.source_id = entry.source_id
        AND link.etag = entry.etag AND link.resource_name = entry.resource_name
    WHERE link.state IN ('live', 'tombstone', 'paused', 'severed') AND NOT link.hidden AND link.pending IS NULL
        AND NOT EXISTS (SELECT 1 FROM googlesync_deferred deferred
            WHERE deferred.account_id = link.account_id AND deferred.source_id = link.source_id)
"""
_ABSENT = """
    SELECT link.id FROM googlesync_link link
    WHERE link.account_id = %s AND link.state <> 'gone'
        AND NOT EXISTS (SELECT 1 FROM unnest(%s::text[]) AS seen (id) WHERE seen.id = link.source_id)
"""


def unchanged(account: Account, entries: Sequence[Listed]) -> frozenset[str]:
    """See `Repository.unchanged`: one query a page, and no contact's row."""
    listed = [entry for entry in entries if entry.source_id is not None and not entry.deleted]
    columns = (
        [entry.source_id for entry in listed],
        [entry.etag for entry in listed],
        [entry.resource_name for entry in listed],
    )
    with connection.cursor() as cursor:
        cursor.execute(_UNCHANGED, [*columns, account.id])
        return frozenset(row[0] for row in cursor.fetchall())


def pairs(account: Account, source_ids: Sequence[str], resource_names: Sequence[str]) -> list[Pair]:
    """See `Repository.pairs`."""
    wanted = Q(source_id__in=source_ids) | Q(resource_name__in=resource_names)
    return _pairs(account.links.filter(wanted))


def absent(account: Account, source_ids: Iterable[str]) -> list[Pair]:
    """See `Repository.absent`."""
    with connection.cursor() as cursor:
        cursor.execute(_ABSENT, [account.id, list(source_ids)])
        ids = [row[0] for row in cursor.fetchall()]
    return _pairs(account.links.filter(id__in=ids)) if ids else []


def due(account: Account, now: datetime) -> list[DeferredRecord]:
    """See `Repository.due`."""
    return [deferred_record(row) for row in account.deferred.filter(due_at__lte=now).order_by("due_at")]


def held(account: Account, source_ids: Sequence[str]) -> frozenset[str]:
    """See `Repository.held`."""
    return held_among(source_ids, account)


def live_links(account: Account) -> int:
    """See `Repository.live_links`."""
    return account.links.filter(state=LinkState.LIVE.value).count()


def changed_here(account: Account, limit: int, after: str) -> list[Pair]:
    """See `Repository.changed_here`. Where nothing is marked, no contact's row is read."""
    if not account.links.filter(state=LinkState.LIVE.value, changed_here=True).exists():
        return []
    later = Deferred.objects.filter(account=account, source_id=OuterRef("source_id"), due_at__gt=timezone.now())
    links = account.links.filter(
        ~Exists(later), state=LinkState.LIVE.value, changed_here=True, pending__isnull=True, contact__trashed_at=None
    )
    if after:
        links = links.filter(id__gt=UUID(after))
    return _pairs(links.order_by("id")[:limit])


def contacts(account: Account, contact_ids: Sequence[str]) -> list[Known]:
    """See `Repository.contacts`. What is no id of ours is nobody's."""
    ids = _uuids(contact_ids)
    rows = Contact.objects.filter(owner_id=account.user_id, id__in=ids).in_bulk()
    return _known(account, [rows[wanted] for wanted in dict.fromkeys(ids) if wanted in rows])


def candidates(account: Account, keys: frozenset[str]) -> Candidates:
    """See `Repository.candidates`."""
    terms = _terms_by_key(keys)
    ids: set[UUID] = set()
    crowded: set[str] = set()
    for chunk in batched(sorted(set(terms.values())), TERMS, strict=False):
        found = Term.objects.filter(owner_id=account.user_id, term__in=chunk, contact__trashed_at=None)
        ids.update(found.values_list("contact_id", flat=True))
        counted = found.values("term").annotate(holders=Count("contact_id")).filter(holders__gte=SHARED)
        crowded.update(counted.values_list("term", flat=True))
    known = _known(account, list(Contact.objects.filter(owner_id=account.user_id, id__in=ids).order_by("id")))
    suspects = frozenset(key for key, term in terms.items() if term in crowded and not key.startswith("name:"))
    return Candidates(known, _shared(suspects, known) if suspects else frozenset())


def _shared(suspects: frozenset[str], known: Sequence[Known]) -> frozenset[str]:
    """Those that are shared: a term may stand for several keys, such as one number's in two countries."""
    holders = Counter(key for item in known for key in keys_of(item.contact.card) & suspects)
    return frozenset(key for key, number in holders.items() if number >= SHARED)


def known_persons(account: Account, keys: frozenset[str]) -> list[Pair]:
    """See `Repository.known_persons`."""
    found: dict[str, Pair] = {}
    states = [LinkState.LIVE.value, LinkState.PAUSED.value, LinkState.TOMBSTONE.value]
    for chunk in batched(sorted(set(_terms_by_key(keys).values())), TERMS, strict=False):
        ids = Term.objects.filter(owner_id=account.user_id, term__in=chunk).values("contact_id")
        links = account.links.filter(contact_id__in=ids, state__in=states)
        found.update({pair.link.id: pair for pair in _pairs(links)})
    left = account.links.filter(left_keys__overlap=sorted(keys), state__in=states)
    found.update({pair.link.id: pair for pair in _pairs(left)})
    return list(found.values())


def room(account: Account) -> int:
    """See `Repository.room`."""
    held = account.links.exclude(state=LinkState.GONE.value).count()
    return max(0, GOOGLES_LIMIT - held)


def doubtful_creates(account: Account) -> QuerySet[Operation]:
    """The creates of an account whose answers were not recorded; what is too old to be kept is none any more."""
    return Operation.objects.filter(
        account=account, state=OperationState.SENT, side=Side.GOOGLE, action="create", contact_id__isnull=False,
        card__isnull=False,
    )  # fmt: skip


def sent_cards(account: Account, contact_ids: Sequence[str]) -> dict[str, tuple[Card, ...]]:
    """See `Repository.sent_cards`."""
    creates = Operation.objects.filter(
        account=account, side=Side.GOOGLE, action="create", card__isnull=False, contact_id__in=_uuids(contact_ids)
    ).order_by("id")
    cards: dict[str, tuple[Card, ...]] = {}
    for contact_id, card in creates.values_list("contact_id", "card"):
        cards[str(contact_id)] = (*cards.get(str(contact_id), ()), card_from_json(card) or BLANK)
    return cards


def _pairs(links: QuerySet[Link]) -> list[Pair]:
    return [
        Pair(link_record(link), contact_record(link.contact) if link.contact else None)
        for link in links.select_related("contact")
    ]


def _known(account: Account, rows: Sequence[Contact]) -> list[Known]:
    ids = [row.id for row in rows]
    links = {link.contact_id: link for link in account.links.filter(contact_id__in=ids)}
    doubts = {row.contact_id: row for row in doubtful_creates(account).filter(contact_id__in=ids).order_by("id")}
    return [
        Known(
            contact=contact_record(row),
            link=link_record(links[row.id]) if row.id in links else None,
            doubtful=doubtful_create(doubts[row.id]) if row.id in doubts else None,
        )
        for row in rows
    ]


def _terms_by_key(keys: frozenset[str]) -> Mapping[str, str]:
    return {key: term_of_key(key) for key in keys}


def _uuids(texts: Iterable[str]) -> list[UUID]:
    return [found for found in map(uuid_of, texts) if found is not None]


def uuid_of(text: str) -> UUID | None:
    """The id that the text is; None of any other, which is nobody's here."""
    try:
        return UUID(text)
    except ValueError:
        return None
