"""Somebody of the office who calls the interface."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.fixture
def sign_in(office):
    def _sign_in(person: str) -> Client:
        client = Client()
        client.force_login(office.staff[person])
        return client

    return _sign_in
