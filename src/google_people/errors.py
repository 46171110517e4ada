"""What Google's refusals mean, said as what mends them.

Only this module and `client` look at status codes. Nothing of a body goes into an error but Google's own
`error.message`, and that only for a refused item.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from contactsync.faults import Malformed, OperatorFault, ReconnectNeeded, SyncError, Unavailable
from google_people import wire


class Mend(StrEnum):
    """What makes the next try succeed."""

    WAIT = "wait"  #: a quota is spent: certainly not executed; the same request later
    RETRY = "retry"  #: Google's own fault: a write may have been executed or not
    REFRESH = "refresh"  #: the access token is not accepted: a new one, then the same request
    FULL_LISTING = "full_listing"  #: the sync token is void
    READ_AGAIN = "read_again"  #: the person changed since it was read: refetch and merge
    RELINK = "relink"  #: there is no such person
    CORRECT = "correct"  #: Google refuses the request for what is in it
    ENABLE_API = "enable_api"  #: the operator has to enable the People API
    CONSENT = "consent"  #: the user has to grant the contacts scope
    PERMIT = "permit"  #: an administrator keeps this account's contacts closed
    ADDRESS = "address"  #: no People API answers at this address


@dataclass(frozen=True, slots=True)
class Failure:
    """A definite answer that says no. `items`: those that a batch's answer names, by their key there."""

    mend: Mend
    message: str = ""
    retry_after_seconds: float | None = None
    items: Mapping[str, "Failure"] = field(default_factory=dict)


class Rejected(Exception):
    """Google refuses this request, and executed nothing of it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.mend.value)
        self.failure = failure


class Uncertain(Exception):
    """A write got no usable answer: it may have been executed or not."""

    def __init__(self, error: SyncError) -> None:
        super().__init__(error.code)
        self.error = error


_QUOTA_REASONS = {
    "RATE_LIMIT_EXCEEDED",
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
}
_DISABLED_REASONS = {"SERVICE_DISABLED", "accessNotConfigured"}
_SCOPE_REASONS = {"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"}
_STALE = re.compile(r"etag is different than the current|etag is outdated", re.IGNORECASE)
_VOID_TOKEN = re.compile(r"sync token", re.IGNORECASE)
_FULL = "MY_CONTACTS_OVERFLOW_COUNT"
_FULL_WORDS = (
    "Google's address book is full: it holds 25,000 contacts, its trash included. "
    "Empty the trash in Google Contacts, or delete contacts there."
)

#: `google.rpc.Code` as the HTTP status that Google maps it to.
_HTTP_OF_RPC = {
    1: 499,
    2: 500,
    3: 400,
    4: 504,
    5: 404,
    6: 409,
    7: 403,
    8: 429,
    9: 400,
    10: 409,
    11: 400,
    12: 501,
    13: 500,
    14: 503,
    15: 500,
    16: 401,
}


def classify(status: int, body: bytes, retry_after_seconds: float | None = None) -> Failure:
    """What mends an HTTP answer that is not 2xx. The body may be an HTML page, which tells nothing."""
    try:
        error = wire.decode_error(body).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Failure(_mend_without_body(status), retry_after_seconds=retry_after_seconds)
    reasons = {detail.reason for detail in error.details} | {legacy.reason for legacy in error.errors}
    return Failure(
        _mend(status, error.message, reasons),
        error.message,
        retry_after_seconds,
        {key: classify_item(item) for detail in error.details for key, item in detail.contact_errors.items()},
    )


def classify_item(status: wire.Status) -> Failure:
    """What mends one item of a batch that has an error of its own."""
    return Failure(_mend(_HTTP_OF_RPC.get(status.code, 500), status.message, set()), status.message)


def _mend_without_body(status: int) -> Mend:
    return Mend.ADDRESS if status == 404 else _mend(status, "", set())


def _mend(status: int, message: str, reasons: set[str]) -> Mend:
    if status >= 500:
        return Mend.RETRY
    if status == 429 or reasons & _QUOTA_REASONS:
        return Mend.WAIT
    if status == 401:
        return Mend.REFRESH
    if status == 410 or "EXPIRED_SYNC_TOKEN" in reasons or _VOID_TOKEN.search(message):
        return Mend.FULL_LISTING
    if status == 409 or _STALE.search(message):  # the message was seen with 400, and once with 403
        return Mend.READ_AGAIN
    if status == 403:
        return _mend_of_denial(reasons)
    return Mend.RELINK if status == 404 else Mend.CORRECT


def _mend_of_denial(reasons: set[str]) -> Mend:
    if reasons & _DISABLED_REASONS:
        return Mend.ENABLE_API
    return Mend.CONSENT if reasons & _SCOPE_REASONS else Mend.PERMIT


def refusal_words(failure: Failure) -> str:
    """Why an item was refused: Google's words, but where they are only a constant."""
    if _FULL in failure.message:
        return _FULL_WORDS
    return failure.message or "Google refuses this contact without saying why."


