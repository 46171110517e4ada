"""The queue's app: Procrastinate on the same PostgreSQL, so that a job commits with the data it is about."""

from procrastinate import App


def on_app_ready(app: App) -> None:
    """Called by Procrastinate once Django is ready; tasks are found by autodiscovery in `tasks.py`."""
