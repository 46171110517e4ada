"""`tandem sandbox`: the stand-in for Google, alone."""

import os
import sys

import typer

_PASS_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sandbox", context_settings=_PASS_ON)(sandbox)


def sandbox(context: typer.Context) -> None:
    """Run the sandbox Google: --port, --data FILE, --contacts N, --faults SPEC (--help lists all).

    It becomes the sandbox's own process: the product imports nothing of it.
    """
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "google_sandbox", *context.args])  # noqa: S606 - our own module
