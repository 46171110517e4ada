"""Which folder holds what.

In the data folder: `postgres.lock` (one process at a time makes, starts or stops the server),
`postgres.holders` (who needs it) and `postgres/`, the server's home, entered by its account alone: `data`
(the cluster), `password`, `log` and `socket`. The home and `socket` may be links to where they can be.
"""

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from tandem.postgres.account import Account, account_for_new_server, owner_of
from tandem.postgres.address import PORT, Address
from tandem.postgres.errors import PostgresFailed
from tandem.postgres.programs import SYSTEM_FOLDER

LONGEST_SOCKET_PATH = 103  # bytes; Linux takes 107, macOS 103
QUOTED_BY_THE_SHELL = frozenset('"$`\\\n')


def data_folder() -> Path:
    """TANDEM_DATA_DIR; without it `/var/lib/tandem` for root, the platform's user data folder for others."""
    named = os.environ.get("TANDEM_DATA_DIR")
    if named:
        return Path(named).expanduser().absolute()
    return SYSTEM_FOLDER if os.geteuid() == 0 else platformdirs.user_data_path("tandem")


@dataclass(frozen=True, slots=True)
class Place:
    """The home of one server."""

    home: Path
    account: Account

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory. It exists only when it is complete."""
        return self.home / "data"

    @property
    def password_file(self) -> Path:
        """The password of the database's roles."""
        return self.home / "password"

    @property
    def log_folder(self) -> Path:
        """The server's logs, one a weekday, and what it said while it started."""
        return self.home / "log"

    @property
    def socket_folder(self) -> Path:
        """Where the server listens, or a link to it."""
        return self.home / "socket"

    def address(self) -> Address:
        """How to connect to the server of this place."""
        return Address(host=str(self.socket_folder.resolve()), password=self.password_file.read_text())


def find_place(folder: Path) -> Place | None:
    """The place of the server in the data folder, None before its cluster is complete.

    Raises PostgresFailed when it belongs to another user than the one who asks; root may act for everybody.
    """
    home = _home(folder).resolve()
    if not home.exists():
        return None
    place = Place(home, owner_of(home))
    if os.geteuid() not in {0, place.account.uid}:
        raise PostgresFailed(
            f"The embedded PostgreSQL in {folder} belongs to the user '{place.account.name}': run the "
            "command as that user, or give TANDEM_DATA_DIR a folder of your own."
        )
    return place if place.cluster.exists() and place.socket_folder.exists() else None


def make_folder(folder: Path) -> None:
    """Make the data folder. Root's may be walked through, not listed, so that the server reaches its home.

    A folder with anything in it keeps its permissions: it may be more than ours.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0 and not any(folder.iterdir()):
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)


def make_place(folder: Path) -> Place:
    """Make what is missing of the server's home, except the cluster. The caller has the start lock."""
    home = _home(folder)
    if home.is_symlink() or home.exists():
        home = home.resolve()
        account = owner_of(home)
        if account.uid == 0:  # a home that was just made when its maker died
            account = account_for_new_server()
    else:
        account = account_for_new_server()
        home = _new_home(folder, account)
    account.own_folder(home)
    place = Place(home, account)
    account.own_folder(place.log_folder)
    _make_socket_folder(place)
    return place


def _home(folder: Path) -> Path:
    return folder / "postgres"


def _new_home(folder: Path, account: Account) -> Path:
    """The home itself, or, if the server's account can't get there, one in `/var/lib/tandem` and a link."""
    home = _home(folder.resolve())
    if QUOTED_BY_THE_SHELL & set(str(home)):
        raise PostgresFailed(f"PostgreSQL can't live in {folder}: give TANDEM_DATA_DIR a path without quotes and $.")
    if account.may_enter(home.parent):
        return home
    elsewhere = SYSTEM_FOLDER / "clusters"
    make_folder(SYSTEM_FOLDER)
    elsewhere.mkdir(mode=0o711, exist_ok=True)
    target = Path(tempfile.mkdtemp(dir=elsewhere))
    home.symlink_to(target)
    return target


def _make_socket_folder(place: Place) -> None:
    """Make the folder of the socket, or, if its path is too long for a socket, a short one and a link."""
    folder = place.socket_folder
    if folder.exists() and _is_private(folder.resolve(), place.account):
        return
    if folder.is_symlink():
        folder.unlink()
    if _fits(folder):
        place.account.own_folder(folder)
        return
    target = Path(tempfile.mkdtemp(prefix="tandem-", dir=_short_folder(place.account)))
    place.account.own_folder(target)
    folder.symlink_to(target)


def _short_folder(account: Account) -> Path:
    own = Path(tempfile.gettempdir())
    return own if _fits(own / "tandem-12345678") and account.may_enter(own) else Path("/tmp")  # noqa: S108


def _fits(folder: Path) -> bool:
    """Whether the socket's path is short enough; libpq reads a comma as two hosts."""
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH and "," not in str(folder)


def _is_private(folder: Path, account: Account) -> bool:
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == account.uid and not status.st_mode & 0o077
