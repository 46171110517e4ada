"""The Django app of users and API tokens."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "tandem.users"
    label = "users"
