"""`tandem sync` and `tandem plan`: a run of a whole account, in this process."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.cli.faults import CommandFailed, ExitCode, explain
from tandem.cli.output import JsonOption, notes, print_json, print_rows, results
from tandem.cli.setup import current_installation

if TYPE_CHECKING:
    from tandem.googlesync.models import Account

OPERATION_COLUMNS = {
    "Side": "side", "Action": "action", "Contact": "contact", "Person": "resource_name", "Why": "reason",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("sync")(sync)
    app.command("plan")(plan)


def sync(
    account: Annotated[str | None, typer.Argument(metavar="ACCOUNT", help="Id or e-mail address.")] = None,
    *,
    everyone: Annotated[bool, typer.Option("--all", help="Every account with contact sync on, one by one.")] = False,
) -> None:
    """Run now and wait. Exit code 0 done, 3 something is held for an answer, 4 reconnect needed, 1 failed."""
    if (account is None) != everyone:
        raise CommandFailed("Name an account, or give --all.", ExitCode.WRONG_USE)
    with current_installation():
        from tandem.cli.lookup import account_named, connected_accounts

        chosen = [account_named(account)] if account else [one for one in connected_accounts() if one.contact_sync]
        code = _sync_each(chosen)
    raise typer.Exit(code)


def _sync_each(accounts: Sequence["Account"]) -> int:
    """One after the other; the highest code of all."""
    if not accounts:
        results.print("No account has contact sync switched on.")
    return max((_sync_one(account) for account in accounts), default=ExitCode.DONE)


def _sync_one(account: "Account") -> int:
    from tandem.cli import running
    from tandem.googlesync.models import RunKind, Trigger
    from tandem.googlesync.services import SyncRefused, request_sync

    try:
        run = running.begin(lambda: request_sync(account=account, trigger=Trigger.CLI, is_queued=False), RunKind.SYNC)
    except SyncRefused as refused:
        line, code = explain(refused)
        notes.print(f"tandem: {account.email}: {line}", markup=False, soft_wrap=True)
        return code
    run = running.carry_out(run, account.email)
    code = running.exit_code(run)
    where = notes if code else results
    where.print(f"{account.email}: {running.in_words(run)}", markup=False, soft_wrap=True)
    return code


def plan(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Id or e-mail address.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Show what a sync would do, without doing it."""
    with current_installation():
        from tandem.cli import running
        from tandem.cli.lookup import account_named
        from tandem.googlesync.models import RunKind, Trigger
        from tandem.googlesync.services import request_plan
        from tandem.googlesync.shape import operations_json

        found = account_named(account)
        run = running.begin(lambda: request_plan(account=found, trigger=Trigger.CLI, is_queued=False), RunKind.PLAN)
        run = running.carry_out(run, found.email)
        if not running.has_ended_well(run):
            raise CommandFailed(running.in_words(run), running.failure_code(run))
        rows = operations_json(run.operations.order_by("id"))
    if as_json:
        print_json(rows)
        return
    print_rows(rows, OPERATION_COLUMNS, as_json=False, empty="A sync would change nothing.")
