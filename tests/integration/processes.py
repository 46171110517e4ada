"""Processes of their own on the test's database and sandbox, as an operator starts them."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

PATIENCE_SECONDS = 60


def environment() -> dict[str, str]:
    """The variables that lead a process to this test's database and Google."""
    address = urlsplit(os.environ["TANDEM_DATABASE_URL"])
    return os.environ | {
        "TANDEM_DATABASE_URL": address._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "TANDEM_GOOGLE_DISCOVERY_URL": settings.GOOGLE_DISCOVERY_URL,
        "TANDEM_GOOGLE_PEOPLE_URL": settings.GOOGLE_PEOPLE_URL,
        "TANDEM_GOOGLE_READS_PER_MINUTE": "0",
        "TANDEM_GOOGLE_WRITES_PER_MINUTE": "0",
        "TANDEM_GOOGLE_WRITES_PER_DAY": "0",
        "TANDEM_PROPAGATION_DELAY": str(settings.PROPAGATION_DELAY),
        "COLUMNS": "200",
    }


def command(*words: str) -> list[str]:
    """`tandem` with these words."""
    return [sys.executable, "-m", "tandem.cli", *words]


def tandem(
    *words: str, typed: str = "", without: tuple[str, ...] = (), **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `typed` is its standard input, `variables` replace those of the environment."""
    known = {name: value for name, value in (environment() | variables).items() if name not in without}
    return subprocess.run(
        command(*words), env=known, input=typed, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
