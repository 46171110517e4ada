"""`tandem account`: the Google accounts of this installation."""

from typing import Annotated, Any

import typer

from tandem.cli.output import JsonOption, notes, print_rows, results
from tandem.cli.setup import current_installation

group = typer.Typer(name="account", help="Connected Google accounts.", no_args_is_help=True)

COLUMNS = {
    "Id": "id", "Google account": "email", "User": "user", "State": "state", "Sync": "contact_sync",
    "Last success": "last_success", "Next run": "next_run", "Trouble": "trouble",
}  # fmt: skip


@group.command("list")
def list_accounts(*, as_json: JsonOption = False) -> None:
    """List the connected accounts of all users, with their health."""
    with current_installation():
        from tandem.cli.lookup import connected_accounts
        from tandem.googlesync.shape import account_json

        rows = [account_json(account) | {"user": account.user.email} for account in connected_accounts()]
    shown = rows if as_json else [_with_trouble(row) for row in rows]
    print_rows(shown, COLUMNS, as_json=as_json, empty="No Google account is connected.")


@group.command("disconnect")
def disconnect(
    account: Annotated[str, typer.Argument(metavar="ID", help="The account's id or e-mail address.")],
    *,
    trash: Annotated[bool, typer.Option("--trash", help="Also trash imported contacts that nobody edited.")] = False,
) -> None:
    """End all syncing with an account: its tokens are erased, the contacts stay."""
    with current_installation():
        from tandem.cli.lookup import account_named
        from tandem.googlesync import connection

        found = account_named(account)
        is_revoked = connection.disconnect(found, imported="trash" if trash else "keep")
    results.print(f"{found.email} is disconnected.", markup=False)
    if not is_revoked:
        notes.print("Google did not confirm: remove Tandem at https://myaccount.google.com/connections as well.")


def _with_trouble(row: dict[str, Any]) -> dict[str, Any]:
    error = row["last_error"]
    return row | {"trouble": f"{error['detail']} {error['mend']}" if error else ""}
