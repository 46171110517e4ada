"""`tandem push`: the on-demand push, in this process."""

from typing import Annotated
from uuid import UUID

import typer

from tandem.cli.faults import CommandFailed, ExitCode
from tandem.cli.output import JsonOption, print_rows
from tandem.cli.setup import current_installation

COLUMNS = {"Contact": "contact", "Outcome": "outcome", "Person": "resource_name", "Why": "reason"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("push")(push)


def push(
    contacts: Annotated[list[UUID], typer.Argument(metavar="CONTACT...", help="Ids of contacts of one user.")],
    *,
    anyway: Annotated[bool, typer.Option("--anyway", help="Create even what is in Google under another one.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put contacts into Google now, and print a receipt for each."""
    with current_installation():
        from tandem.cli import running
        from tandem.cli.lookup import owner_of
        from tandem.googlesync.models import Trigger
        from tandem.googlesync.services import request_push
        from tandem.googlesync.shape import operations_json

        user = owner_of(contacts)
        run = request_push(user=user, contact_ids=contacts, trigger=Trigger.CLI, anyway=anyway, is_queued=False)
        run = running.carry_out(run, "Pushing to Google")
        if not running.has_ended_well(run):
            raise CommandFailed(running.in_words(run), running.failure_code(run))
        receipts = operations_json(run.operations.order_by("id"))
    print_rows(receipts, COLUMNS, as_json=as_json, empty="There was nothing to push.")
    has_failed = any(receipt["outcome"] == "failed" for receipt in receipts)
    raise typer.Exit(ExitCode.FAILED if has_failed else ExitCode.DONE)
