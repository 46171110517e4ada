"""What all tests share: the session's PostgreSQL, settings for it, and how much Hypothesis tries."""

import os
from collections.abc import Iterator

import django
import pytest
from django.test.utils import setup_databases
from pytest_django import DjangoDbBlocker

from tests.database import start_test_server

os.environ["DJANGO_SETTINGS_MODULE"] = "tandem.settings"
os.environ["TANDEM_DATABASE_URL"] = start_test_server()
os.environ.setdefault("TANDEM_SECRET_KEY", "only-for-tests")
os.environ.setdefault("TANDEM_TOKEN_KEYS", "only-for-tests")
os.environ.setdefault("TANDEM_GOOGLE_CLIENT_ID", "tandem-sandbox.apps.example")
os.environ.setdefault("TANDEM_GOOGLE_CLIENT_SECRET", "sandbox-secret")

django.setup()  # conftests of folders import models


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The test database, also for tests without the mark `django_db`; the session's server takes it along."""
    with django_db_blocker.unblock():
        setup_databases(verbosity=0, interactive=False)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database with real commits, for tests that cross threads; each makes users of its own, nothing is emptied."""
    with django_db_blocker.unblock():
        yield
