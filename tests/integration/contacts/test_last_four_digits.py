"""Contacts from before the last four digits of a number were a term are found by them after the migration."""

import importlib

from django.db import connection

from tandem.contacts.models import Term
from tandem.contacts.querysets import found_by, in_use
from tests.factories import make_contact, make_user

MIGRATION = importlib.import_module("tandem.contacts.migrations.0004_last_four_digits")


def test_older_contact_is_found_by_the_last_four_digits_of_its_number(db: None) -> None:
    alice = make_user("alice")
    ada = make_contact(alice)
    make_contact(make_user("charlie"))
    Term.objects.filter(owner=alice, term="2671").delete()
    assert list(found_by(in_use(alice.pk), alice.pk, "2671")) == []
    for _ in range(2):  # the second time it finds its own terms there
        with connection.cursor() as cursor:
            cursor.execute(MIGRATION._ADD)
    assert list(found_by(in_use(alice.pk), alice.pk, "2671")) == [ada]
