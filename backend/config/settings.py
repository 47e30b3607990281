"""Settings of the one program, read from the environment.

Without ``DATABASE_URL`` the program runs in its *embedded* mode: ``bin/run`` keeps a private
PostgreSQL and Redis under ``var/`` and leaves their addresses in ``var/embedded.env``. With it,
nothing has a default that is a secret, and ``backend.config.checks`` names what is missing.
"""

from __future__ import annotations

import re
from pathlib import Path

import environ
from celery.schedules import crontab

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
#: Everything that the program writes; ``bin/test`` gives each of its runs a folder of its own.
VAR_DIR = Path(env.str("ALDABA_VAR", default=str(BASE_DIR / "var")))
if "DATABASE_URL" not in env.ENVIRON:
    env.read_env(VAR_DIR / "embedded.env")
# The file says so itself, for the processes that inherit its values.
EMBEDDED = env.bool("ALDABA_EMBEDDED", default="DATABASE_URL" not in env.ENVIRON)

# --- identity and safety -------------------------------------------------------------------
DEBUG = env.bool("ALDABA_DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if EMBEDDED else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
#: The address that citizens and tablets use, e.g. ``https://aldaba.municipio.gob.mx``.
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000" if EMBEDDED else "").rstrip("/")

BEHIND_TLS = env.bool("BEHIND_TLS", default=not EMBEDDED)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
#: How many proxies of ours stand before the program: X-Forwarded-For is believed that far and no further.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1 if BEHIND_TLS else 0)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_AGE = 12 * 3600
# A basemap's tile server refuses requests without a Referer; the origin alone is sent outside.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the map pages are framed by the office's own pages

# --- the house -----------------------------------------------------------------------------
INSTALLED_APPS = [
    "backend.config",
    "backend.demo",
    "backend.public",
    "backend.reports",
    "backend.privacy",
    "backend.letters",
    "backend.notifications",
    "backend.validation",
    "backend.casework",
    "backend.accounts",
    "campaigns",
    "field",
    "geo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "backend.config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "geo.middleware.LocalTimeMiddleware",
    "axes.middleware.AxesMiddleware",
    "backend.accounts.privacy.KeepNoPages",
    "backend.accounts.errors.WholeAddresses",
    "backend.accounts.errors.ProblemPages",
]

ROOT_URLCONF = "backend.config.urls"
CSRF_FAILURE_VIEW = "backend.accounts.errors.csrf_failure"
FORM_RENDERER = "backend.accounts.rendering.FrameRenderer"
WSGI_APPLICATION = "backend.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "backend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backend.accounts.context.frame",
            ],
        },
    }
]

# --- database, cache, queue ----------------------------------------------------------------
DATABASES = {
    "default": env.db_url("DATABASE_URL", default="postgis:///aldaba", engine=None)
    | {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=600),
        "CONN_HEALTH_CHECKS": True,
    }
}
# Compiling a query costs seconds where running it costs milliseconds: PostGIS functions look dear to the
# planner, so it would compile each batch's.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL_GIVEN = "REDIS_URL" in env.ENVIRON
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "aldaba",
        # It answers in a millisecond. One that hangs must not hold up who signs in: a second, and without it.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

