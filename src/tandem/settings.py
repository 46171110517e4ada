"""Django's settings, read from the environment (docs/reference/settings.md lists the variables).

`tandem.bootstrap` prepares the environment first: it reads `.env`, starts the embedded PostgreSQL where no
`TANDEM_DATABASE_URL` is set, and makes the keys of the embedded default.
"""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.csp import CSP


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "tandem",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": query.pop("port", None) or str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": DB_THREADS + 16, "timeout": 30}, **query},
    }


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


DB_THREADS = int(os.environ.get("TANDEM_DB_THREADS", "4"))
BASE_URL = os.environ.get("TANDEM_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
REGION = os.environ.get("TANDEM_REGION", "US").upper()

GOOGLE_CLIENT_ID = os.environ.get("TANDEM_GOOGLE_CLIENT_ID", "")
GOOGLE_CLIENT_SECRET = os.environ.get("TANDEM_GOOGLE_CLIENT_SECRET", "")
GOOGLE_DISCOVERY_URL = os.environ.get(
    "TANDEM_GOOGLE_DISCOVERY_URL", "https://accounts.google.com/.well-known/openid-configuration"
)
GOOGLE_PEOPLE_URL = os.environ.get("TANDEM_GOOGLE_PEOPLE_URL", "https://people.googleapis.com")
GOOGLE_READS_PER_MINUTE = int(os.environ.get("TANDEM_GOOGLE_READS_PER_MINUTE", "60"))
GOOGLE_WRITES_PER_MINUTE = int(os.environ.get("TANDEM_GOOGLE_WRITES_PER_MINUTE", "30"))
GOOGLE_WRITES_PER_DAY = int(os.environ.get("TANDEM_GOOGLE_WRITES_PER_DAY", "100000"))
PROPAGATION_DELAY = float(os.environ.get("TANDEM_PROPAGATION_DELAY", "600"))
SYNC_INTERVAL = float(os.environ.get("TANDEM_SYNC_INTERVAL", "3600"))
DEMO = _flag("TANDEM_DEMO")
TOKEN_KEYS = [key for key in os.environ.get("TANDEM_TOKEN_KEYS", "").split(",") if key.strip()]

SECRET_KEY = os.environ.get("TANDEM_SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS = ["*"] if _flag("TANDEM_ANY_HOST") else ["127.0.0.1", "localhost", "[::1]", urlsplit(BASE_URL).hostname]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "tandem.web.apps.WebConfig",  # before allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "procrastinate.contrib.django",
    "tandem.users.apps.UsersConfig",
    "tandem.contacts.apps.ContactsConfig",
    "tandem.googlesync.apps.GoogleSyncConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "tandem.urls"
WSGI_APPLICATION = "tandem.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tandem.web.context.header",
            ],
        },
    },
]

DATABASES = {"default": _database(os.environ.get("TANDEM_DATABASE_URL", "postgresql:///tandem"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tandem.users.adapter.ClosedSignup"
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
TIME_ZONE = os.environ.get("TANDEM_TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

_SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}

LOGGING_CONFIG = None

PROCRASTINATE_ON_APP_READY = "tandem.googlesync.queue.on_app_ready"
