"""A person moved to 'Other contacts', should Google then name its source OTHER_CONTACT: it keeps its values."""

import json

from google_people.codec import Codec
from tests.unit.google_people.wire_examples import entry, person_body

CODEC = Codec(installation="here", region="US")


def test_values_of_a_person_whose_only_source_is_other_contact_are_its_own():
    body = person_body(names=[entry(givenName="Ann")], emailAddresses=[entry(value="ann@x.org")])
    moved = json.loads(json.dumps(body).replace('"CONTACT"', '"OTHER_CONTACT"'))
    person = CODEC.person(json.dumps(moved).encode())
    assert person.source_id == "47c21a010c6b30c8"
    assert person.card.name.given == "Ann"
    assert [email.value for email in person.card.emails] == ["ann@x.org"]
