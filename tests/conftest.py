"""What every test stands on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache

from geo.clock import remember_zone


def pytest_configure() -> None:
    """Make passwords cheap, give examples their time, and serve static files from where they lie.

    When ``bin/test`` has gathered the static files for its run, those are served.
    """
    # How long an example takes is the machine's affair, which may be busy with something else.
    patient = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
    hypothesis.settings.register_profile("patient", patient)
    hypothesis.settings.load_profile("patient")
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 64
    if "ALDABA_VAR" not in os.environ:
        settings.STORAGES["staticfiles"] = {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
        settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    else:
        # The test server would look for the gathered files' names, which have a hash in them, among the
        # sources; the program's own middleware serves them, as in production.
        StaticFilesHandler._should_handle = lambda handler, path: False
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        _keep_apart(int(worker.removeprefix("gw")) + 1)


def _keep_apart(number: int) -> None:
    """Give one of the processes that share the tests a database of Redis and a folder of files of its own.

    Its database of PostgreSQL it has already. What it starts inherits both.
    """
    redis, found = re.subn(r"(\?db=)\d+$", rf"\g<1>{number}", settings.REDIS_URL)
    if not found:
        raise pytest.UsageError("The tests' Redis is not that of bin/test: run them in one process.")
    settings.CELERY_BROKER_URL = re.sub(r"\d+$", str(number), settings.CELERY_BROKER_URL)
    settings.REDIS_URL = settings.CACHES["default"]["LOCATION"] = os.environ["REDIS_URL"] = redis
    settings.MEDIA_ROOT = settings.MEDIA_ROOT / str(number)
    os.environ["MEDIA_ROOT"] = str(settings.MEDIA_ROOT)


@pytest.fixture(autouse=True)
def named_municipality(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame's name of the municipality, kept by each process for a minute, must not change counts."""
    monkeypatch.setattr("backend.accounts.context.municipality_name", lambda moment: "Puerto de Prueba")


@pytest.fixture(autouse=True)
def menu_without_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor may the menu's count of held records, kept by each process for seconds."""
    monkeypatch.setattr("backend.accounts.navigation.held_count", lambda moment, reserved: 0)


@pytest.fixture
def empty_cache() -> Iterator[None]:
    """No tries counted by an earlier test, none left for a later one."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def known_zone() -> None:
    """The zone is asked for once a minute and process: not in the middle of a test that counts queries."""
    remember_zone(ZoneInfo(settings.TIME_ZONE), seconds=3600)
