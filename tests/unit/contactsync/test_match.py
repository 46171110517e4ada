"""The first meeting of persons and contacts, rule by rule."""

from datetime import UTC, datetime

import pytest

from contactsync.card import Address, Birthday, Card, Email, Name, Phone
from contactsync.match import CreateNew, Evidence, LinkTo, decide, keys, match_all, shared_keys
from contactsync.records import Contact, Person

EMAIL, PHONE = Email("a@x.org"), Phone("030 1", key="+49301")
ELM = Address(street="1 Elm St", city="Springfield")
BORN = Birthday(1980, 3, 5)


def card(
    given: str = "", family: str = "", *values: Email | Phone | Address, born: Birthday | None = None, suffix: str = ""
) -> Card:
    return Card(
        Name(given=given, family=family, suffix=suffix),
        tuple(value for value in values if isinstance(value, Email)),
        tuple(value for value in values if isinstance(value, Phone)),
        tuple(value for value in values if isinstance(value, Address)),
        born,
    )


def person(its_card: Card, source_id: str = "p1") -> Person:
    return Person(source_id, f"people/{source_id}", "etag", datetime(2025, 1, 1, tzinfo=UTC), its_card)


def contact(its_card: Card, contact_id: str = "c1") -> Contact:
    return Contact(contact_id, its_card, card_revision=1)


def decided(its_card: Card, *cards: Card) -> LinkTo | CreateNew:
    return decide(person(its_card), [contact(other, f"c{number}") for number, other in enumerate(cards, 1)])


class TestOnePerson:
    @pytest.mark.parametrize(("value", "reason"), [(EMAIL, Evidence.EMAIL), (PHONE, Evidence.PHONE)])
    def test_same_email_or_phone_and_compatible_names_link(self, value, reason):
        assert decided(card("Bob", "Smith", value), card("Robert", "Smith", value)) == LinkTo("c1", reason)

    def test_same_full_name_and_address_link(self):
        found = decided(card("Bob", "Smith", ELM), card("bob", "SMITH", Address(street="1 elm st", city="springfield")))
        assert found == LinkTo("c1", Evidence.ADDRESS)

    def test_same_full_name_and_birthday_link(self):
        assert decided(card("Bob", "Smith", born=BORN), card("Bob", "Smith", born=BORN)) == LinkTo(
            "c1", Evidence.BIRTHDAY
        )

    def test_a_birthday_that_is_no_date_is_no_evidence(self):
        year = Birthday(1980)
        assert decided(card("Bob", "Smith", born=year), card("Bob", "Smith", born=year)) == CreateNew()

    def test_a_name_alone_never_links(self):
        assert decided(card("Bob", "Smith"), card("Bob", "Smith")) == CreateNew()

    def test_half_a_name_and_a_birthday_do_not_link(self):
        assert decided(card("Bob", born=BORN), card("Bob", born=BORN)) == CreateNew()

    def test_same_name_and_birthday_do_not_link_father_and_son(self):
        found = decided(card("Bob", "Smith", born=BORN, suffix="Jr."), card("Bob", "Smith", born=BORN, suffix="Sr."))
        assert found == CreateNew()

    def test_same_email_and_another_name_is_a_new_contact_and_a_possible_duplicate(self):
        found = decided(card("Alice", "Smith", EMAIL), card("Bob", "Smith", EMAIL))
        assert found == CreateNew((("c1", Evidence.OTHER_NAME),))

    def test_a_household_phone_makes_nobody_a_duplicate(self):
        assert decided(card("Alice", "Smith", PHONE), card("Bob", "Smith", PHONE)) == CreateNew()

    def test_with_the_same_email_the_family_name_may_differ(self):
        assert decided(card("Alice", "Smith", EMAIL), card("Alice", "Jones", EMAIL)) == LinkTo("c1", Evidence.EMAIL)

    def test_with_the_same_phone_it_may_not(self):
        assert decided(card("Alice", "Smith", PHONE), card("Alice", "Jones", PHONE)) == CreateNew()

    def test_candidates_that_contradict_one_another_are_a_doubt(self):
        found = decided(card("", "", EMAIL), card("Alice", "Smith", EMAIL), card("Bob", "Smith", EMAIL))
        assert found == CreateNew((("c1", Evidence.EMAIL), ("c2", Evidence.EMAIL)))

    def test_of_compatible_candidates_the_one_that_shares_most_is_linked_and_the_others_listed(self):
        found = decided(
            card("Bob", "Smith", EMAIL, PHONE), card("Bob", "Smith", EMAIL), card("Bob", "Smith", EMAIL, PHONE)
        )
        assert found == LinkTo("c2", Evidence.EMAIL, (("c1", Evidence.EMAIL),))

    def test_of_equal_candidates_the_oldest_is_linked(self):
        found = decided(card("Bob", "Smith", EMAIL), card("Bob", "Smith", EMAIL), card("Bob", "Smith", EMAIL))
        assert found == LinkTo("c1", Evidence.EMAIL, (("c2", Evidence.EMAIL),))

    def test_nothing_in_common_is_a_new_contact(self):
        assert decided(card("Bob", "Smith", EMAIL), card("Alice", "Jones", PHONE)) == CreateNew()

    def test_a_value_that_three_share_is_no_evidence(self):
        office = [card("Bob", "Smith", PHONE), card("Alice", "Jones", PHONE), card("Carol", "Li", PHONE)]
        found = decide(person(office[0]), [contact(office[0])], shared=shared_keys(office))
        assert found == CreateNew()
        assert shared_keys(office[:2]) == frozenset()


