"""What the Smart CRM list shows: which contacts, in which order, page by page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F, OrderBy, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim
from django.http import QueryDict

from tandem.contacts.models import Contact, Status
from tandem.contacts.querysets import found_by, in_use, with_hashtag

PAGE_SIZE = 50
SORTS = {"name": "Name", "-updated": "Last updated", "-created": "Newest", "status": "Status"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; unknown values of the address are passed over."""

    query: str = ""
    status: str = ""
    hashtag: str = ""
    sort: str = "name"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query.strip() or self.status or self.hashtag)

    @property
    def address(self) -> str:
        """These filters as a query string; empty for the whole list."""
        parts = {"q": self.query, "status": self.status, "hashtag": self.hashtag}
        parts |= {"sort": self.sort} if self.sort != "name" else {}
        return urlencode({name: value for name, value in parts.items() if value})


def filters_of(query: QueryDict) -> Filters:
    """The filters that an address, or a form, names."""
    status, sort = query.get("status", ""), query.get("sort", "")
    return Filters(
        query=query.get("q", "").strip(),
        status=status if status in Status.values else "",
        hashtag=query.get("hashtag", "").strip().removeprefix("#"),
        sort=sort if sort in SORTS else "name",
    )


def matching(owner_id: int, filters: Filters) -> QuerySet[Contact]:
    """The owner's contacts that the filters leave, not in the trash, in no order."""
    contacts = in_use(owner_id)
    if filters.status:
        contacts = contacts.filter(status=filters.status)
    if filters.hashtag:
        contacts = with_hashtag(contacts, owner_id, filters.hashtag)
    return found_by(contacts, owner_id, filters.query)


def ordered(contacts: QuerySet[Contact], sort: str) -> QuerySet[Contact]:
    """The contacts in the order of one of `SORTS`; equal ones by id."""
    match sort:
        case "-updated":
            return contacts.order_by("-updated_at", "-id")
        case "-created":
            return contacts.order_by("-id")
        case "status":
            return contacts.order_by("status", _by_name(), "id")
        case _:
            return contacts.order_by(_by_name(), "id")


def _by_name() -> OrderBy:
    """By what they are called; those without anything last."""
    text = TextField()
    name = Trim(Concat(F("given"), Value(" ", text), F("family"), output_field=text))
    email = KeyTextTransform("value", KeyTransform(0, "emails"))
    called = Coalesce(*(NullIf(each, Value("", text)) for each in (name, F("company"), email)), output_field=text)
    return Lower(called).asc(nulls_last=True)
