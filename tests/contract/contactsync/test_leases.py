"""The Repository port: a run whose lease is another's reads nothing and writes nothing more."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from contactsync.actions import Import, Receipt, Result
from contactsync.faults import LeaseLost
from contactsync.match import keys
from contactsync.ports import Repository
from contactsync.records import Deferred, Listed, Reason
from contactsync.writes import Draft
from tests.contract.contactsync.crm import ADA, WRITTEN_AT, Crm, created, done, edited, existing, person, send, written

type Call = Callable[[Repository], Coroutine[Any, Any, Any]]

ITEM = Deferred("s1", "people/s1", Reason.WAIT, WRITTEN_AT)
CALLS: dict[str, Call] = {
    "start": lambda repository: repository.start("parameters-1"),
    "progress": lambda repository: repository.progress(1, 2),
    "unchanged": lambda repository: repository.unchanged([Listed("people/s1", "s1", "e1", deleted=False)]),
    "pairs": lambda repository: repository.pairs(["s1"]),
    "absent": lambda repository: repository.absent(frozenset()),
    "due": lambda repository: repository.due(WRITTEN_AT),
    "contacts": lambda repository: repository.contacts(["01890a5d-ac96-774b-bcce-b302099a8057"]),
    "candidates": lambda repository: repository.candidates(keys(ADA)),
    "known_persons": lambda repository: repository.known_persons(keys(ADA)),
    "apply": lambda repository: repository.apply([Import(person("s9"))]),
    "show": lambda repository: repository.show([Import(person("s9"))], [], "token-1"),
    "changed_here": lambda repository: repository.changed_here(10),
    "doubtful_creates": lambda repository: repository.doubtful_creates(),
    "room": lambda repository: repository.room(),
    "defer": lambda repository: repository.defer([ITEM]),
    "advance": lambda repository: repository.advance("token-2", is_complete=True),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_nothing_is_done_under_a_lease_that_is_lost(crm: Crm, call: Call) -> None:
    edited(crm, person("s1"))
    crm.lose_the_lease()
    before = crm.snapshot()
    with pytest.raises(LeaseLost):
        done(call(crm.repository))
    assert crm.snapshot() == before


def test_no_write_is_journalled_or_settled_under_a_lease_that_is_lost(crm: Crm) -> None:
    ada = person("s1")
    contact_id, pair = edited(crm, ada)
    sent = send(crm, pair, ada)
    pushed = crm.create(ADA)
    draft, joined = Draft(pushed, ADA), created(crm, existing(crm, pushed), person("s2"))
    done(crm.repository.send([sent]))
    done(crm.repository.send_creates([draft], "token-1"))
    (doubtful,) = done(crm.repository.doubtful_creates())
    crm.lose_the_lease()
    before = crm.snapshot()
    calls = (
        crm.repository.send([sent]),
        crm.repository.settle([written(crm, sent)]),
        crm.repository.send_creates([draft], "token-1"),
        crm.repository.settle_creates([joined], [], []),
        crm.repository.drop_creates([doubtful.operation_id], "nothing came of it"),
        crm.repository.record([Receipt(contact_id, Result.SKIPPED, "nothing to send")]),
    )
    for call in calls:
        with pytest.raises(LeaseLost):
            done(call)
    assert crm.snapshot() == before
