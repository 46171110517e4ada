"""The Django app of the sync with Google."""

from django.apps import AppConfig


class GoogleSyncConfig(AppConfig):
    name = "tandem.googlesync"
    label = "googlesync"
