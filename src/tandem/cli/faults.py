"""What went wrong, as one line for standard error and an exit code."""

import errno
import traceback
from enum import IntEnum
from pathlib import Path

import tandem
from contactsync.faults import SyncError
from tandem.bootstrap import SetupError
from tandem.postgres import PostgresFailed


class ExitCode(IntEnum):
    """How a command ends (interface.md, Command line)."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    HELD = 3
    RECONNECT_NEEDED = 4
    INTERRUPTED = 130


class CommandFailed(Exception):
    """A command can't do what was asked; the message is one line that names the mend."""

    def __init__(self, line: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(line)
        self.code = code


def explain(error: BaseException) -> tuple[str, int]:
    """One line and an exit code for anything that may come out of a command."""
    match error:
        case CommandFailed():
            return str(error), error.code
        case SetupError() | PostgresFailed():
            return str(error), ExitCode.FAILED
        case SyncError():
            return f"{error.detail} {error.mend}", _code_of(error.code)
        case KeyboardInterrupt():
            return "Interrupted.", ExitCode.INTERRUPTED
        case OSError():
            return _system_refusal(error), ExitCode.FAILED
        case _:
            return _by_name(error)


def _code_of(code: str) -> ExitCode:
    return ExitCode.RECONNECT_NEEDED if code == "reconnect_needed" else ExitCode.FAILED


def _by_name(error: BaseException) -> tuple[str, int]:
    """Errors of modules that load only once Django is set up, known by their fields; and bugs."""
    detail, mend, code = (getattr(error, field, None) for field in ("detail", "mend", "code"))
    if isinstance(detail, str) and isinstance(mend, str) and isinstance(code, str):
        return f"{detail} {mend}", _code_of(code)
    if type(error).__name__ in {"UserError", "InvalidSetting"}:
        return str(error), ExitCode.FAILED
    if type(error).__name__ in {"OperationalError", "InterfaceError"}:
        return "The database stopped answering. Check that it runs, then try again.", ExitCode.FAILED
    return f"Something went wrong inside Tandem ({type(error).__name__} at {_place(error)}).", ExitCode.FAILED


def _system_refusal(error: OSError) -> str:
    reason = error.strerror or str(error)
    if error.errno == errno.ENOSPC:
        return f"{reason}: free some space, then try again."
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


def _place(error: BaseException) -> str:
    """The innermost line of ours: an error's own text may hold contact data."""
    root = str(Path(tandem.__file__).parent.parent)
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(root)]
    if not ours:
        return "an unknown place"
    return f"{Path(ours[-1].filename).relative_to(root)}:{ours[-1].lineno}"
