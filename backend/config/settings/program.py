"""What the program is made of: apps, middleware, templates, language, static files, HTTP API."""

from __future__ import annotations

from backend.config.settings.environment import BASE_DIR, VAR_DIR, env
from backend.config.settings.safety import TRUSTED_PROXIES

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

# --- language and time ---------------------------------------------------------------------
LANGUAGE_CODE = "es-mx"
LANGUAGES = [("es-mx", "Español (México)")]
LOCALE_PATHS = [BASE_DIR / "backend" / "locale"]
USE_TZ = True
#: Used until a municipality is loaded; afterwards its own zone is (``geo.middleware``).
TIME_ZONE = env.str("ALDABA_TIME_ZONE", default="America/Mexico_City")

# --- static files -------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "backend" / "static", ("vendor", BASE_DIR / "var" / "vendor")]

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
