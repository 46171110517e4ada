"""An address that Google knows as one text beside its country keeps that text when its label is edited."""

import json
from dataclasses import replace

from contactsync.card import Field
from contactsync.writes import Update
from google_people.codec import Codec
from tests.unit.google_people.wire_examples import entry, person_body

CODEC = Codec(installation="here", region="US")
TEXT = "The blue house\nbehind the church"


def test_the_text_of_an_address_is_shown_or_goes_back():
    for parts in ({"countryCode": "US"}, {"country": "United States", "countryCode": "US"}):
        body = person_body(addresses=[entry(formattedValue=TEXT, type="home", **parts)])
        newest = CODEC.person(json.dumps(body).encode())
        relabelled = replace(newest.card, addresses=(replace(newest.card.addresses[0], label="work"),))
        sent = CODEC.update_body(Update(newest, relabelled, frozenset({Field.ADDRESSES})))
        assert "behind the church" in json.dumps(sent["addresses"])
