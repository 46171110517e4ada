"""The command's entry: puts the groups together, and turns every failure into one line and an exit code."""

import signal
import sys
from collections.abc import Sequence

import typer

from tandem.cli.commands import accounts, database, demo, doctor, export, push, runs, sandbox, serve, sync, undo, users
from tandem.cli.faults import ExitCode, explain

app = typer.Typer(
    name="tandem",
    help="A Smart CRM whose contacts stay in two-way step with Google Contacts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for group in (demo, serve, sandbox, sync, push, runs, undo, export, database, doctor):
    group.register(app)
app.add_typer(users.group)
app.add_typer(accounts.group)


def main() -> None:
    """Run the command that the arguments name, and exit. SIGTERM ends it in order, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; its exit code. Whatever goes wrong is one line on standard error."""
    try:
        code = app(arguments, prog_name="tandem", standalone_mode=False)
    except typer.TyperException as error:
        return _fail(_wrong_use(error), error.exit_code)
    except typer.Abort:
        return _fail("Interrupted.", ExitCode.INTERRUPTED)
    except BrokenPipeError:
        return ExitCode.FAILED
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place that all failures come to
        line, failed = explain(error)
        return _fail(line, failed)
    return code if isinstance(code, int) else ExitCode.DONE


def _wrong_use(error: typer.TyperException) -> str:
    """What was wrong with the words of the command, and where its help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "tandem"
    return f"{error.format_message() or 'Name a command.'} ({command} --help)"


def _fail(line: str, code: int) -> int:
    typer.echo(f"tandem: {' '.join(line.split())}", err=True)
    return code
