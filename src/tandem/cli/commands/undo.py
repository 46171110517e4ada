"""`tandem undo`: takes a run back, in this process."""

from typing import Annotated

import typer

from tandem.cli.faults import CommandFailed, ExitCode
from tandem.cli.output import results
from tandem.cli.setup import current_installation


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("undo")(undo)


def undo(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The id of the run, as `tandem runs` lists it.")],
) -> None:
    """Take a run back, as far as nobody changed it since; on both sides."""
    with current_installation():
        from tandem.cli import running
        from tandem.googlesync.loading import uuid_of
        from tandem.googlesync.models import Run, Trigger
        from tandem.googlesync.undo import undo as undo_run

        run_id = uuid_of(run)
        found = Run.objects.select_related("account", "owner").filter(id=run_id).first() if run_id else None
        if found is None:
            raise CommandFailed(f"There is no run {run}: `tandem runs` lists them.", ExitCode.FAILED)
        begun = undo_run(user=found.owner, run=found, trigger=Trigger.CLI, is_queued=False)
        if begun.state == "queued":
            begun = running.carry_out(begun, "Undo")
        code = running.exit_code(begun)
        words = running.in_words(begun)
    if code not in {ExitCode.DONE, ExitCode.HELD}:
        raise CommandFailed(words, code)
    results.print(words, markup=False, soft_wrap=True)
