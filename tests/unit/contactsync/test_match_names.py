"""Compatible names: what can and what can't be one person's."""

import csv
from pathlib import Path

import pytest

from contactsync.card import Name
from contactsync.names import compatible_names, name_key
from contactsync.normalize import parse_name

NAMES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "names"


def name(text: str) -> Name:
    """`given family`, or one of them as `given -` and `- family`."""
    given, _, family = text.partition(" ")
    return Name(given=given.strip("-"), family=family)


def compatible(one: str, other: str, *, same_email: bool = False) -> bool:
    verdicts = {
        compatible_names(first, second, same_email=same_email)
        for first, second in ((name(one), name(other)), (name(other), name(one)))
    }
    assert len(verdicts) == 1
    return verdicts.pop()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", "Bob Smith"),
        ("Bob Smith", "bob SMITH"),
        ("Bob Smith", "Robert Smith"),
        ("R. Smith", "Robert Smith"),
        ("Robert Smith", "Smith Robert"),
        ("Bob Smith", "Bob"),
        ("José Müller", "Jose Muller"),
        ("Søren Łukasz", "Soren Lukasz"),
        ("Anna Groß", "Anna Gross"),
        ("Bob O'Brien", "Bob O’Brien"),
        ("Anne-Marie Smith", "Annemarie Smith"),
        ("Bob Smith-Jones", "Bob Smith Jones"),
        ("- Smith", "- smith"),
    ],
)
def test_names_that_can_be_one_persons(one, other):
    assert compatible(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bob Smith", "Alice Smith"),
        ("Bob Smith", "Bob Jones"),
        ("R. Smith", "Bob Smith"),
        ("Jean Smith", "Jean-Pierre Smith"),
        ("- Smith", "Bob Smith"),
        ("- Smith", "- Jones"),
    ],
)
def test_names_that_can_not(one, other):
    assert not compatible(one, other)


def test_with_the_same_email_the_family_names_may_differ_but_not_the_given_names():
    assert compatible("Alice Smith", "Alice Jones", same_email=True)
    assert not compatible("Alice Smith", "Bob Smith", same_email=True)
    assert not compatible("- Smith", "- Jones", same_email=True)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("Jr.", "Sr.", False), ("Jr.", "", True), ("Jr.", "II", True), ("II", "III", False), ("PhD", "MD", True)],
)
def test_generations_contradict_and_other_suffixes_do_not(one, other, expected):
    bob = name("Bob Smith")
    names = [Name(given=bob.given, family=bob.family, suffix=suffix) for suffix in (one, other)]
    assert compatible_names(*names) is expected


def test_a_generation_typed_into_the_family_name_counts():
    assert not compatible("Bob Smith Jr.", "Bob Smith Sr.")
    assert compatible("Bob Smith Jr.", "Bob Smith")


def test_a_middle_name_may_stand_with_the_given_name():
    assert compatible_names(Name(given="Mary Ann", family="Smith"), Name(given="Mary", middle="Ann", family="Smith"))


def test_a_full_name_in_one_part_is_read_word_by_word():
    assert compatible_names(Name(given="Bob Smith"), Name(given="Bob", family="Smith"))


def test_a_full_name_has_two_words_at_least():
    assert name_key(Name(prefix="Dr.", given="Bob", middle="J.", family="O'Brien", suffix="Jr.")) == "bob j obrien"
    assert name_key(Name(given="Bob")) == ""


@pytest.mark.skipif(not NAMES.exists(), reason="the name data is not on this machine")
class TestRealNames:
    def test_every_pair_of_the_nickname_table_is_compatible(self):
        with (NAMES / "nicknames" / "names.csv").open(encoding="utf-8") as file:
            pairs = [(row["name1"], row["name2"]) for row in csv.DictReader(file)]
        assert all(compatible(f"{one} Smith", f"{other} Smith") for one, other in pairs)

    def test_labelled_pairs_of_public_figures(self):
        """We ask for exact spelling (no fuzzy distance) and not for middle names: hence recall and precision."""
        with (NAMES / "nomenklatura" / "name_pairs_person.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        found = [
            (compatible_names(parse_name(row["name1"]), parse_name(row["name2"])), row["is_match"]) for row in rows
        ]
        different = [is_compatible for is_compatible, is_match in found if is_match == "false"]
        same = [is_compatible for is_compatible, is_match in found if is_match == "true"]
        assert sum(different) / len(different) < 0.2
        assert sum(same) / len(same) > 0.15
