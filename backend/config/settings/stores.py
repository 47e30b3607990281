"""Where things are kept and wait: database, cache and queue, photos and papers."""

from __future__ import annotations

from pathlib import Path

from celery.schedules import crontab

from backend.config.settings.environment import VAR_DIR, env

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

# --- photos and papers --------------------------------------------------------------------
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
