"""Comparing: when two texts, values and Cards are the same."""

import pytest

from contactsync.card import BLANK, Address, Birthday, Card, Email, Field, Name, Phone
from contactsync.normalize import (
    clean,
    display_name,
    field_text,
    fold,
    identity,
    is_blank,
    parse_name,
    phone_key,
    same_card,
    same_text,
    text_key,
    values_of,
)


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("  Alice  ", "Alice"),
        ("1 Elm St\r\nApt 2", "1 Elm St Apt 2"),
        ("1 Elm St\n\tApt 2", "1 Elm St Apt 2"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\ufeffAlice\u200b ", "Alice"),
        ("\u202a+34 666\u202c", "+34 666"),
        ("ALICE", "ALICE"),
        ("", ""),
    ],
)
def test_text_is_compared_composed_trimmed_and_with_single_spaces(typed, compared):
    assert text_key(typed) == compared


def test_text_keeps_case_and_identity_does_not():
    assert text_key("Alice@X.org") != text_key("alice@x.org")
    assert fold("Alice@X.org") == fold("alice@x.org")
    assert fold("STRASSE") == fold("stra\u00dfe")


@pytest.mark.parametrize("text", ["", " \t\n", "\u200b", " \ufeff "])
def test_white_space_and_characters_without_width_are_blank(text):
    assert is_blank(text)


def test_nul_and_lone_surrogates_become_the_replacement_character():
    assert clean("a\x00b\ud800c\U0001f600") == "a\ufffdb\ufffdc\U0001f600"


@pytest.mark.parametrize(
    ("value", "region", "canonical", "key"),
    [
        ("666 12 34 90", "ES", "+34666123490", "+34666123490"),
        ("666 12 34 90 x5", "ES", "+34666123490", "+34666123490;ext=5"),
        ("666 12 34 90", "ES", None, "+34666123490"),
        ("+34 666-12-34-90", "US", None, "+34666123490"),
        ("(415) 555-0100 ext. 12", "us", None, "+14155550100;ext=12"),
        ("\u202a+34 666 12 34 90\u202c", "US", None, "+34666123490"),
        ("555-0100", "US", None, "5550100"),
        ("112", "US", None, "112"),
        ("666 12 34 90", "", None, "666123490"),
        ("\u0661\u0662\u0663", "US", None, "123"),
        ("Ask at the Desk", "US", None, "ask at the desk"),
        ("Desk 2", "US", None, "desk 2"),
        ("", "US", None, ""),
    ],
)
def test_phone_key_is_googles_form_else_parsed_else_digits_else_text(value, region, canonical, key):
    assert phone_key(value, region, canonical) == key


def test_parse_name_guesses_the_parts_of_a_text():
    assert parse_name("Dr. John Jay Doe III") == Name("Dr.", "John", "Jay", "Doe", "III")
    assert parse_name("Doe, John") == Name(given="John", family="Doe")


def test_an_email_is_identified_without_case_and_label():
    assert identity(Email("Alice@X.org", "home")) == identity(Email("alice@x.org", "work"))


def test_a_phone_is_identified_by_its_key_else_by_digits_else_by_text():
    assert identity(Phone("030 1", key="+49301")) == identity(Phone("(030) 1", key="+49301"))
    assert identity(Phone("030 1")) == identity(Phone("0-301"))
    assert identity(Phone("Desk")) == identity(Phone("desk "))


def test_words_beside_a_number_that_cannot_be_read_tell_two_lines_apart():
    assert identity(Phone("business 1")) != identity(Phone("home 1"))
    assert phone_key("020 7946 0018 (home)", "GB") == phone_key("020 7946 0018 work", "GB") == "+442079460018"


def test_an_address_is_identified_by_its_parts_without_case():
    assert identity(Address(street="1 Elm St", city="X")) == identity(
        Address(street="1 elm st", city="x", label="home")
    )
    assert identity(Address(street="1 Elm St")) != identity(Address(extended="1 Elm St"))


def test_a_country_code_stands_in_for_a_country_and_says_nothing_beside_one():
    assert identity(Address(country="US")) == identity(Address(country_code="us"))
    assert identity(Address(country="USA")) == identity(Address(country="USA", country_code="US"))
    assert identity(Address(country="USA")) != identity(Address(country_code="US"))


def test_a_changed_label_is_an_edit():
    assert not same_text(Email("a@x.org", "home"), Email("a@x.org", "work"))
    assert same_text(Email("a@x.org", "home "), Email(" a@x.org", "home"))


def test_a_blank_birthday_is_none_and_a_text_beside_a_date_is_ignored():
    assert same_text(Birthday(), None)
    assert same_text(Birthday(1980, 2, 5, "5 Feb"), Birthday(1980, 2, 5))
    assert not same_text(Birthday(text="spring"), None)


def test_cards_are_the_same_whatever_the_order_of_their_values():
    one, two = Email("a@x.org"), Email("b@x.org")
    assert same_card(Card(emails=(one, two)), Card(emails=(two, one)))
    assert same_card(Card(emails=(one, one)), Card(emails=(one,)))
    assert not same_card(Card(emails=(one,)), Card(emails=(two,)))


def test_blank_values_are_no_values():
    card = Card(emails=(Email(" ", "home"),), phones=(Phone(""),), addresses=(Address(label="work"),))
    assert same_card(card, BLANK)
    assert values_of(card, Field.EMAILS) == ()


def test_only_the_three_sets_have_values():
    with pytest.raises(ValueError, match="name is not a set"):
        values_of(BLANK, Field.NAME)


def test_each_field_has_its_text():
    assert field_text(Card(name=Name(given=" Alice ")), Field.NAME) == ("", "Alice", "", "", "")
    assert field_text(BLANK, Field.BIRTHDAY) is None


@pytest.mark.parametrize(
    ("card", "company", "shown"),
    [
        (Card(name=Name(given="Alice", family="Smith"), emails=(Email("a@x.org"),)), "Acme", "Alice Smith"),
        (Card(emails=(Email("a@x.org"),)), "Acme", "Acme"),
        (Card(emails=(Email("a@x.org"),), phones=(Phone("030 1"),)), "", "a@x.org"),
        (Card(phones=(Phone("030 1"),)), "", "030 1"),
        (BLANK, "", ""),
    ],
)
def test_display_name_is_name_else_company_else_email_else_phone(card, company, shown):
    assert display_name(card, company) == shown
