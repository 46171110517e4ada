"""The same people everywhere: Alice owns, Bob is on the team, Charlie is a stranger."""

from itertools import count
from typing import Any
from uuid import UUID

from django.utils import timezone

from tandem.contacts.models import Actor, Contact
from tandem.contacts.services import create_contact
from tandem.users.models import User

_numbers = count(1)

ADA: dict[str, Any] = {
    "name": {"given": "Ada", "family": "Lovelace"},
    "emails": [{"value": "ada@example.org", "label": "home"}],
    "phones": [{"value": "(415) 555-2671", "label": "mobile"}],
    "addresses": [{"street": "12 St James's Sq", "city": "London", "country_code": "GB", "label": "home"}],
    "birthday": {"year": None, "month": 12, "day": 10},
    "hashtags": ["openhouse"],
    "notes": "Met at the open house.",
}


def make_user(name: str = "alice", password: str | None = None) -> User:
    """A user of that name, new each time."""
    return User.objects.create_user(f"{name}-{next(_numbers)}@example.test", password)


def make_contact(owner: User, **values: Any) -> Contact:
    """A contact of `owner`, with values in the API's shape; Ada Lovelace where none are given."""
    return create_contact(owner_id=owner.pk, values=values or ADA, actor=Actor.PERSON, duplicate_allowed=True)


def make_many(owner: User, number: int) -> list[UUID]:
    """So many contacts of `owner`, in one statement and without the terms that find them."""
    now = timezone.now()
    rows = (
        Contact(owner=owner, given=f"Ada{each}", hashtags=["vip"], created_at=now, updated_at=now)
        for each in range(number)
    )
    return [contact.id for contact in Contact.objects.bulk_create(rows)]
