"""What the Smart CRM list is narrowed to and in which order it stands: one value, read from an address and back."""

from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict

from contactsync.records import LinkState
from tandem.contacts.models import Contact, LeadType, Status
from tandem.contacts.querysets import found_by, in_trash, in_use, listed_with_hashtag
from tandem.googlesync.models import AccountState, Link

PAGE_SIZE = 50
MOST_COUNTED = 1000
DEFAULT_SORT = "name"


class Column(StrEnum):
    """What the list can show beside the name."""

    STATUS = "status"
    EMAIL = "email"
    PHONE = "phone"
    HASHTAGS = "hashtags"
    GOOGLE = "google"
    UPDATED = "updated"
    COMPANY = "company"
    LEAD_TYPES = "lead_types"
    SOURCE = "source"
    BIRTHDAY = "birthday"
    CREATED = "created"


#: What a user sees who has not chosen.
USUAL_COLUMNS = (Column.STATUS, Column.EMAIL, Column.PHONE, Column.HASHTAGS, Column.GOOGLE, Column.UPDATED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; unknown values of the address are passed over.

    `google` is 'in' or 'out', `birthday` 'month' for the current one, `where` 'trash' for the contacts in the
    trash. `columns` are those of a saved view; without any the user's own count.
    """

    q: str = ""
    status: str = ""
    lead_type: str = ""
    hashtag: str = ""
    source: str = ""
    google: str = ""
    birthday: str = ""
    where: str = ""
    sort: str = DEFAULT_SORT
    columns: tuple[Column, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out, other than the trash."""
        return bool(self.q or self.is_filtered)

    @property
    def is_filtered(self) -> bool:
        """Whether something other than the search narrows the list."""
        return self != Filters(q=self.q, sort=self.sort, columns=self.columns)

    @property
    def more(self) -> int:
        """How many of the filters are set that stand behind 'More filters'."""
        return sum(map(bool, (self.source, self.google, self.birthday, self.where)))

    @property
    def is_trash(self) -> bool:
        return self.where == "trash"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What differs from the whole list in its usual order, by the names of the address."""
        usual = Filters()
        values = [(each.name, getattr(self, each.name)) for each in fields(self) if each.name != "columns"]
        said = [(name, value) for name, value in values if value != getattr(usual, name)]
        return said + ([("columns", ",".join(self.columns))] if self.columns else [])

    @property
    def address(self) -> str:
        """These filters as a query string; empty for the whole list."""
        return urlencode(self.pairs)

    def sorted_by(self, sort: str) -> str:
        """The address of the same list in another order."""
        return replace(self, sort=sort).address


def filters_of(query: QueryDict) -> Filters:
    """The filters that an address, or a form, names."""
    return Filters(
        q=query.get("q", "").strip(),
        status=_known(query, "status", Status.values),
        lead_type=_known(query, "lead_type", LeadType.values),
        hashtag=query.get("hashtag", "").strip().removeprefix("#"),
        source=query.get("source", "").strip(),
        google=_known(query, "google", ["in", "out"]),
        birthday=_known(query, "birthday", ["month"]),
        where=_known(query, "where", ["trash"]),
        sort=_known(query, "sort", SORTS) or DEFAULT_SORT,
        columns=columns_of(query.get("columns", "").split(",")),
    )


#: The columns that the list can be sorted by; a leading '-' turns the order around.
SORTS = [turn + name for name in ("name", "status", "updated", "created") for turn in ("", "-")]


def columns_of(names: list[str]) -> tuple[Column, ...]:
    """The columns among these names, each once, in the order of the table."""
    return tuple(column for column in Column if column in names)


def _known(query: QueryDict, name: str, values: list[str]) -> str:
    value = query.get(name, "")
    return value if value in values else ""


def matching(owner_id: int, filters: Filters, today: date) -> QuerySet[Contact]:
    """The owner's contacts that the filters leave, in no order."""
    return found_by(narrowed(owner_id, filters, today), owner_id, filters.q)


def narrowed(owner_id: int, filters: Filters, today: date) -> QuerySet[Contact]:
    """The same without the search."""
    contacts = in_trash(owner_id) if filters.is_trash else in_use(owner_id)
    if filters.status:
        contacts = contacts.filter(status=filters.status)
    if filters.lead_type:
        # The index holds only contacts that have one: PostgreSQL takes it when told so.
        contacts = contacts.filter(lead_types__contains=[filters.lead_type]).exclude(lead_types=[])
    if filters.hashtag:
        contacts = listed_with_hashtag(contacts, owner_id, filters.hashtag, few=MOST_COUNTED)
    if filters.source:
        contacts = contacts.filter(source=filters.source)
    if filters.birthday:
        contacts = contacts.filter(birthday_month=today.month)
    return _by_google(contacts, owner_id, filters.google)


def _by_google(contacts: QuerySet[Contact], owner_id: int, where: str) -> QuerySet[Contact]:
    if not where:
        return contacts
    live = Link.objects.filter(account__user_id=owner_id, contact_id=OuterRef("pk"), state=LinkState.LIVE.value)
    connected = Exists(live.exclude(account__state=AccountState.DISCONNECTED))
    return contacts.filter(connected if where == "in" else ~connected)


def sources_of(owner_id: int) -> list[str]:
    """The sources that the owner's contacts have, at most `MOST_SOURCES`: one step of the index for each."""
    contacts = in_use(owner_id).order_by("source").values_list("source", flat=True)
    sources: list[str] = []
    last: str | None = ""
    while len(sources) < MOST_SOURCES and (last := contacts.filter(source__gt=last).first()) is not None:
        sources.append(last)
    return sources


MOST_SOURCES = 20
