"""Which of two values is suggested: only what says all that the other says."""

from typing import Any

import pytest

from tandem.web.suggesting import Because, Suggestion, suggestion


def name(given: str = "", family: str = "", middle: str = "") -> dict[str, str]:
    return {"prefix": "", "given": given, "middle": middle, "family": family, "suffix": ""}


@pytest.mark.parametrize(
    ("field", "here", "there", "expected"),
    [
        ("name", name("Ada", "Lovelace"), name(), ("tandem", Because.OTHER_EMPTY)),
        ("birthday", None, {"year": None, "month": 5, "day": 6, "text": ""}, ("google", Because.OTHER_EMPTY)),
        ("name", name("Ada"), name("Ada", "Lovelace"), ("google", Because.SAYS_MORE)),
        ("name", name("Ada", "Lovelace", "Augusta"), name("Ada", "Lovelace", "A."), ("tandem", Because.SAYS_MORE)),
        (
            "birthday",
            {"year": 1815, "month": 12, "day": 10, "text": ""},
            {"year": None, "month": 12, "day": 10, "text": ""},
            ("tandem", Because.SAYS_MORE),
        ),
        (
            "emails",
            {"value": "a@b.org", "label": ""},
            {"value": "a@b.org", "label": "work"},
            ("google", Because.SAYS_MORE),
        ),
        ("name", name("ADA", "LOVELACE"), name("Ada", "Lovelace"), ("google", Because.CAPITALS)),
    ],
)
def test_the_fuller_value_is_suggested_and_says_why(field: str, here: Any, there: Any, expected: Any) -> None:
    assert suggestion(field, here, there) == Suggestion(*expected)


@pytest.mark.parametrize(
    ("field", "here", "there"),
    [
        ("name", name("Ada", "King"), name("Ada", "Lovelace")),
        ("name", name("Ada", "", "Augusta"), name("Ada", "Lovelace")),
        ("birthday", {"month": 5, "day": 6}, {"month": 5, "day": 7}),
        ("birthday", {"month": 1, "day": 2}, {"month": 1, "day": 22}),
        ("name", name("Ada", "Lovelace"), name("Ada", "Lovelace")),
        ("name", name(), name()),
        ("name", name("ada"), name("ADA")),
    ],
)
def test_nothing_is_suggested_where_each_says_something_of_its_own(field: str, here: Any, there: Any) -> None:
    assert suggestion(field, here, there) is None


def test_the_key_of_a_phone_number_says_nothing() -> None:
    here = {"value": "030 12345", "label": "", "key": "+493012345"}
    there = {"value": "030 12345", "label": "mobile", "key": "other"}
    assert suggestion("phones", here, there) == Suggestion("google", Because.SAYS_MORE)
