"""What a contact is found by, and what a search asks for."""

import pytest

from contactsync.card import Address, Birthday, Card, Email, Name, Phone
from contactsync.match import keys
from tandem.contacts.terms import MOST_CHARACTERS, prefixes_of, term_of_key, terms_of

ADA = Card(
    name=Name(given="Ada", family="O'Brien-Łuk"),
    emails=(Email("Ada@Example.org"),),
    phones=(Phone("(415) 555-2671", key="+14155552671"), Phone("020 7946 0958", key="+442079460958")),
    addresses=(Address(street="12 Main St"),),
    birthday=Birthday(None, 12, 10),
)


@pytest.mark.parametrize(
    "query",
    [
        "ada", "obrien", "o'brien", "ŁUK", "luk", "ada luk", "ada@example.org", "ADA@EX", "example.org", "@example.org",
        "415 555", "+1 (415) 555-2671", "14155552671"[1:], "5552671", "+44 20 7946", "020 7946", "9460958", "2671",
        "0958",
        "#openhouse", "#OPEN", "openho", "acme", "widgets.io",
    ],
)  # fmt: skip
def test_contact_is_found_by_the_beginning_of(query: str) -> None:
    terms = terms_of(ADA, company="Acme widgets.io", hashtags=["openhouse"])
    prefixes = prefixes_of(query)
    assert prefixes
    assert all(any(term.startswith(alternatives) for term in terms) for alternatives in prefixes)


@pytest.mark.parametrize("query", ["", " ", "a", "12", "- ' .", "#"])
def test_query_that_says_too_little_asks_for_nothing(query: str) -> None:
    assert prefixes_of(query) == []


def test_one_ideograph_is_a_word() -> None:
    assert prefixes_of("李") == [("李", "#李")]


@pytest.mark.parametrize(
    "query",
    ["1-415-555-2671", "001 415 555 2671", "011 1 415 555 2671", "(415) 555-2671 x7", "+1 415-555-2671 Ext. 7",
     "tel:+1-415-555-2671", "0044 20 7946 0958", "44 20 7946 0958", "+44 (0)20 7946 0958", "020 7946 0958",
     "7946 0958"],
)  # fmt: skip
def test_number_is_found_however_it_is_dialled(query: str) -> None:
    stored = Card(phones=(Phone("+1 415 555 2671", key="+14155552671"), Phone("+44 20 7946 0958", key="+442079460958")))
    terms = terms_of(stored)
    assert all(any(term.startswith(alternatives) for term in terms) for alternatives in prefixes_of(query))


def test_ten_digits_are_not_taken_for_another_country() -> None:
    assert prefixes_of("212 555 0138") == [("2125550138",)]


def test_every_plain_match_key_has_its_term() -> None:
    terms = terms_of(ADA)
    plain = {key for key in keys(ADA) if " address:" not in key and " birthday:" not in key}
    assert len(plain) == 4
    assert {term_of_key(key) for key in plain} <= terms


@pytest.mark.parametrize("phone", [Phone("112", key="112"), Phone("call reception"), Phone("5 x 7", key="+155;ext=7")])
def test_match_key_of_an_odd_number_has_its_term(phone: Phone) -> None:
    card = Card(phones=(phone,))
    assert {term_of_key(key) for key in keys(card)} <= terms_of(card)


def test_no_term_outgrows_the_index() -> None:
    card = Card(name=Name(given="𝔸" * 5000), emails=(Email("é" * 5000 + "@example.org"),))
    assert max(map(len, terms_of(card))) == MOST_CHARACTERS
    assert {term_of_key(key) for key in keys(card)} <= terms_of(card)


def test_blank_contact_has_no_terms() -> None:
    assert terms_of(Card()) == set()
