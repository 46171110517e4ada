"""The system user as whom the server runs: oneself, or, for root, a user of the server's own."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tandem.postgres.errors import PostgresFailed

SYSTEM_USER = "tandem-postgres"


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        """For messages: the user's name, or its number where it has none."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def own_folder(self, folder: Path) -> None:
        """Make `folder` if it is missing; nobody but this account may enter it."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid != self.uid:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)

    def may_enter(self, folder: Path) -> bool:
        """Whether this account gets to `folder`: oneself is taken to, others where every user may pass."""
        if self.uid == os.geteuid():
            return True
        return all(step.stat().st_mode & stat.S_IXOTH for step in (folder, *folder.parents))


def owner_of(path: Path) -> Account:
    """The account that owns `path`."""
    status = path.stat()
    return Account(status.st_uid, status.st_gid)


def account_for_new_server() -> Account:
    """Oneself; as root, which PostgreSQL refuses to run as, the system user, made if it is missing."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    user = _find_system_user()
    if user is None:
        refusal = _make_system_user()
        user = _find_system_user()  # another process may have made it just before us
        if user is None:
            raise PostgresFailed(
                f"The embedded PostgreSQL can't run as root, and its system user '{SYSTEM_USER}' could not "
                f"be made ({refusal}): make that user, run Tandem as an ordinary user, or set "
                "TANDEM_DATABASE_URL."
            )
    return user


def _find_system_user() -> Account | None:
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def _make_system_user() -> str:
    """Make the user and return what the system said against it."""
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return "there is no useradd"
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    made = subprocess.run(  # noqa: S603 - fixed words
        [program, *options, "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        capture_output=True,
        text=True,
        check=False,
    )
    return made.stderr.strip()
