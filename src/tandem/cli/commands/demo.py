"""`tandem demo`: the main job, walked and checked."""

from typing import Annotated

import typer

Port = Annotated[int, typer.Option(min=0, max=65535, help="0, the default, takes a free one.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Stop after the report; exit 0 only if all of it held.")] = False,
    contacts: Annotated[int, typer.Option(min=0, max=24_000, help="Persons made up in Google.")] = 1000,
    port: Port = 0,
    sandbox_port: Port = 0,
) -> None:
    """Walk the main job on a database of its own and the sandbox Google, then serve both until Ctrl-C."""
    from tandem.cli.demo.walk import run_demo

    raise typer.Exit(run_demo(once=once, persons=contacts, port=port, sandbox_port=sandbox_port))
