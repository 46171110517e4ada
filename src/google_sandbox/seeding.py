"""Made-up people: diverse, deterministic by seed."""

from collections.abc import Sequence
from random import Random

from google_sandbox.labels import MY_CONTACTS
from google_sandbox.people_made_up import person_fields
from google_sandbox.records import Version
from google_sandbox.store import Account, Store

_APART_MICROSECONDS = 977_531
"""Between the changes of two neighbours in the listing."""


def seed(store: Store, account: Account, count: int, number: int) -> Sequence[Version]:
    """Write `count` people, changed one after the other in the past, in one commit."""
    random = Random(number)  # noqa: S311 - for variety, not for secrets
    used: set[str] = set()
    people = []
    for _ in range(count):
        source_id = store.fresh_source_id(account, lambda: random.getrandbits(63))
        while source_id in used:
            source_id = store.fresh_source_id(account, lambda: random.getrandbits(63))
        used.add(source_id)
        people.append(Version(source_id, person_fields(random), (MY_CONTACTS,)))
    first = store.clock.microseconds() - count * _APART_MICROSECONDS
    moments = [first + place * _APART_MICROSECONDS for place in range(count)]
    written = store.write(account, people, moments)
    account.rendered.warm(written)
    return written
