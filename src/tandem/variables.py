"""Settings as the environment has them: each is read here, and refused in one sentence that names it.

An empty variable counts as unset: a copied `.env` holds such lines. No sentence repeats what may be a secret.
"""

import math
import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from phonenumbers import SUPPORTED_REGIONS

DATABASE_URL = "TANDEM_DATABASE_URL"


class BadSetting(Exception):
    """A variable that can't be used as it is; the message names it and what would be right."""


def text(name: str, default: str = "") -> str:
    """The variable without white space around it, or the default."""
    return os.environ.get(name, "").strip() or default


def flag(name: str) -> bool:
    """Whether the variable says yes."""
    return text(name).lower() in {"1", "true", "yes", "on"}


def whole_number(name: str, default: int, *, least: int) -> int:
    """A count. Raises `BadSetting`."""
    given = text(name, str(default))
    try:
        number = int(given)
    except ValueError:
        number = least - 1
    if number < least:
        raise BadSetting(f"{name} must be a whole number, {least} or more, not '{given}'.")
    return number


def seconds(name: str, default: float, *, least: float) -> float:
    """A length of time. Raises `BadSetting`."""
    given = text(name, str(default))
    try:
        number = float(given)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= least):
        raise BadSetting(f"{name} must be a number of seconds, {least:g} or more, not '{given}'.")
    return number


def web_address(name: str, default: str) -> str:
    """An address without a slash at its end. Raises `BadSetting`."""
    given = text(name, default)
    try:
        parts = urlsplit(given)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise BadSetting(f"{name} must be an address such as {default}.")
    return given.rstrip("/")


def region(name: str, default: str) -> str:
    """A country's two letters. Raises `BadSetting`."""
    given = text(name, default).upper()
    if given not in SUPPORTED_REGIONS:
        raise BadSetting(f"{name} must be the two letters of a country, such as US or DE, not '{given}'.")
    return given


def time_zone(name: str, default: str) -> str:
    """A time zone's name. Raises `BadSetting`."""
    given = text(name, default)
    try:
        ZoneInfo(given)
    except (KeyError, ValueError, OSError):
        raise BadSetting(f"{name} must be a time zone such as Europe/Berlin, not '{given}'.") from None
    return given


def keys(name: str) -> list[str]:
    """Several secrets with commas between them."""
    return [key for key in text(name).split(",") if key.strip()]


def database(*, connections: int) -> dict[str, Any]:
    """Django's description of the database that `TANDEM_DATABASE_URL` names. Raises `BadSetting`."""
    try:
        parts = urlsplit(text(DATABASE_URL, "postgresql:///tandem"))
        port = parts.port
    except ValueError:
        raise BadSetting(
            f"{DATABASE_URL} can't be read: it must be postgresql://USER:PASSWORD@HOST:PORT/NAME, and of a password "
            "the marks / ? # @ : [ ] % stand as %2F %3F %23 %40 %3A %5B %5D %25."
        ) from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadSetting(f"{DATABASE_URL} must begin with postgresql://.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "tandem",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": query.pop("port", None) or str(port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": connections, "timeout": 30}, **query},
    }
