"""The Celery application: tasks come from each app's ``tasks`` module."""

import os
from typing import Any

import redis
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
app = Celery("aldaba")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

HEARTBEAT_KEY = "aldaba:worker-heartbeat"
HEARTBEAT_S = 60


@app.task(name="config.heartbeat", ignore_result=True)  # type: ignore[untyped-decorator]
def heartbeat() -> None:
    """Leaves word for ``/healthz`` that a worker takes work from the queue; forgotten after three beats."""
    from django.conf import settings

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.set(HEARTBEAT_KEY, "1", ex=3 * HEARTBEAT_S)


@app.on_after_finalize.connect  # type: ignore[untyped-decorator]
def schedule_heartbeat(sender: Any, **_: object) -> None:
    """Has beat ask for a heartbeat each minute; one that waited longer is of no use."""
    sender.add_periodic_task(HEARTBEAT_S, heartbeat.s(), expires=HEARTBEAT_S, name="heartbeat")
