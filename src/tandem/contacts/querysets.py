"""Reading contacts: always one owner's, so that nobody can forget whose they are."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from contactsync.card import Card
from contactsync.normalize import fold
from tandem.contacts.models import Contact, Term
from tandem.contacts.terms import email_term, hashtag_term, prefixes_of


def contacts_of(owner_id: int) -> QuerySet[Contact]:
    """All contacts of an owner, those in the trash included."""
    return Contact.objects.filter(owner_id=owner_id)


def in_use(owner_id: int) -> QuerySet[Contact]:
    """The owner's contacts that are not in the trash."""
    return contacts_of(owner_id).filter(trashed_at=None)


def in_trash(owner_id: int) -> QuerySet[Contact]:
    """The owner's contacts that are in the trash."""
    return contacts_of(owner_id).filter(trashed_at__isnull=False)


def found_by(contacts: QuerySet[Contact], owner_id: int, query: str) -> QuerySet[Contact]:
    """Those of the owner's contacts that have, for each word of the query, a term that begins with it.

    A query that holds only blanks asks for nothing in particular; one that says too little finds nothing.
    """
    if not query.strip():
        return contacts
    prefixes = prefixes_of(query)
    if not prefixes:
        return contacts.none()
    for alternatives in prefixes:
        contacts = contacts.filter(id__in=_beginning(owner_id, alternatives))
    return contacts


def ids_found_by(owner_id: int, query: str, *, most: int) -> list[UUID]:
    """At most so many of the owner's contacts that the query finds, those in the trash included.

    Read from the terms alone, so a search that finds too much costs no more than one that finds `most`.
    """
    prefixes = prefixes_of(query)
    if not prefixes:
        return []
    # The longest word is likely to leave the fewest.
    first, *others = sorted(prefixes, key=lambda alternatives: min(map(len, alternatives)), reverse=True)
    found = _beginning(owner_id, first)
    for alternatives in others:
        found = found.filter(contact_id__in=_beginning(owner_id, alternatives))
    return list(found.distinct()[:most])


def _beginning(owner_id: int, alternatives: Iterable[str]) -> QuerySet[Term, UUID]:
    begins = reduce(or_, (Q(term__startswith=prefix) for prefix in alternatives))
    return Term.objects.filter(begins, owner_id=owner_id).values_list("contact_id", flat=True)


def with_hashtag(contacts: QuerySet[Contact], owner_id: int, hashtag: str) -> QuerySet[Contact]:
    """Those of the owner's contacts that carry the hashtag."""
    return contacts.filter(id__in=_having(owner_id, [hashtag_term(hashtag.removeprefix("#"))]))


def listed_with_hashtag(contacts: QuerySet[Contact], owner_id: int, hashtag: str, *, few: int) -> QuerySet[Contact]:
    """The same for a page of a list. Where more than a few carry it, PostgreSQL finds them going through the order."""
    ids = list(_having(owner_id, [hashtag_term(hashtag)])[: few + 1])
    return contacts.filter(id__in=ids) if len(ids) <= few else contacts.filter(hashtags__contains=[fold(hashtag)])


def with_email_of(owner_id: int, card: Card) -> UUID | None:
    """The oldest contact in use that has an e-mail address of the Card, or None."""
    terms = [email_term(email.value) for email in card.emails]
    if not terms:
        return None
    found = in_use(owner_id).filter(id__in=_having(owner_id, terms)).order_by("id")
    return found.values_list("id", flat=True).first()


def _having(owner_id: int, terms: Iterable[str]) -> QuerySet[Term, UUID]:
    return Term.objects.filter(owner_id=owner_id, term__in=list(terms)).values_list("contact_id", flat=True)
