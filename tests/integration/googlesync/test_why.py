"""'Why?': one sentence for each state of a contact in Google, without codes or dates of machines."""

import re
from datetime import UTC, datetime

import pytest

from tandem.googlesync.models import Link
from tandem.googlesync.why import why, why_not_linked

LINKED_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
SENTENCES = {
    "linked": "Linked on 20 November 2026 (same e-mail): every run carries changes both ways.",
    "held": "held back",
    "conflict": "until you choose",
    "hidden": "moved out of the contacts",
    "paused": "You paused it",
    "severed": "until you link it again",
    "tombstone": "You deleted it here",
    "gone": "deleted in Google on 21 November 2026",
}


def make_link(**columns: object) -> Link:
    usual = {"why": "linked: same e-mail", "linked_at": LINKED_AT, "synced_at": LINKED_AT.replace(day=21)}
    return Link(**{**usual, **columns})


@pytest.mark.parametrize("state", SENTENCES)
def test_every_state_has_its_sentence(state: str) -> None:
    sentence = why(make_link(), state)
    assert SENTENCES[state] in sentence
    assert sentence.endswith(".")
    assert not re.search(r"\d{4}-\d{2}", sentence)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"changed_here": True}, "goes to Google with the next run"),
        ({"pending": {}, "changed_here": True}, "answer is still to come"),
        ({}, "the next one reads it again"),
    ],
)
def test_waiting_says_what_it_waits_for(columns: dict[str, object], words: str) -> None:
    assert words in why(make_link(**columns), "waiting")


def test_contact_merged_here_is_not_said_to_be_deleted() -> None:
    assert "merged here" in why(make_link(why="merged here: in Google they are two still"), "tombstone")


def test_contact_without_a_link_was_never_there() -> None:
    assert "only when you push it" in why_not_linked()
