"""Callers of the API: each of the three people with a token of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tandem.users.models import ApiToken, User
from tests.factories import make_user
from tests.integration.googlesync.conftest import server, world

__all__ = ["Caller", "server", "world"]


@dataclass(frozen=True)
class Caller:
    """A user of the API. Paths are those under `/api/v1`; a body is sent as JSON."""

    user: User
    client: Client

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path: str, body: object = None) -> Any:
        return self.client.post(f"/api/v1{path}", body or {}, content_type="application/json")

    def patch(self, path: str, body: object, **headers: str) -> Any:
        return self.client.patch(f"/api/v1{path}", body, content_type="application/json", headers=headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.client.delete(f"/api/v1{path}", headers=headers)


def _caller(name: str) -> Caller:
    user = make_user(name)
    return Caller(user, Client(headers={"Authorization": f"Bearer {ApiToken.objects.issue(user)}"}))


@pytest.fixture
def alice(db: None) -> Caller:
    return _caller("alice")


@pytest.fixture
def bob(db: None) -> Caller:
    return _caller("bob")


@pytest.fixture
def charlie(db: None) -> Caller:
    return _caller("charlie")


@pytest.fixture
def create(alice: Caller) -> Callable[..., dict[str, Any]]:
    """Creates a contact of Alice's through the API."""

    def creating(**values: Any) -> dict[str, Any]:
        response = alice.post("/contacts", values)
        assert response.status_code == 201, response.content
        contact: dict[str, Any] = response.json()
        return contact

    return creating
