"""Signed-in browsers without a browser: Alice's and Charlie's."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tandem.contacts.models import Contact
from tandem.googlesync.models import Account, Link
from tandem.users.models import User
from tests.factories import make_user
from tests.integration.googlesync.conftest import server, world

__all__ = ["PASSWORD", "Visitor", "account", "alice", "charlie", "link", "server", "world"]

PASSWORD = "a long enough phrase"


class Visitor(Client):
    """A user in front of the pages, with CSRF checks off as in Django's own client."""

    def __init__(self, user: User) -> None:
        super().__init__()
        self.user = user
        self.force_login(user)

    def text(self, path: str, **query: Any) -> str:
        """The page at this path, which must be there."""
        response = self.get(path, query)
        assert response.status_code == 200, response
        return response.content.decode()


@pytest.fixture
def alice(db: None) -> Visitor:
    return Visitor(make_user("alice", PASSWORD))


@pytest.fixture
def charlie(db: None) -> Visitor:
    return Visitor(make_user("charlie", PASSWORD))


@pytest.fixture
def account(alice: Visitor) -> Account:
    """Alice's Google account, with contact sync on and one run behind it."""
    now = timezone.now()
    return Account.objects.create(
        user=alice.user,
        sub=f"sub-{alice.user.pk}",
        email="alice@gmail.example",
        connected_at=now - timedelta(days=2),
        contact_sync=True,
        last_success_at=now - timedelta(minutes=12),
        due_at=now + timedelta(minutes=48),
    )


def link(account: Account, contact: Contact, **columns: Any) -> Link:
    now = timezone.now()
    return Link.objects.create(
        account=account,
        contact=contact,
        source_id=f"source-{contact.id}",
        resource_name=f"people/c{contact.id.int % 10**9}",
        person_updated_at=now,
        linked_at=now,
        synced_at=now,
        why="linked: same e-mail",
        **columns,
    )
