"""The list page by page: by key, so that the last page costs what the first does, and counted no further than asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Lower

from tandem.contacts.models import Contact
from tandem.contacts.ordering import sort_name
from tandem.web.listing import MOST_COUNTED, PAGE_SIZE

type Key = F | Lower


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, or that there are more than were counted."""

    number: int
    is_more: bool

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.is_more else ''}"


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some contacts of the list in order, and whether there are others before and after them."""

    contacts: Sequence[Contact]
    has_previous: bool
    has_next: bool

    @property
    def first(self) -> UUID | None:
        return self.contacts[0].id if self.contacts else None

    @property
    def last(self) -> UUID | None:
        return self.contacts[-1].id if self.contacts else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins or ends: behind a contact, or before one. Neither is the first page."""

    after: UUID | None = None
    before: UUID | None = None


def count_of(contacts: QuerySet[Contact]) -> Count:
    """How many contacts, counted to `MOST_COUNTED`."""
    number = contacts.order_by()[: MOST_COUNTED + 1].count()
    return Count(min(number, MOST_COUNTED), number > MOST_COUNTED)


def page_at(contacts: QuerySet[Contact], sort: str, place: Place, owned: QuerySet[Contact]) -> ListPage:
    """The page of these contacts at a place.

    `owned` are all contacts of the owner: the one that the place names counts even where the list no longer has it.
    """
    keys = _keys(sort)
    is_back = place.before is not None
    is_descending = sort.startswith("-")
    edge = _edge(owned, keys, place.before or place.after)
    if edge is not None:
        behind = TupleLessThan if is_descending != is_back else TupleGreaterThan
        contacts = contacts.filter(behind(Tuple(*keys), edge))
    found = list(_ordered(contacts, keys, is_descending=is_descending != is_back)[: PAGE_SIZE + 1])
    has_more = len(found) > PAGE_SIZE
    shown = found[:PAGE_SIZE]
    if is_back and edge is not None:
        return ListPage(shown[::-1], has_previous=has_more, has_next=True)
    return ListPage(shown, has_previous=edge is not None, has_next=has_more)


def _keys(sort: str) -> list[Key]:
    """What the order compares, the last of them unique."""
    match sort.removeprefix("-"):
        case "status":
            return [F("status"), sort_name(), F("id")]
        case "updated":
            return [F("updated_at"), F("id")]
        case "created":
            return [F("id")]
        case _:
            return [sort_name(), F("id")]


def _edge(owned: QuerySet[Contact], keys: Sequence[Key], contact_id: UUID | None) -> tuple[Any, ...] | None:
    """The values of the contact that a place names; None for the first page."""
    if contact_id is None:
        return None
    return owned.filter(id=contact_id).values_list(*keys).first()


def _ordered(contacts: QuerySet[Contact], keys: Sequence[Key], *, is_descending: bool) -> QuerySet[Contact]:
    return contacts.order_by(*(key.desc() if is_descending else key.asc() for key in keys))
