"""Somebody of the office at their browser."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sign_in(office):
    def _sign_in(person: str) -> Client:
        client = Client()
        client.force_login(office.staff[person])
        return client

    return _sign_in