# Celery has words of its own for a socket and for the number of the database behind it.
_REDIS_SOCKET = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="") or (
    _REDIS_SOCKET if REDIS_URL.startswith("unix://") else REDIS_URL
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "density snapshot": {"task": "reports.rebuild_density", "schedule": 300},
    "tidy attachments": {"task": "field.tidy_attachments", "schedule": 600},
    "send messages": {"task": "notifications.send_waiting", "schedule": 60, "options": {"expires": 55}},
    "refile stranded records": {"task": "field.refile_stranded", "schedule": 300},
    # The first of each month, at night in Mexico.
    "retention": {"task": "privacy.retain", "schedule": crontab(day_of_month="1", hour="9", minute="0")},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- people --------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "backend.accounts.backends.RoleBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
# Where somebody was going may hold whom they searched for.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "next"]
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "backend.accounts.addresses.client_address"
AXES_USERNAME_CALLABLE = "backend.accounts.lockout.name_tried"
AXES_LOCKOUT_CALLABLE = "backend.accounts.lockout.locked_out"
# Trying again while locked out does not lengthen the wait, so that the time shown is true.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
#: The department that answers complaints against servants: its liaison, and no other, sees them.
INTERNAL_CONTROL_DEPARTMENT = env.str("INTERNAL_CONTROL_DEPARTMENT", default="control-interno")

# --- language and time ---------------------------------------------------------------------
LANGUAGE_CODE = "es-mx"
LANGUAGES = [("es-mx", "Español (México)")]
LOCALE_PATHS = [BASE_DIR / "backend" / "locale"]
USE_TZ = True
#: Used until a municipality is loaded; afterwards its own zone is (``geo.middleware``).
TIME_ZONE = env.str("ALDABA_TIME_ZONE", default="America/Mexico_City")

# --- files ---------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "backend" / "static", ("vendor", BASE_DIR / "var" / "vendor")]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
#: With a bucket, photos and papers lie there, and only what is on its way is under MEDIA_ROOT.
MEDIA_S3_BUCKET = env.str("MEDIA_S3_BUCKET", default="")
MEDIA_S3_ENDPOINT_URL = env.str("MEDIA_S3_ENDPOINT_URL", default="")
MEDIA_S3_REGION = env.str("MEDIA_S3_REGION", default="") or ("us-east-1" if MEDIA_S3_ENDPOINT_URL else "")
MEDIA_S3_KEY_ID = env.str("MEDIA_S3_KEY_ID", default="")
MEDIA_S3_SECRET_KEY = env.str("MEDIA_S3_SECRET_KEY", default="")
MEDIA_S3_PREFIX = env.str("MEDIA_S3_PREFIX", default="").strip("/")
_BUCKET = {
    "BACKEND": "field.stores.bucket.Bucket",
    "OPTIONS": {
        "bucket_name": MEDIA_S3_BUCKET,
        "endpoint_url": MEDIA_S3_ENDPOINT_URL or None,
        "region_name": MEDIA_S3_REGION or None,
        "location": MEDIA_S3_PREFIX,
        "connections": env.int("WEB_THREADS", default=24),
    }
    # Without a key of its own the machine's identity is used, as its provider gives it.
    | ({"access_key": MEDIA_S3_KEY_ID, "secret_key": MEDIA_S3_SECRET_KEY} if MEDIA_S3_KEY_ID else {}),
}
STORAGES = {
    "default": _BUCKET if MEDIA_S3_BUCKET else {"BACKEND": "field.stores.folder.Folder"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
# Beside the files and not in /tmp, which may be memory.
FILE_UPLOAD_TEMP_DIR = MEDIA_ROOT / "incoming"

# --- HTTP API ------------------------------------------------------------------------------
REST_FRAMEWORK = {
    # The tablet's comes first: its challenge is the one in a 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "field.authentication.DeviceAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "NUM_PROXIES": TRUSTED_PROXIES,
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": [
        "geo.bodies.BoundedJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "geo.problems.problem_response",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Aldaba",
    "DESCRIPTION": "Peticiones ciudadanas en campo y su seguimiento en el mapa.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "geo.problem_schema.describe_problems",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- territory (geo) -------------------------------------------------------------------------
#: How far from a comunidad a point outside every boundary still counts as its own, in metres.
LOCATE_NEAREST_M = env.float("LOCATE_NEAREST_M", default=2000)
# GDAL before 3.9 cannot itself be kept from fetching what a spatial reference names; geo.layers.reader does:
# an allow-list of formats, plain files only, EPSG numbers only, and no HTTP.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

# --- limits of what is handed in (field) -----------------------------------------------------
SYNC_MAX_RECORDS = 200
SYNC_MAX_BYTES = 16 * 2**20
ATTACHMENT_MAX_BYTES = 80 * 2**20
#: Width times height: what a worker may have to decode at once (4 bytes each).
ATTACHMENT_MAX_PIXELS = 72_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
# 200 referral rules of eight fields each, the most that an office may have, and what else the form says.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_500
#: What ODK Collect may send at once (the proxy lets 84 MB through), and how much of it the form may be.
ODK_MAX_BYTES = 83 * 2**20
ODK_XML_MAX_BYTES = 2**20
#: For how many days what a revoked tablet still submits through ODK Collect is kept for a person.
ODK_GRACE_DAYS = env.int("ODK_GRACE_DAYS", default=30)
#: How long a tablet's one-time code may wait to be used.
ENROLMENT_HOURS = 48
#: How many days ahead a tablet carries its visits.
PACK_DAYS = env.int("PACK_DAYS", default=14)
# Open petitions of one category this many metres apart may be about the same thing.
ECHO_RADIUS_M = env.int("ECHO_RADIUS_M", default=60)
#: The PMTiles file with the municipality's streets that tablets may hold, and whom it is owed to.
CAMPO_BASEMAP = env.str("CAMPO_BASEMAP", default="")
CAMPO_BASEMAP_ATTRIBUTION = env.str("CAMPO_BASEMAP_ATTRIBUTION", default="")

#: What citizens call to ask for a folio, to dispute or to say that a date has passed; empty: nothing is said.
OFFICE_PHONE = env.str("OFFICE_PHONE", default="")

# --- messages to citizens (backend.notifications) -----------------------------------------------
#: ``smtp+tls://usuario:clave@correo.municipio.gob.mx:587``; empty: messages go to a file.
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
#: Seconds for each answer of the mail server, and four times that after a message: it looks through it first.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="Atención Ciudadana <no-responder@localhost>")
_FILE_PORT = "backend.notifications.ports.file.FilePort"
NOTIFICATION_PORTS = {
    "email": "backend.notifications.ports.smtp.SmtpPort" if EMAIL_URL else _FILE_PORT,
    "sms": env.str("SMS_PORT", default=_FILE_PORT),
    "whatsapp": env.str("WHATSAPP_PORT", default=_FILE_PORT),
}
#: How people who left a telephone and no e-mail are told: ``sms``, ``whatsapp``, or empty: not at all.
NOTIFY_PHONES_BY = env.str("NOTIFY_PHONES_BY", default="sms")
#: Where the messages that go to a file are written.
NOTIFICATION_FOLDER = Path(env.str("NOTIFICATION_FOLDER", default=str(VAR_DIR / "messages")))

# --- Content-Security-Policy: everything is our own ------------------------------------------
BASEMAP_URL = env.str("BASEMAP_URL", default="")
BASEMAP_ATTRIBUTION = env.str("BASEMAP_ATTRIBUTION", default="")
#: ``https://{s}.tiles.example/{z}/…`` is fetched from ``https://*.tiles.example``.
BASEMAP_SOURCES = re.findall(r"^https?://[^/]+", BASEMAP_URL.replace("{s}", "*"))

from csp.constants import NONCE, NONE, SELF  # noqa: E402

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # Leaflet and Folium place elements by style attributes; a nonce cannot cover those.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:", *BASEMAP_SOURCES],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

# --- logging: never a person's data ----------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "backend.config.logs.QuietFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # GDAL's own messages, in English and about its insides; geo.layers tells a person what is wrong.
    # Those that draw PDFs tell each of their steps, and the letters that a face lacks: a citizen's.
    "loggers": {
        "django.contrib.gis": {"level": "CRITICAL"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
