"""Where files are kept, and a queue that works at once or not at all."""

from __future__ import annotations

import pytest

from backend.config.celery import app


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def tasks_run_at_once():
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
