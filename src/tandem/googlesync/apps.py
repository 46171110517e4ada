"""The Django app of the sync with Google."""

from django.apps import AppConfig


class GoogleSyncConfig(AppConfig):
    name = "tandem.googlesync"
    label = "googlesync"

    def ready(self) -> None:
        """Let links learn what users do to contacts."""
        from tandem.googlesync import listeners

        listeners.subscribe()
