"""`tandem doctor`: what is wrong with an installation, and what mends it."""

from collections.abc import Iterator

import typer

from tandem.bootstrap import SetupError
from tandem.cli.doctor.finding import Finding
from tandem.cli.faults import ExitCode
from tandem.cli.output import JsonOption, print_json, results
from tandem.cli.setup import installation
from tandem.postgres import PostgresFailed


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(*, as_json: JsonOption = False) -> None:
    """Check database, keys, workers, mail, Google's client and each account. Exit code 1 when something is wrong."""
    found = []
    for finding in _findings():
        found.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        print_json([finding.as_json() for finding in found])
    raise typer.Exit(ExitCode.DONE if all(finding.is_well for finding in found) else ExitCode.FAILED)


def _findings() -> Iterator[Finding]:
    """Without a database that answers there is nothing else to look at."""
    try:
        with installation():
            from django.utils import timezone

            from tandem.cli.doctor import google
            from tandem.cli.doctor import installation as here

            yield from here.findings(timezone.now())
            yield from google.findings(timezone.now())
    except (SetupError, PostgresFailed) as fault:
        yield Finding("installation", str(fault), "Mend this first; nothing else was checked.")


def _print(finding: Finding) -> None:
    mark = "ok   " if finding.is_well else "WRONG"
    words = f"{mark}  {finding.check}: {finding.detail} {finding.mend}"
    results.print(words.rstrip(), markup=False, soft_wrap=True)
