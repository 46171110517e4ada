"""The Repository port on PostgreSQL: a method is one transaction, whatever row of it the database fails at.

The second half of the promise, that a stop before or after it is survived, is the machine's
(tests/property/contactsync).
"""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from django.db import OperationalError, connection

from contactsync.actions import Close, Import, Receipt, Result, Settle, Wait, Wake
from contactsync.records import Deferred, Reason
from contactsync.writes import Draft
from tandem.contacts.models import Change
from tests.contract.contactsync.crm import (
    ADA,
    GRACE,
    Crm,
    changed,
    created,
    delete,
    done,
    edited,
    existing,
    fill,
    imported,
    link_to,
    merge,
    person,
    refused,
    renamed,
    send,
    waiting,
    written,
)
from tests.contract.contactsync.django_crm import DjangoCrm

TABLES = (
    "contacts_contact", "contacts_change", "contacts_term", "googlesync_link", "googlesync_operation",
    "googlesync_deferred", "googlesync_possibleduplicate", "googlesync_account", "googlesync_run",
)  # fmt: skip
KING = renamed(ADA, family="King")

type Call = Callable[[], Coroutine[Any, Any, Any]]


@pytest.fixture(scope="module")
def plug(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A sequence counts the rows that are written; at zero the database fails."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE plug MINVALUE -1000000 START 1")
        cursor.execute("""
            CREATE FUNCTION pull_the_plug() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('plug') = 0 THEN
                    RAISE EXCEPTION 'the plug was pulled' USING ERRCODE = 'admin_shutdown';
                END IF;
                RETURN COALESCE(NEW, OLD);
            END $$""")
        for table in TABLES:
            cursor.execute(
                f"CREATE TRIGGER plug BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION pull_the_plug()"
            )
        yield
        cursor.execute("DROP FUNCTION pull_the_plug CASCADE")
        cursor.execute("DROP SEQUENCE plug")


@pytest.fixture
def crm(plug: None, committed: None) -> Iterator[DjangoCrm]:
    fail_at_row(0)
    yield DjangoCrm()
    fail_at_row(0)


def fail_at_row(number: int) -> None:
    """The next rows are written but the one of this number; 0 fails none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('plug', %s)", [-number if number else 1])


def _apply(crm: Crm) -> Call:
    merged, deleted, woken = imported(crm, person("s1"), person("s2"), person("s6"))
    crm.pause(woken)
    other = crm.create(GRACE)
    read = Deferred("s5", "people/s5", Reason.WAIT, crm.now())
    done(crm.repository.defer([read]))
    imported(crm, person("s7"))
    actions = [
        Close(read),
        Import(person("s3"), ((other, "same e-mail"),)),
        merge(crm, merged, changed(person("s1"), KING), KING),
        fill(existing(crm, other), person("s4", GRACE), KING),
        Settle(replace(link_to(crm, "s7"), etag="e2")),
        Wake(link_to(crm, "s6")),
        Wait(replace(read, reason=Reason.STALE)),
        delete(crm, deleted),
    ]
    return lambda: crm.repository.apply(actions)


def _show(crm: Crm) -> Call:
    (contact_id,) = imported(crm, person("s1"))
    actions = [Import(person("s2")), merge(crm, contact_id, changed(person("s1"), KING), KING)]
    return lambda: crm.repository.show(actions, [], "token-1")


def _send(crm: Crm) -> Call:
    found = [person("s1"), person("s2", GRACE)]
    sends = [send(crm, edited(crm, each)[1], each) for each in found]
    return lambda: crm.repository.send(sends)


def _settle(crm: Crm) -> Call:
    found = [person("s1"), person("s2", GRACE)]
    sends = [send(crm, edited(crm, each)[1], each) for each in found]
    done(crm.repository.send(sends))
    settled = [written(crm, sends[0]), refused(crm, sends[1])]
    return lambda: crm.repository.settle(settled)


def _send_creates(crm: Crm) -> Call:
    drafts = [Draft(crm.create(ADA), ADA), Draft(crm.create(GRACE), GRACE)]
    return lambda: crm.repository.send_creates(drafts, "token-1")


def _settle_creates(crm: Crm) -> Call:
    made, failed = crm.create(ADA), crm.create(GRACE)
    done(crm.repository.send_creates([Draft(made, ADA), Draft(failed, GRACE)], "token-1"))
    joined = created(crm, existing(crm, made), person("s1"))
    receipt = Receipt(failed, Result.FAILED, "Too long.")
    again = waiting(joined.link, crm.now(), Reason.STALE)
    return lambda: crm.repository.settle_creates([joined], [receipt], [again])


def _drop_creates(crm: Crm) -> Call:
    drafts = [Draft(crm.create(ADA), ADA), Draft(crm.create(GRACE), GRACE)]
    done(crm.repository.send_creates(drafts, "token-1"))
    ids = [item.operation_id for item in done(crm.repository.doubtful_creates())]
    return lambda: crm.repository.drop_creates(ids, "nothing came of it")


def _record(crm: Crm) -> Call:
    first, second = crm.create(ADA), crm.create(ADA)
    receipts = [Receipt(each, Result.SKIPPED, "already in Google") for each in (first, second)]
    return lambda: crm.repository.record(receipts, [(first, second, "same e-mail")])


def _defer(crm: Crm) -> Call:
    items = [Deferred(f"s{number}", f"people/s{number}", Reason.WAIT, crm.now()) for number in range(3)]
    return lambda: crm.repository.defer(items)


def _advance(crm: Crm) -> Call:
    done(crm.repository.start("parameters-1"))
    return lambda: crm.repository.advance("token-1", is_complete=True)


def _progress(crm: Crm) -> Call:
    return lambda: crm.repository.progress(1, 2)


WRITES = {
    "apply": _apply,
    "show": _show,
    "send": _send,
    "settle": _settle,
    "send_creates": _send_creates,
    "settle_creates": _settle_creates,
    "drop_creates": _drop_creates,
    "record": _record,
    "defer": _defer,
    "advance": _advance,
    "progress": _progress,
}


@pytest.mark.parametrize("prepare", WRITES.values(), ids=WRITES)
def test_a_method_that_the_database_fails_in_leaves_nothing(crm: DjangoCrm, prepare: Callable[[Crm], Call]) -> None:
    call = prepare(crm)
    before = crm.snapshot()
    for row in count(1):
        fail_at_row(row)
        try:
            done(call())
        except OperationalError:
            assert crm.snapshot() == before, f"row {row} failed, and something stayed"
        else:
            break
    assert row > 1, "nothing was written at all"
    assert crm.snapshot() != before


def test_every_change_of_a_run_names_it_as_its_cause(crm: DjangoCrm) -> None:
    done(_apply(crm)())
    of_run = Change.objects.filter(contact__owner=crm.alice, cause=crm.run.id)
    assert set(of_run.values_list("by", "event")) == {
        ("sync", "created"),
        ("sync", "changed"),
        ("sync", "trashed"),
    }
    assert not Change.objects.filter(contact__owner=crm.alice, cause=None, by="sync").exists()
    row = of_run.get(event="changed", field="name", contact__links__source_id="s1")
    assert (row.before["family"], row.after["family"]) == ("Lovelace", "King")
    assert not of_run.filter(event="created").filter(before__isnull=False).exists()
