"""Logs: events with fields and ids on standard error, one a line; JSON where no person is watching.

Neither events nor what libraries log carry the text of an exception: it may quote contact data. The frames say where.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

#: Libraries that tell every step of theirs; what they warn of is still told.
TALKATIVE = ("procrastinate", "aiohttp", "asyncio")

type Event = MutableMapping[str, Any]


def configure_logs(level: int) -> None:
    """Log from `level` on, ours and what libraries log; replaces an earlier configuration."""
    before: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        name_the_exception,
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer()],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)


def _renderer() -> Any:
    return structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()


def name_the_exception(_logger: object, _method: str, event: Event) -> Event:
    """Its kind and its frames instead of its text."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    record = event.get("_record")
    if record is not None:
        error = error or (record.exc_info[1] if record.exc_info else None)
        record.exc_info = record.exc_text = None
    if isinstance(error, BaseException):
        event["kind"] = type(error).__name__
        event["frames"] = traceback.format_tb(error.__traceback__)
    return event
