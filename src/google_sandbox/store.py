"""The only state of the sandbox. Reads are attributes; every write is a commit of records, journalled, then applied."""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import assert_never

import msgspec

from google_sandbox import records
from google_sandbox.addressbook import AddressBook
from google_sandbox.clock import Clock
from google_sandbox.grants import Grants
from google_sandbox.journal import Journal
from google_sandbox.labels import Labels
from google_sandbox.records import GroupVersion, Record, Version
from google_sandbox.render import RenderedFields
from google_sandbox.settings import Settings

DEFAULT_EMAIL = "agent@sandbox.example"
DEFAULT_SUB = "100000000000000000001"
_SUB_DIGITS = 20


class Account:
    """One Google account: who it is, its address book and its labels."""

    def __init__(self, identity: records.AccountSet) -> None:
        self.identity = identity
        self.book = AddressBook()
        self.labels = Labels()
        self.rendered = RenderedFields(identity.region)
        self.searchable_bound = 0

    @property
    def sub(self) -> str:
        return self.identity.sub

    @property
    def email(self) -> str:
        return self.identity.email

    def identify(self, identity: records.AccountSet) -> None:
        """Take over a changed name, address or region; the region decides how phone numbers read."""
        if identity.region != self.identity.region:
            self.rendered = RenderedFields(identity.region)
        self.identity = identity


class Store:
    """All accounts, grants, settings and the clock; with a path, kept in a file."""

    def __init__(self, path: Path | None = None, *, region: str = "US") -> None:
        self.clock = Clock()
        self.settings = Settings()
        self.accounts: dict[str, Account] = {}
        self.grants = Grants()
        self.signing_key = ""
        self._region = region
        self._journal = Journal(path)
        for commit in self._journal.read():
            self._apply_all(commit)
        if not self.accounts:
            identity = records.AccountSet(DEFAULT_SUB, DEFAULT_EMAIL, "Sandbox Agent", region)
            self.commit(identity)

    def close(self) -> None:
        self._journal.close()

    def commit(self, *changes: Record) -> None:
        """Write the records, together or not at all, then apply them."""
        self._journal.append(changes)
        self._apply_all(changes)

    def by_email(self, email: str) -> Account | None:
        wanted = email.casefold()
        return next((one for one in self.accounts.values() if one.email.casefold() == wanted), None)

    def account(self, email: str, *, name: str = "", region: str = "") -> Account:
        """The account of an address, made when there is none."""
        known = self.by_email(email)
        if known is not None:
            return known
        sub = "1" + "".join(secrets.choice("0123456789") for _ in range(_SUB_DIGITS))
        shown = name or email.split("@", maxsplit=1)[0].replace(".", " ").title()
        self.commit(records.AccountSet(sub, email, shown, region or self._region))
        return self.accounts[sub]

    def write(
        self, account: Account, versions: Sequence[Version], moments: Sequence[int] | None = None
    ) -> list[Version]:
        """Stamp and commit new versions of persons, as one commit.

        `moments` (microseconds, ascending) are for seeded people with a past; else the clock gives them.
        """
        at = self.clock.microseconds()
        stamped: list[Version] = []
        newest = account.book.newest_at
        for number, version in enumerate(versions):
            newest = max(newest + 1, moments[number] if moments else at)
            sequence = account.book.sequence + number + 1
            stamped.append(msgspec.structs.replace(version, sequence=sequence, at=newest))
        if stamped:
            self.commit(records.PersonsWritten(account.sub, stamped))
        return stamped

    def write_label(self, account: Account, version: GroupVersion) -> GroupVersion:
        at = max(account.labels.newest_at + 1, self.clock.microseconds())
        stamped = msgspec.structs.replace(version, sequence=account.labels.sequence + 1, at=at)
        self.commit(records.GroupWritten(account.sub, stamped))
        return stamped

    def fresh_source_id(self, account: Account, draw: Callable[[], int] | None = None) -> str:
        """A source id that no person of the account ever had: hexadecimal, up to 63 bits, never 0."""
        while True:
            source_id = format((draw() if draw else secrets.randbits(63)) | 1 << 56, "x")
            if not account.book.knows(source_id):
                return source_id

    def visible_bound(self, account: Account) -> int:
        """The newest version that listings show: what was written before the propagation delay."""
        delay = int(self.settings.propagation_delay_seconds * 1_000_000)
        if delay == 0:
            return account.book.sequence
        return account.book.bound_at(self.clock.microseconds() - delay)

    def _apply_all(self, changes: Sequence[Record]) -> None:
        for change in changes:
            self._apply(change)

    def _apply(self, change: Record) -> None:
        match change:
            case records.PersonsWritten():
                book = self.accounts[change.sub].book
                for version in change.versions:
                    book.apply(version)
            case records.GroupWritten():
                self.accounts[change.sub].labels.apply(change.version)
            case records.AccountSet():
                known = self.accounts.setdefault(change.sub, Account(change))
                known.identify(change)
            case records.ClockMoved():
                self.clock.offset_seconds = change.offset_seconds
            case records.SettingsChanged():
                self.settings = change.settings
            case records.SigningKeyMade():
                self.signing_key = change.pem
            case (
                records.Code()
                | records.CodeUsed()
                | records.RefreshToken()
                | records.RefreshTokenDropped()
                | records.AccessToken()
                | records.Consented()
                | records.GrantRevoked()
                | records.AccessTokensExpired()
            ):
                self.grants.apply(change)
            case _:
                assert_never(change)
