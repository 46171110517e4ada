"""Django's settings, read from the environment (docs/reference/settings.md lists the variables).

`tandem.bootstrap` prepares the environment first: it reads `.env`, starts the embedded PostgreSQL where no
`TANDEM_DATABASE_URL` is set, and makes the keys of the embedded default.
"""

from urllib.parse import urlsplit

from django.utils.csp import CSP

from tandem import mailing, variables

DB_THREADS = variables.whole_number("TANDEM_DB_THREADS", 4, least=1)
BASE_URL = variables.web_address("TANDEM_BASE_URL", "http://127.0.0.1:8000")
REGION = variables.region("TANDEM_REGION", "US")

GOOGLE_CLIENT_ID = variables.text("TANDEM_GOOGLE_CLIENT_ID")
GOOGLE_CLIENT_SECRET = variables.text("TANDEM_GOOGLE_CLIENT_SECRET")
GOOGLE_DISCOVERY_URL = variables.web_address(
    "TANDEM_GOOGLE_DISCOVERY_URL", "https://accounts.google.com/.well-known/openid-configuration"
)
GOOGLE_PEOPLE_URL = variables.web_address("TANDEM_GOOGLE_PEOPLE_URL", "https://people.googleapis.com")
GOOGLE_READS_PER_MINUTE = variables.whole_number("TANDEM_GOOGLE_READS_PER_MINUTE", 60, least=0)
GOOGLE_WRITES_PER_MINUTE = variables.whole_number("TANDEM_GOOGLE_WRITES_PER_MINUTE", 30, least=0)
GOOGLE_WRITES_PER_DAY = variables.whole_number("TANDEM_GOOGLE_WRITES_PER_DAY", 100_000, least=0)
PROPAGATION_DELAY = variables.seconds("TANDEM_PROPAGATION_DELAY", 600, least=0)
SYNC_INTERVAL = variables.seconds("TANDEM_SYNC_INTERVAL", 3600, least=1)
DEMO = variables.flag("TANDEM_DEMO")
METRICS_TOKEN = variables.text("TANDEM_METRICS_TOKEN")
TOKEN_KEYS = variables.keys("TANDEM_TOKEN_KEYS")

SECRET_KEY = variables.text("TANDEM_SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = (
    ["*"] if variables.flag("TANDEM_ANY_HOST") else ["127.0.0.1", "localhost", "[::1]", urlsplit(BASE_URL).hostname]
)
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
    "allauth.mfa",
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

DATABASES = {"default": variables.database(connections=DB_THREADS + 16)}
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
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
PASSWORD_RESET_TIMEOUT = 24 * 3600
MFA_ADAPTER = "tandem.users.second_factor.EncryptedFactors"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the operator makes the users: nobody claims another's address
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tandem"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "tandem.users.second_factor.AuthenticateForm",
    "reauthenticate": "tandem.users.second_factor.ReauthenticateForm",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

MAILERS = mailing.mailers()
DEFAULT_FROM_EMAIL = mailing.sender(urlsplit(BASE_URL).hostname or "localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # those with a catalogue: else a page would be half in the language of the browser
TIME_ZONE = variables.time_zone("TANDEM_TIME_ZONE", "UTC")
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
