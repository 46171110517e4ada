"""What holds of every first meeting, whoever meets."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from contactsync.match import CreateNew, LinkTo, keys, match_all
from contactsync.names import compatible_names
from contactsync.records import Contact, Person
from tests.property.contactsync.cards import cards, names

NOW = datetime(2025, 1, 1, tzinfo=UTC)
all_persons = st.lists(cards(), max_size=4).map(
    lambda them: [Person(f"p{number}", f"people/p{number}", "etag", NOW, card) for number, card in enumerate(them)]
)
all_contacts = st.lists(cards(), max_size=4).map(
    lambda them: [Contact(f"c{number}", card, 1) for number, card in enumerate(them)]
)


@given(all_persons, all_contacts)
def test_every_person_is_decided_and_no_contact_is_linked_twice(persons, contacts):
    decisions = match_all(persons, contacts)
    assert decisions.keys() == {person.source_id for person in persons}
    linked = Counter(found.contact_id for found in decisions.values() if isinstance(found, LinkTo))
    assert all(count == 1 for count in linked.values())


@given(all_persons, all_contacts)
def test_who_is_linked_or_listed_shares_a_key_and_who_is_linked_a_compatible_name(persons, contacts):
    by_id = {contact.id: contact.card for contact in contacts}
    for person in persons:
        match match_all(persons, contacts)[person.source_id]:
            case LinkTo(contact_id, _, duplicates):
                named = [contact_id, *(listed for listed, _ in duplicates)]
                assert compatible_names(person.card.name, by_id[contact_id].name, same_email=True)
            case CreateNew(listed):
                named = [contact_id for contact_id, _ in listed]
        assert all(keys(person.card) & keys(by_id[contact_id]) for contact_id in named)


@given(all_persons, all_contacts)
def test_the_order_of_the_persons_decides_nothing(persons, contacts):
    assert match_all(persons, contacts) == match_all(persons[::-1], contacts)


@given(names, names, st.booleans())
def test_compatibility_is_mutual_and_everybody_is_compatible_with_themselves(one, other, same_email):
    assert compatible_names(one, one)
    assert compatible_names(one, other, same_email=same_email) == compatible_names(other, one, same_email=same_email)
