"""What each refusal of Google means, by the answers that people-api collected."""

import json
from typing import Any

import pytest

from contactsync.faults import Malformed, OperatorFault, ReconnectNeeded, SyncError, Unavailable
from google_people.errors import Failure, Mend, classify, error_of, refusal_words

STALE = "Request person.etag is different than the current person.etag. Clear local cache and get the latest person."
STALE_SOURCE = STALE.replace("person.etag", "person.metadata.sources.etag")
EXPIRED = "Sync token is expired. Clear local cache and retry call without the sync token."


def body(status: str = "", message: str = "", reason: str = "", legacy: str = "", **detail: Any) -> bytes:
    error: dict[str, Any] = {"code": 400, "message": message, "status": status}
    if reason or detail:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, **detail}]
    if legacy:
        error["errors"] = [{"message": message, "domain": "global", "reason": legacy}]
    return json.dumps({"error": error}).encode()


@pytest.mark.parametrize(
    ("http", "answer", "mend"),
    [
        (401, body("UNAUTHENTICATED", "Request had invalid authentication credentials."), Mend.REFRESH),
        (401, b"", Mend.REFRESH),
        (403, body("PERMISSION_DENIED", reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT"), Mend.CONSENT),
        (403, body("PERMISSION_DENIED", legacy="insufficientPermissions"), Mend.CONSENT),
        (403, body("PERMISSION_DENIED", reason="SERVICE_DISABLED"), Mend.ENABLE_API),
        (403, body(legacy="accessNotConfigured"), Mend.ENABLE_API),
        (403, body(legacy="rateLimitExceeded"), Mend.WAIT),
        (403, body(legacy="userRateLimitExceeded"), Mend.WAIT),
        (403, body(legacy="quotaExceeded"), Mend.WAIT),
        (403, body("PERMISSION_DENIED", "The caller does not have permission"), Mend.PERMIT),
        (403, body("PERMISSION_DENIED", STALE), Mend.READ_AGAIN),
        (429, body("RESOURCE_EXHAUSTED", reason="RATE_LIMIT_EXCEEDED"), Mend.WAIT),
        (429, body("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."), Mend.WAIT),
        (429, b"<html>", Mend.WAIT),
        (400, body("FAILED_PRECONDITION", EXPIRED, "EXPIRED_SYNC_TOKEN"), Mend.FULL_LISTING),
        (400, body("INVALID_ARGUMENT", EXPIRED), Mend.FULL_LISTING),
        (410, b"", Mend.FULL_LISTING),
        (400, body("FAILED_PRECONDITION", STALE), Mend.READ_AGAIN),
        (400, body("FAILED_PRECONDITION", STALE_SOURCE), Mend.READ_AGAIN),
        (400, body("INVALID_ARGUMENT", "Request contains an invalid argument."), Mend.CORRECT),
        (400, body("INVALID_ARGUMENT", "Cannot have more than one person.names per source."), Mend.CORRECT),
        (404, body("NOT_FOUND", "Requested entity was not found."), Mend.RELINK),
        (404, b"<html>The requested URL was not found on this server.</html>", Mend.ADDRESS),
        (409, body("ABORTED"), Mend.READ_AGAIN),
        (500, body("INTERNAL", legacy="backendError"), Mend.RETRY),
        (502, b"<html>", Mend.RETRY),
        (503, body("UNAVAILABLE"), Mend.RETRY),
        (504, b"", Mend.RETRY),
        (302, b"", Mend.CORRECT),
        (400, b"[]", Mend.CORRECT),
    ],
)
def test_what_mends_an_answer(http: int, answer: bytes, mend: Mend) -> None:
    assert classify(http, answer).mend is mend


@pytest.mark.parametrize(
    ("mend", "kind", "code"),
    [
        (Mend.WAIT, Unavailable, "quota"),
        (Mend.RETRY, Unavailable, "google_error"),
        (Mend.REFRESH, Unavailable, "token_refused"),
        (Mend.ENABLE_API, OperatorFault, "people_api_disabled"),
        (Mend.ADDRESS, OperatorFault, "people_api_not_found"),
        (Mend.PERMIT, OperatorFault, "access_denied"),
        (Mend.CONSENT, ReconnectNeeded, "scope_missing"),
        (Mend.FULL_LISTING, Malformed, "unexpected_answer"),
        (Mend.READ_AGAIN, Malformed, "unexpected_answer"),
        (Mend.RELINK, Malformed, "unexpected_answer"),
        (Mend.CORRECT, Malformed, "unexpected_answer"),
    ],
)
def test_who_can_mend_what(mend: Mend, kind: type[SyncError], code: str) -> None:
    error = error_of(Failure(mend, "a name that must not leak"))
    assert type(error) is kind
    assert error.code == code
    assert error.detail.endswith(".")
    assert error.mend.endswith(".")
    assert "leak" not in str(error)


def test_a_batch_names_its_culprits() -> None:
    errors = {"people/c1": {"code": 9, "message": STALE}, "people/c2": {"code": 5}, "people/c3": {"code": 3}}
    failure = classify(400, body("FAILED_PRECONDITION", STALE, contactErrors=errors))
    assert {key: item.mend for key, item in failure.items.items()} == {
        "people/c1": Mend.READ_AGAIN,
        "people/c2": Mend.RELINK,
        "people/c3": Mend.CORRECT,
    }


def test_a_wait_that_google_asks_for_is_kept() -> None:
    error = error_of(classify(429, b"", 17.0))
    assert isinstance(error, Unavailable)
    assert error.retry_after_seconds == 17.0


def test_a_refused_item_is_told_in_googles_words_but_a_full_account_in_ours() -> None:
    assert refusal_words(Failure(Mend.CORRECT, "Too long.")) == "Too long."
    assert "25,000" in refusal_words(Failure(Mend.CORRECT, "MY_CONTACTS_OVERFLOW_COUNT"))
    assert refusal_words(Failure(Mend.CORRECT)).endswith("saying why.")
