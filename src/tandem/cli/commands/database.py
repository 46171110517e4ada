"""`tandem migrate`."""

import typer

from tandem.cli.output import results
from tandem.cli.setup import installation


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate")(migrate)


def migrate() -> None:
    """Bring the database up to date; one process at a time, others wait."""
    with installation():
        from tandem import migrating

        migrating.migrate()
    results.print("The database is up to date.")
