"""Google's error bodies: one exception, and one function per error that the catalogue knows."""

from collections.abc import Mapping, Sequence
from typing import Any

type Json = dict[str, Any]

SERVICE = "people.googleapis.com"
PROJECT = "projects/271828182845"
DOCUMENTATION = "https://developers.google.com/people/api/rest/v1/"
REALM = 'Bearer realm="https://accounts.google.com/"'
CODES = {
    "INVALID_ARGUMENT": 3,
    "DEADLINE_EXCEEDED": 4,
    "NOT_FOUND": 5,
    "ALREADY_EXISTS": 6,
    "PERMISSION_DENIED": 7,
    "RESOURCE_EXHAUSTED": 8,
    "FAILED_PRECONDITION": 9,
    "ABORTED": 10,
    "INTERNAL": 13,
    "UNAVAILABLE": 14,
    "UNAUTHENTICATED": 16,
}
"""google.rpc.Code numbers, used in per-item statuses."""


class GoogleError(Exception):
    """An answer other than success. `legacy_reason` is the reason in the old `errors` list."""

    def __init__(
        self,
        http_status: int,
        status: str,
        message: str,
        details: Sequence[Json] = (),
        *,
        legacy_reason: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.status = status
        self.message = message
        self.details = list(details)
        self.legacy_reason = legacy_reason
        self.headers = dict(headers or {})

    def body(self, *, legacy: bool = False) -> Json:
        """The envelope of an answer; `legacy` adds the `errors` list of older APIs."""
        error: Json = {"code": self.http_status, "message": self.message}
        if legacy and self.legacy_reason:
            item = {"message": self.message, "domain": "global", "reason": self.legacy_reason}
            error["errors"] = [item]
        error["status"] = self.status
        if self.details:
            error["details"] = self.details
        return {"error": error}

    def item_status(self) -> Json:
        """A google.rpc.Status, as the batch methods report it for one item."""
        status: Json = {"code": CODES[self.status], "message": self.message}
        if self.details:
            status["details"] = self.details
        return status


def error_info(reason: str, domain: str, metadata: Mapping[str, str] | None = None) -> Json:
    info: Json = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": domain}
    if metadata:
        info["metadata"] = dict(metadata)
    return info


def help_link(description: str, url: str) -> Json:
    return {
        "@type": "type.googleapis.com/google.rpc.Help",
        "links": [{"description": description, "url": url}],
    }


def invalid_argument(message: str = "Request contains an invalid argument.") -> GoogleError:
    return GoogleError(400, "INVALID_ARGUMENT", message, legacy_reason="badRequest")


def failed_precondition(message: str) -> GoogleError:
    return GoogleError(400, "FAILED_PRECONDITION", message, legacy_reason="failedPrecondition")


def bad_request(field: str, message: str) -> GoogleError:
    """A request that could not be bound to the method's message (transcoding errors)."""
    violation = {"field": field, "description": message} if field else {"description": message}
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    return GoogleError(400, "INVALID_ARGUMENT", message, [detail], legacy_reason="badRequest")


def not_found() -> GoogleError:
    return GoogleError(404, "NOT_FOUND", "Requested entity was not found.", legacy_reason="notFound")


def missing_credential() -> GoogleError:
    message = (
        "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or "
        "other valid authentication credential. See "
        "https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    details = [error_info("CREDENTIALS_MISSING", "googleapis.com", {"service": SERVICE})]
    return GoogleError(401, "UNAUTHENTICATED", message, details, headers={"WWW-Authenticate": REALM})


def invalid_credential() -> GoogleError:
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential. See "
        "https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    headers = {"WWW-Authenticate": f'{REALM}, error="invalid_token"'}
    return GoogleError(401, "UNAUTHENTICATED", message, legacy_reason="authError", headers=headers)


def scope_insufficient(method: str) -> GoogleError:
    """`method` is the full gRPC name, `google.people.v1.PeopleService.GetPerson`."""
    info = error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "googleapis.com", {"service": SERVICE, "method": method})
    return GoogleError(
        403,
        "PERMISSION_DENIED",
        "Request had insufficient authentication scopes.",
        [info],
        legacy_reason="insufficientPermissions",
        headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope"'},
    )


def service_disabled() -> GoogleError:
    number = PROJECT.removeprefix("projects/")
    url = f"https://console.developers.google.com/apis/api/{SERVICE}/overview?project={number}"
    message = (
        f"People API has not been used in project {number} before or it is disabled. Enable it by visiting {url} "
        "then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our "
        "systems and retry."
    )
    info = error_info("SERVICE_DISABLED", "googleapis.com", {"consumer": PROJECT, "service": SERVICE})
    details = [help_link("Google developers console API activation", url), info]
    return GoogleError(403, "PERMISSION_DENIED", message, details, legacy_reason="accessNotConfigured")


def admin_blocked() -> GoogleError:
    return GoogleError(403, "PERMISSION_DENIED", "The caller does not have permission", legacy_reason="forbidden")


def legacy_rate_limit() -> GoogleError:
    return GoogleError(403, "PERMISSION_DENIED", "User Rate Limit Exceeded", legacy_reason="userRateLimitExceeded")


def rate_limited(metric: str, limit: str, title: str) -> GoogleError:
    """A quota of the project is used up. `title` is the metric as the console words it."""
    number = PROJECT.removeprefix("projects/")
    message = (
        f"Quota exceeded for quota metric '{title}' and limit '{title} per minute per user' of service "
        f"'{SERVICE}' for consumer 'project_number:{number}'."
    )
    metadata = {
        "quota_limit": limit,
        "quota_metric": f"{SERVICE}/{metric}",
        "service": SERVICE,
        "consumer": PROJECT,
        "quota_unit": "1/min/{project}/{user}",
        "quota_location": "global",
    }
    info = error_info("RATE_LIMIT_EXCEEDED", "googleapis.com", metadata)
    link = help_link("Request a higher quota limit.", "https://cloud.google.com/docs/quotas/help/request_increase")
    return GoogleError(429, "RESOURCE_EXHAUSTED", message, [info, link], legacy_reason="rateLimitExceeded")


def account_limited() -> GoogleError:
    """The hidden limiter of an account, seen in the wild as 'FBS quota'."""
    violation = {"subject": "QUOTA_EXCEEDED", "description": "FBS quota limit exceeded"}
    detail = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}
    message = "Resource has been exhausted (e.g. check quota)."
    return GoogleError(429, "RESOURCE_EXHAUSTED", message, [detail], legacy_reason="rateLimitExceeded")


def full_sync_limited() -> GoogleError:
    """The first page of a full sync has a quota of its own."""
    message = "Resource has been exhausted (e.g. check quota)."
    return GoogleError(429, "RESOURCE_EXHAUSTED", message, legacy_reason="rateLimitExceeded")


def expired_sync_token(http_status: int, status: str) -> GoogleError:
    message = "Sync token is expired. Clear local cache and retry call without the sync token."
    info = error_info("EXPIRED_SYNC_TOKEN", SERVICE)
    return GoogleError(http_status, status, message, [info], legacy_reason="failedPrecondition")


def internal() -> GoogleError:
    return GoogleError(500, "INTERNAL", "Internal error encountered.", legacy_reason="backendError")


def unavailable() -> GoogleError:
    return GoogleError(503, "UNAVAILABLE", "The service is currently unavailable.", legacy_reason="backendError")


def deadline_exceeded() -> GoogleError:
    return GoogleError(
        504,
        "DEADLINE_EXCEEDED",
        "Deadline expired before operation could complete.",
        legacy_reason="backendError",
    )
