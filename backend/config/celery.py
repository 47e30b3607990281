"""The Celery application: tasks come from each app's ``tasks`` module."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
app = Celery("aldaba")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
