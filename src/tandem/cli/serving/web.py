"""The web server: Granian in front of the WSGI application."""

import logging
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from tandem.cli.serving.lifeline import follow
from tandem.cli.setup import installation
from tandem.logs import configure_logs

#: Requests that are served at once; each may use one connection of the pool (`settings.DATABASES`).
THREADS = 8
#: How long requests that are under way may take when the server stops.
STOP_SECONDS = 10
#: Granian logs through Python's logging: no handlers of its own, so that `tandem.logs` writes its lines.
_PLAIN: dict[str, Any] = {"formatters": {}, "handlers": {}, "loggers": {"_granian": {"propagate": True}}}


def serve_web(host: str, port: int, *, lifeline: int) -> None:
    """Serve until a signal. Raises `SetupError` and `PostgresFailed`."""
    with installation(log_level=logging.INFO):
        follow(lifeline)
        server = Granian(
            "tandem.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            blocking_threads=THREADS,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
            log_level=LogLevels.error,
            log_dictconfig=_PLAIN,
        )
        server.serve(target_loader=load_application, wrap_loader=False)


def load_application() -> Any:
    """Called in each of Granian's processes."""
    configure_logs(logging.INFO)
    from tandem.wsgi import application

    return application
