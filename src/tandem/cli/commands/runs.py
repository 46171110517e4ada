"""`tandem runs`: what happened."""

from typing import Annotated, Any

import typer

from tandem.cli.output import JsonOption, print_rows
from tandem.cli.setup import current_installation

COLUMNS = {
    "Id": "id", "Account": "email", "Kind": "kind", "Trigger": "trigger", "State": "state", "Started": "started",
    "Finished": "finished", "Trouble": "trouble",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("runs")(runs)


def runs(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the latest runs of all accounts, newest first."""
    with current_installation():
        from tandem.googlesync.models import Run
        from tandem.googlesync.shape import run_json

        latest = Run.objects.select_related("account").order_by("-id")[:limit]
        rows = [run_json(run) | {"email": run.account.email if run.account else None} for run in latest]
    shown = rows if as_json else [_with_trouble(row) for row in rows]
    print_rows(shown, COLUMNS, as_json=as_json, empty="Nothing has run yet.")


def _with_trouble(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"trouble": row["error"]["detail"] if row["error"] else ""}
