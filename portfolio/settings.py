"""Everything that an installation can set, read once from the environment; a bad value stops the start."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from portfolio import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.folder("PLIMSOLL_DATA", BASE_DIR / "data")
DEBUG = environment.yes("PLIMSOLL_DEBUG")
SECRET_KEY = environment.text("PLIMSOLL_SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "PLIMSOLL_SECRET_KEY is empty. ./run makes one; in production set a long random text."
    )
BASE_URL = environment.text("PLIMSOLL_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = environment.words("PLIMSOLL_ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL] if SECURE else []

INSTALLED_APPS = [
    "portfolio",
    "portfolio.accounts",
    "projects",
    "portfolio.register",
    "portfolio.insights",
    "portfolio.reports",
    "portfolio.integrations",
    "portfolio.operations",
    "portfolio.notifications",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portfolio.middleware.request_id",
    "portfolio.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portfolio.middleware.sign_in_wall",
    "portfolio.middleware.persons_time_zone",
    "portfolio.page_tables.as_files",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portfolio.middleware.refusals",
]
ROOT_URLCONF = "portfolio.urls"
WSGI_APPLICATION = "portfolio.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portfolio.shell.shell",
            ],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"]),
            ],
            "builtins": [
                "django.templatetags.static",
                "projects.templatetags.parts",
                "projects.templatetags.times",
                "projects.templatetags.fields",
                "projects.templatetags.listing",
            ],
        },
    }
]

DATABASES = {"default": environment.database("PLIMSOLL_DATABASE_URL", DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.text("PLIMSOLL_REDIS_URL")
# Processes share one cache: Redis where there is one, else a database table; memory is not shared.
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    )
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["portfolio.accounts.backends.Accounts"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/projects/"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if environment.yes("PLIMSOLL_TRUST_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = environment.zone("PLIMSOLL_TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = environment.folder("PLIMSOLL_STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "evidence": environment.evidence("PLIMSOLL_EVIDENCE_URL", DATA_DIR),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # every page asks by the hashed name
# Maps are for developers' tools; compressing them would take longer than everything else.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "gif", "webp", "ico", "gz", "br", "woff2", "map"]
MEDIA_ROOT = DATA_DIR / "files"
MAX_UPLOAD_MB = environment.number("PLIMSOLL_MAX_UPLOAD_MB", 50, least=1)
EVIDENCE_MAX_MB = environment.number("PLIMSOLL_EVIDENCE_MAX_MB", 25, least=1)
FILE_UPLOAD_TEMP_DIR = None
# As large as a batch of observations; every other door of the API takes less.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

vars().update(environment.mail("PLIMSOLL_EMAIL_URL", DATA_DIR))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("PLIMSOLL_EMAIL_FROM", "plimsoll@localhost")
# Managers of a portfolio name the address of a chat: it may lie in the installation's own network only then.
ALLOW_PRIVATE_HOOKS = environment.yes("PLIMSOLL_ALLOW_PRIVATE_HOOKS")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portfolio.integrations.keys.authentication.ApiKeyAuthentication",
        "portfolio.integrations.keys.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["projects.api.parsers.StrictJSON"],
    # What may be asked is in the schema; an OPTIONS request is answered 405.
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "projects.api.parsers.AlwaysJson",
    "DEFAULT_SCHEMA_CLASS": "projects.api.schema.Schema",
    "EXCEPTION_HANDLER": "portfolio.api_errors.answer",
    "DEFAULT_THROTTLE_CLASSES": ["portfolio.integrations.keys.throttles.PerKey"],
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Per caller and web process; 0 sets no limit.
API_REQUESTS_PER_MINUTE = environment.number("PLIMSOLL_API_REQUESTS_PER_MINUTE", 1200)
SPECTACULAR_SETTINGS = {
    "TITLE": "Plimsoll",
    "DESCRIPTION": "Machine-learning initiatives, their stages, gates, updates and flags. Send a key with "
    "`Authorization: Bearer plm_…`; keys are made in the settings of a portfolio.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # Values stand where they are used (no hook for enums): fields of one name have different ones.
    "POSTPROCESSING_HOOKS": [
        "projects.api.schema.allow_parts",
        "projects.api.schema.share_problems",
        "projects.api.schema_links.link_what_was_made",
        "portfolio.api_examples.show",
    ],
}

CELERY_BROKER_FOLDER = DATA_DIR / "queue"
# A worker that says nothing for so long has died, and another one takes its work over.
JOB_LEASE_SECONDS = environment.number("PLIMSOLL_JOB_LEASE_SECONDS", 60, least=1)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portfolio.logs.Line",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
