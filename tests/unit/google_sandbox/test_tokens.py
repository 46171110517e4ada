"""Opaque tokens of listings."""

import pytest

from google_sandbox.errors import GoogleError
from google_sandbox.tokens import PageToken, SyncToken, fingerprint, seal, unseal

TOKEN = SyncToken("1", "connections", "abc", 7, 99)


def test_a_token_comes_back_as_it_was() -> None:
    back = unseal(seal(TOKEN), SyncToken)
    assert (back.account, back.listing, back.parameters, back.sequence, back.full_at) == (
        "1",
        "connections",
        "abc",
        7,
        99,
    )


def test_equal_tokens_look_different_each_time() -> None:
    assert seal(TOKEN) != seal(TOKEN)


def test_a_token_of_the_other_kind_is_refused() -> None:
    with pytest.raises(GoogleError):
        unseal(seal(TOKEN), PageToken)


def test_a_changed_letter_is_noticed() -> None:
    text = seal(TOKEN)
    for place in range(0, len(text) - 1, 7):
        forged = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(GoogleError):
            unseal(forged, SyncToken)


def test_the_order_of_parameters_does_not_matter_and_their_values_do() -> None:
    assert fingerprint({"a": "1", "b": "2"}) == fingerprint({"b": "2", "a": "1"})
    assert fingerprint({"a": "1"}) != fingerprint({"a": "2"})
