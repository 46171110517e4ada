"""`tandem serve` and `tandem worker`: what runs as long as the installation does."""

from typing import Annotated

import typer

NoMigrate = Annotated[bool, typer.Option("--no-migrate", help="Don't bring the database up to date first.")]
Lifeline = Annotated[int, typer.Option("--lifeline", hidden=True)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)
    app.command("worker")(worker)
    app.command("web", hidden=True)(web)


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8000,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Serve pages only.")] = False,
    no_migrate: NoMigrate = False,
    lifeline: Lifeline = -1,
) -> None:
    """Serve the web app and run a worker, together, until Ctrl-C."""
    from tandem.cli.serving.group import serve as serve_group

    serve_group(host, port, with_worker=not no_worker, migrates=not no_migrate, lifeline=lifeline)


def worker(*, no_migrate: NoMigrate = False, lifeline: Lifeline = -1) -> None:
    """Run one more worker, on this or another machine, until Ctrl-C."""
    from tandem.cli.serving.worker import work

    work(migrates=not no_migrate, lifeline=lifeline)


def web(host: str, port: int, lifeline: Lifeline = -1) -> None:
    """Serve the web app alone: the process that `tandem serve` starts."""
    from tandem.cli.serving.web import serve_web

    serve_web(host, port, lifeline=lifeline)
