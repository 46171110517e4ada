"""The installation itself: database, keys, workers, mail."""

from collections.abc import Iterator
from datetime import datetime

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import mailers
from django.db import connection

from contactsync.faults import OperatorFault
from tandem import mailing, migrating
from tandem.cipher import cipher
from tandem.cli.doctor.finding import Finding
from tandem.cli.lookup import connected_accounts
from tandem.googlesync.figures import figures_at, living_workers
from tandem.googlesync.vault import decrypt

#: Connections of a worker's queue besides its pool (`serving.worker`); a web process has its pool alone.
QUEUE_CONNECTIONS = 3
#: So long a queued run may wait for a worker.
PATIENCE_SECONDS = 300


def findings(now: datetime) -> Iterator[Finding]:
    """All of it, one after the other."""
    yield _migrations()
    yield _connections(now)
    yield _keys()
    yield _second_factors()
    yield _workers(now)
    yield _mail()


def _migrations() -> Finding:
    if migrating.is_behind():
        return Finding("database", "The database is behind this version of Tandem.", "Run 'tandem migrate'.")
    version = connection.pg_version // 10_000  # type: ignore[attr-defined]  # PostgreSQL's connections have one
    return Finding("database", f"PostgreSQL {version} answers and is up to date.")


def _connections(now: datetime) -> Finding:
    """Whether all processes together can have the connections that they may take."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::int")
        (most,) = cursor.fetchone()
    pool = int(settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"])
    workers = max(1, living_workers(now))
    needed = pool + workers * (pool + QUEUE_CONNECTIONS)
    words = f"A web process and {workers} of workers take up to {needed} connections of {most}."
    mend = "Raise max_connections of PostgreSQL, or lower TANDEM_DB_THREADS." if needed > most else ""
    return Finding("connections", words, mend)


def _keys() -> Finding:
    unreadable = 0
    accounts = connected_accounts()
    for account in accounts:
        try:
            decrypt(account.refresh_token)
        except OperatorFault:
            unreadable += 1
    if not unreadable:
        return Finding("keys", f"The keys read the stored permissions of all accounts ({len(accounts)}).")
    words = f"The keys don't read the stored permissions of {unreadable} of {len(accounts)} accounts."
    return Finding("keys", words, "Put the old key back behind the new one in TANDEM_TOKEN_KEYS, or connect again.")


def _second_factors() -> Finding:
    unreadable = sum(not _reads(each.data) for each in Authenticator.objects.all())
    if not unreadable:
        return Finding("second factors", "The keys read all second factors.")
    mend = "Put the old key back behind the new one in TANDEM_TOKEN_KEYS, or run 'tandem user reset-two-factor'."
    return Finding("second factors", f"The keys don't read {unreadable} second factors: no code is right.", mend)


def _reads(data: dict[str, str]) -> bool:
    stored = data.get("secret") or data.get("seed") or ""
    try:
        cipher().decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


def _workers(now: datetime) -> Finding:
    figures = figures_at(now)
    if not figures.workers:
        return Finding(
            "workers", "No worker runs: nothing syncs by itself.", "Start 'tandem serve' or 'tandem worker'."
        )
    if figures.oldest_queued_seconds > PATIENCE_SECONDS:
        minutes = int(figures.oldest_queued_seconds // 60)
        return Finding("workers", f"A run has waited for {minutes} minutes.", "Start another 'tandem worker'.")
    return Finding("workers", f"Workers that run: {figures.workers}.")


def _mail() -> Finding:
    if not mailing.is_set_up():
        return Finding("mail", "TANDEM_EMAIL_URL is not set: nothing is sent or offered by mail.")
    mailer = mailers.default
    try:
        mailer.open()
        mailer.close()
    except OSError as error:  # smtplib's own errors are of this kind
        reason = error.strerror or type(error).__name__
        return Finding("mail", f"The mail server does not take our sign-in ({reason}).", "Correct TANDEM_EMAIL_URL.")
    return Finding("mail", "The mail server takes our sign-in.")
