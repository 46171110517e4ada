"""The WSGI application that the web server runs: every view is synchronous (docs/decisions/0004-wsgi.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tandem.settings")

application = get_wsgi_application()
