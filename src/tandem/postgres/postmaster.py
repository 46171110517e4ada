"""The server's process: whether it lives, starting it, stopping it, and what its logs say went wrong."""

import shlex
import subprocess
from pathlib import Path

from tandem.postgres.address import PORT
from tandem.postgres.errors import PostgresFailed
from tandem.postgres.place import Place
from tandem.postgres.programs import Programs

PATIENCE_SECONDS = 60
WORDS_OF_FAILURE = ("PANIC:", "FATAL:", "ERROR:")

# Words of PostgreSQL for: the last server was killed, and some of its processes have yet to notice.
REMNANTS_REMAIN = "is still in use"

# Faster, and worth nothing after a power cut: for tests.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def is_alive(place: Place) -> bool:
    """Whether the process named in the pid file lives and is the server of this very cluster."""
    try:
        pid = int((place.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return False
    words = _command_line(pid)
    return bool(words) and Path(words[0]).name == "postgres" and str(place.cluster) in words


def _command_line(pid: int) -> list[str]:
    """The words a process was started with; none if it is gone or a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            return []
    shown = subprocess.run(  # noqa: S603 - a number is all that varies
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    program, _, rest = shown.stdout.strip().partition(" -D ")
    return [program, *rest.split(" -c ", 1)[:1]]


def start(place: Place, programs: Programs, *, durable: bool) -> None:
    """Start the server and wait until it has recovered. The caller has the start lock and found none alive.

    Returns without a server when the last one's remnants are still ending: try again.
    """
    _clear_stale(place)
    first_words = place.log_folder / "start.log"
    first_words.unlink(missing_ok=True)
    started = programs.run(
        "pg_ctl",
        "start",
        "--silent",
        f"--pgdata={place.cluster}",
        f"--log={first_words}",
        f"--timeout={PATIENCE_SECONDS}",
        f"--options={_options(place, durable=durable)}",
    )
    if started.returncode != 0 and not is_alive(place):
        reason, log = _last_failure(place, first_words)
        if REMNANTS_REMAIN not in reason:
            raise PostgresFailed(f"The embedded PostgreSQL did not start: {reason} (its log: {log}).")


def stop(place: Place, programs: Programs) -> None:
    """Stop the server: sessions are ended, what was committed stays."""
    stopped = programs.run(
        "pg_ctl",
        "stop",
        "--silent",
        f"--pgdata={place.cluster}",
        "--mode=fast",
        f"--timeout={PATIENCE_SECONDS}",
    )
    if stopped.returncode != 0 and is_alive(place):
        raise PostgresFailed(
            f"The embedded PostgreSQL did not stop within {PATIENCE_SECONDS} seconds (its logs: {place.log_folder})."
        )


def _options(place: Place, *, durable: bool) -> str:
    """What belongs to this machine and this start, so that postgresql.conf need not know it."""
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(place.socket_folder.resolve()),
        "unix_socket_permissions": "0700",
        **({} if durable else NOT_DURABLE),
    }
    return shlex.join(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))


def _clear_stale(place: Place) -> None:
    """Remove the files that name a process which is not our server, for PostgreSQL gives way to any live pid.

    Remnants of the last server are not overlooked: PostgreSQL finds them by their shared memory.
    """
    (place.cluster / "postmaster.pid").unlink(missing_ok=True)
    (place.socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _last_failure(place: Place, first_words: Path) -> tuple[str, Path]:
    """What the server last said against this start, and the log that has it.

    Its first words count before the newest log, where remnants of the last server may still be writing.
    """
    logs = sorted(place.log_folder.glob("postgres-*.log"), key=lambda file: file.stat().st_mtime)
    for log in (first_words, *logs[-1:]):
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        for line in reversed(lines):
            for word in WORDS_OF_FAILURE:
                if word in line:
                    return line.split(word, 1)[1].strip(), log
    return "it did not say why", first_words