def error_of(failure: Failure) -> SyncError:
    """The failure as what stops a run, in words for the page."""
    match failure.mend:
        case Mend.WAIT:
            return quota_spent(failure.retry_after_seconds)
        case Mend.RETRY:
            return google_fault(failure.retry_after_seconds)
        case Mend.REFRESH:
            return Unavailable(
                "token_refused",
                "Google does not accept an access token that it has just given out.",
                "Nothing to do yet: it is tried again. If it lasts, disconnect and connect Google again.",
            )
        case Mend.ENABLE_API | Mend.ADDRESS | Mend.PERMIT:
            return _operator_fault(failure.mend)
        case Mend.CONSENT:
            return ReconnectNeeded(
                "scope_missing",
                "Google was connected without permission for the contacts.",
                "Connect Google again and tick the box for contacts.",
            )
        case Mend.FULL_LISTING | Mend.READ_AGAIN | Mend.RELINK | Mend.CORRECT:
            return malformed(f"Google refuses a request that should be right ({failure.mend}).")


def _operator_fault(mend: Mend) -> OperatorFault:
    if mend is Mend.ENABLE_API:
        return OperatorFault(
            "people_api_disabled",
            "The People API is not enabled in the Google project of this installation.",
            "The operator enables 'Google People API' in the Google Cloud console and waits a few minutes.",
        )
    if mend is Mend.ADDRESS:
        return OperatorFault(
            "people_api_not_found",
            "No People API answers at the configured address.",
            "The operator removes or corrects TANDEM_GOOGLE_PEOPLE_URL (docs/google-setup.md).",
        )
    return OperatorFault(
        "access_denied",
        "Google denies access to the contacts of this account.",
        "Ask the administrator of the Google Workspace to allow this application.",
    )


def quota_spent(retry_after_seconds: float | None = None) -> Unavailable:
    """Google counted too many calls."""
    return Unavailable(
        "quota",
        "Google's quota of calls is used up for the moment.",
        "Nothing to do: it goes on by itself, more slowly.",
        retry_after_seconds=retry_after_seconds,
    )


def google_fault(retry_after_seconds: float | None = None) -> Unavailable:
    """Google answered with a fault of its own, or with something that can't be read."""
    return Unavailable(
        "google_error",
        "Google answered with an error of its own.",
        "Try again later; runs try again by themselves.",
        retry_after_seconds=retry_after_seconds,
    )


def unreachable() -> Unavailable:
    """No answer came: no connection, a cut, a timeout."""
    return Unavailable(
        "unreachable",
        "Google can't be reached.",
        "Check the server's network, then try again; runs try again by themselves.",
    )


def malformed(detail: str) -> Malformed:
    """Something that we can't explain."""
    return Malformed("unexpected_answer", detail, "Please report this as a bug; nothing was lost.")
