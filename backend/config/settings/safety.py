"""Who may come in and how, what a browser may load, and what is never logged."""

from __future__ import annotations

from csp.constants import NONCE, NONE, SELF

from backend.config.settings.environment import EMBEDDED, env
from backend.config.settings.office import BASEMAP_SOURCES

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

# --- Content-Security-Policy: everything is our own ------------------------------------------
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
