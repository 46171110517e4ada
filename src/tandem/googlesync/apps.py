"""The Django app of the sync with Google."""

from django.apps import AppConfig


class GoogleSyncConfig(AppConfig):
    name = "tandem.googlesync"
    label = "googlesync"

    def ready(self) -> None:
        """Let links learn what users do to contacts, and contacts what region their numbers are read with."""
        from tandem.contacts import regions
        from tandem.googlesync import listeners
        from tandem.googlesync.regions import region_of_owner

        listeners.subscribe()
        regions.ask(region_of_owner)