class TestSeveralPersons:
    def test_a_contact_gets_the_person_that_shares_most_and_the_other_is_listed(self):
        persons = [person(card("Bob", "Smith", EMAIL), "p1"), person(card("Bob", "Smith", EMAIL, PHONE), "p2")]
        assert match_all(persons, [contact(card("Bob", "Smith", EMAIL, PHONE))]) == {
            "p1": CreateNew((("c1", Evidence.EMAIL),)),
            "p2": LinkTo("c1", Evidence.EMAIL),
        }

    def test_of_equal_persons_the_lowest_source_id_is_linked(self):
        persons = [person(card("Bob", "Smith", EMAIL), "p10"), person(card("Bob", "Smith", EMAIL), "p9")]
        found = match_all(persons, [contact(card("Bob", "Smith", EMAIL))])
        assert found["p9"] == LinkTo("c1", Evidence.EMAIL)
        assert found["p10"] == CreateNew((("c1", Evidence.EMAIL),))

    def test_persons_that_contradict_one_another_are_all_imported_and_listed(self):
        persons = [person(card("Bob", "Smith", EMAIL), "p1"), person(card("Alice", "Smith", EMAIL), "p2")]
        doubt = CreateNew((("c1", Evidence.EMAIL),))
        assert match_all(persons, [contact(card("", "", EMAIL))]) == {"p1": doubt, "p2": doubt}

    def test_what_three_persons_share_links_none_of_them(self):
        persons = [person(card("Bob", "Smith", PHONE), f"p{number}") for number in range(3)]
        found = match_all(persons, [contact(card("Bob", "Smith", PHONE))])
        assert set(found.values()) == {CreateNew()}

    def test_what_is_shared_with_linked_contacts_is_given_by_the_caller(self):
        persons, contacts = [person(card("Bob", "Smith", PHONE))], [contact(card("Bob", "Smith", PHONE))]
        assert match_all(persons, contacts)["p1"] == LinkTo("c1", Evidence.PHONE)
        assert match_all(persons, contacts, shared=frozenset({"phone:+49301"}))["p1"] == CreateNew()

    def test_each_person_is_decided_as_if_it_came_alone(self):
        persons = [person(card("Bob", "Smith", EMAIL), "p1"), person(card("Alice", "Jones", PHONE), "p2")]
        contacts = [contact(card("Alice", "Jones", PHONE), "c1"), contact(card("Bob", "Smith", EMAIL), "c2")]
        assert match_all(persons, contacts) == {one.source_id: decide(one, contacts) for one in persons}


def test_candidates_are_looked_up_by_email_phone_and_full_name():
    assert keys(card("Bob", "O'Brien", Email("Bob@X.org"), PHONE)) == {
        "email:bob@x.org",
        "phone:+49301",
        "name:bob obrien",
    }
    assert keys(card("Bob")) == frozenset()


def test_who_has_the_same_email_and_another_name_is_listed_beside_the_one_that_is_linked() -> None:
    decision = decided(card("Carl", "Moss", EMAIL, PHONE), card("Dora", "Vane", EMAIL), card("Carl", "Moss", PHONE))
    assert decision == LinkTo("c2", Evidence.PHONE, (("c1", Evidence.OTHER_NAME),))
