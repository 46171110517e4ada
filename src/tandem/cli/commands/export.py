"""`tandem export`: the contacts of a user to a file."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from tandem.cli import output
from tandem.cli.faults import CommandFailed, ExitCode
from tandem.cli.setup import current_installation


class Format(StrEnum):
    """What can be written."""

    JSON = "json"
    VCARD = "vcard"
    VCARD_3 = "vcard3"


_BY_EXTENSION = {".json": Format.JSON, ".vcf": Format.VCARD, ".vcard": Format.VCARD}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends with .json or .vcf, or give --format.")],
    *,
    form: Annotated[Format | None, typer.Option("--format", help="Instead of the file's extension.")] = None,
    user: Annotated[str | None, typer.Option(metavar="EMAIL", help="Whose contacts; default: the only user's.")] = None,
) -> None:
    """Write a user's contacts to a file, as JSON or vCards."""
    form = form or _BY_EXTENSION.get(file.suffix.lower())
    if form is None:
        raise CommandFailed(f"{file.name} ends with neither .json nor .vcf: give --format.", ExitCode.WRONG_USE)
    if not file.parent.is_dir():
        raise CommandFailed(f"There is no folder {file.parent}: make it first, or name another file.")
    if file.is_dir():
        raise CommandFailed(f"{file} is a folder: name a file in it.")
    with current_installation(), output.progress() as progress, _whole(file) as out:
        from tandem.cli.lookup import user_named_or_only
        from tandem.contacts.exporting import ExportFormat, export_contacts
        from tandem.contacts.querysets import in_use

        owner_id = user_named_or_only(user).id
        count = in_use(owner_id).count()
        task = progress.add_task("Exporting", total=count)
        export_contacts(
            out, owner_id=owner_id, form=ExportFormat(form.value), on_contact=lambda: progress.advance(task)
        )
    output.results.print(f"{count} contacts are in {file}.", markup=False)


@contextmanager
def _whole(file: Path) -> Iterator[TextIO]:
    """A file that stands under its name only once it is complete, readable by its user alone."""
    try:
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".tandem-export-")
    except OSError as error:
        raise CommandFailed(f"{file} can't be written ({error.strerror}): name a file elsewhere.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            yield out
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
