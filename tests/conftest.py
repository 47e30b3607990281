"""What every test stands on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache

from geo.clock import remember_zone


def pytest_configure() -> None:
    """Make passwords cheap, and serve static files from where they lie.

    When ``bin/test`` has gathered the static files for its run, those are served.
    """
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
