"""A 200 of a batch is read item by item: one that can't be read leaves the others."""

import json
from dataclasses import replace

from contactsync.card import Email, Field
from contactsync.writes import Doubtful, Draft, Update, Written
from google_people.codec import Codec
from google_people.kinds import Creation, Rewrite
from tests.unit.google_people.wire_examples import person_body

CODEC = Codec(installation="here", region="US")


def body(number: int, **fields):
    return {**person_body(**fields), "resourceName": f"people/c{number}"}


def test_an_updated_person_that_cannot_be_read_leaves_the_other_one_written():
    persons = [CODEC.person(json.dumps(body(number)).encode()) for number in (1, 2)]
    updates = [
        Update(person, replace(person.card, emails=(Email("a@x.org"),)), frozenset({Field.EMAILS}))
        for person in persons
    ]
    answer = {
        "updateResult": {
            "people/c1": {"person": body(1, emailAddresses=[{"value": "a@x.org"}])},
            "people/c2": {"person": body(2, emailAddresses="no list")},
        }
    }
    outcomes = Rewrite(CODEC, frozenset({Field.EMAILS})).read_batch(updates, json.dumps(answer).encode())
    assert isinstance(outcomes["people/c1"], Written)
    assert outcomes["people/c2"] == Doubtful()


def test_a_created_person_that_cannot_be_read_leaves_the_other_one_written():
    drafts = [
        Draft("k1", CODEC.person(json.dumps(body(1)).encode()).card),
        Draft("k2", CODEC.person(json.dumps(body(2)).encode()).card),
    ]
    marked = [{"key": "tandem", "value": "here:k1"}]
    answer = {"createdPeople": [{"person": body(1, clientData=marked)}, {"person": body(2, names="no list")}]}
    outcomes = Creation(CODEC).read_batch(drafts, json.dumps(answer).encode())
    assert isinstance(outcomes["k1"], Written)
    assert outcomes["k2"] == Doubtful()
