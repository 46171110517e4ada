"""Whose fault it is when Google turns a connection away."""

import pytest

from contactsync.faults import Malformed, OperatorFault, SyncError
from google_people.oauth import Attempt, CallbackMismatch, ConsentDenied, read_callback


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ("access_denied", ConsentDenied, "consent_denied"),
        ("invalid_client", OperatorFault, "invalid_client"),
        ("unauthorized_client", OperatorFault, "invalid_client"),
        ("redirect_uri_mismatch", OperatorFault, "redirect_uri_mismatch"),
        ("admin_policy_enforced", OperatorFault, "access_denied"),
        ("server_said_something_new", Malformed, "oauth_refused"),
    ],
)
def test_an_error_in_the_redirect_says_who_can_mend_it(error: str, kind: type[SyncError], code: str) -> None:
    attempt = Attempt()
    with pytest.raises(kind) as caught:
        read_callback({"state": attempt.state, "error": error}, attempt)
    assert caught.value.code == code
    assert error not in str(caught.value)


def test_a_redirect_without_a_code_is_turned_away() -> None:
    attempt = Attempt()
    with pytest.raises(CallbackMismatch):
        read_callback({"state": attempt.state}, attempt)


def test_an_error_of_a_forged_redirect_is_not_believed() -> None:
    with pytest.raises(CallbackMismatch):
        read_callback({"state": "forged", "error": "access_denied"}, Attempt())
