"""Alice, Bob and Charlie, and ways to edit a Card."""

from dataclasses import replace
from typing import Any

from contactsync.card import Birthday, Card, Email, Name, Phone

ALICE = Card(Name(given="Alice", family="Ash"), emails=(Email("alice@example.org", "home"),))
BOB = Card(Name(given="Bob", family="Birch"), phones=(Phone("030 2", "mobile", "+49302"),))
CHARLIE = Card(Name(given="Charlie", family="Cedar"), birthday=Birthday(1980, 2, 29))


def with_emails(card: Card, *values: str) -> Card:
    return replace(card, emails=tuple(Email(value, "home") for value in values))


def named(card: Card, **parts: Any) -> Card:
    return replace(card, name=replace(card.name, **parts))


def born(card: Card, birthday: Birthday | None) -> Card:
    return replace(card, birthday=birthday)
