"""Mail: `TANDEM_EMAIL_URL` as Django's settings have it, and the one way in which Tandem sends some."""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage

from tandem.variables import BadSetting, text

EMAIL_URL = "TANDEM_EMAIL_URL"
SMTP_PORT, SUBMISSION_PORT, SMTPS_PORT = 25, 587, 465
TIMEOUT_SECONDS = 10
BACKENDS = "django.core.mail.backends"
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}

logger = structlog.get_logger(__name__)


def mailers() -> dict[str, Any]:
    """Django's `MAILERS`; empty where no mail is sent. Raises `BadSetting`."""
    if not text(EMAIL_URL):
        return {}
    parts, query = _parts()
    match parts.scheme:
        case "smtp" | "smtps" if parts.hostname:
            return {"default": {"BACKEND": f"{BACKENDS}.smtp.EmailBackend", "OPTIONS": _smtp(parts, query)}}
        case "file" if parts.path.strip("/"):
            return {"default": {"BACKEND": f"{BACKENDS}.filebased.EmailBackend", "OPTIONS": {"file_path": parts.path}}}
        case "console":
            return {"default": {"BACKEND": f"{BACKENDS}.console.EmailBackend"}}
        case _:
            raise _bad()


def sender(default_host: str) -> str:
    """Who Tandem's mails are from: `?from=`, else the name it signs in with, else `tandem@` this host."""
    if not text(EMAIL_URL):
        return f"tandem@{default_host}"
    parts, query = _parts()
    name = unquote(parts.username or "")
    return query.get("from") or (name if "@" in name else f"tandem@{default_host}")


def is_set_up() -> bool:
    """Whether this installation sends mail; without it nothing is offered by mail."""
    return "default" in settings.MAILERS


def send(message: EmailMessage) -> bool:
    """Send it now; False, and logged without its text or address, when the server did not take it."""
    try:
        message.send()
    except OSError as error:  # smtplib's own errors are of this kind
        logger.warning("mail_not_sent", kind=type(error).__name__)
        return False
    return True


def _parts() -> tuple[SplitResult, dict[str, str]]:
    try:
        parts = urlsplit(text(EMAIL_URL))
        query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        raise _bad() from None
    if unknown := sorted(set(query) - {"tls", "from"}):
        raise BadSetting(f"{EMAIL_URL} holds '{unknown[0]}', which it does not know: after the ? go tls and from.")
    return parts, query


def _smtp(parts: SplitResult, query: dict[str, str]) -> dict[str, Any]:
    """`smtps` is encrypted from the start, `tls=true` from the server's greeting on."""
    asked, is_secure = query.get("tls", "").lower(), parts.scheme == "smtps"
    if asked not in YES | NO:
        raise BadSetting(f"{EMAIL_URL} must have tls=true or tls=false.")
    starts_tls = asked in YES and not is_secure
    usual = SMTPS_PORT if is_secure else SUBMISSION_PORT if starts_tls else SMTP_PORT
    return {
        "host": parts.hostname,
        "port": parts.port or usual,
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": starts_tls,
        "use_ssl": is_secure,
        "timeout": TIMEOUT_SECONDS,
    }


def _bad() -> BadSetting:
    return BadSetting(
        f"{EMAIL_URL} must be smtp://USER:PASSWORD@HOST:PORT/?tls=true or smtps://USER:PASSWORD@HOST:PORT, and of a "
        "password the marks / ? # @ : [ ] % stand as %2F %3F %23 %40 %3A %5B %5D %25."
    )
