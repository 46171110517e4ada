"""What all tests share: the session's PostgreSQL, settings for it, and how much Hypothesis tries."""

import os

from tests.database import start_test_server

os.environ["DJANGO_SETTINGS_MODULE"] = "tandem.settings"
os.environ["TANDEM_DATABASE_URL"] = start_test_server()
os.environ.setdefault("TANDEM_SECRET_KEY", "only-for-tests")
os.environ.setdefault("TANDEM_TOKEN_KEYS", "only-for-tests")
os.environ.setdefault("TANDEM_GOOGLE_CLIENT_ID", "tandem-sandbox.apps.example")
os.environ.setdefault("TANDEM_GOOGLE_CLIENT_SECRET", "sandbox-secret")
