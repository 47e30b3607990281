"""A tablet, who carries it, and a client that speaks to a real server."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from django.contrib.auth import get_user_model

from field.services.devices import enrol_device, open_enrolment


@pytest.fixture
def promotor(db):
    return get_user_model().objects.create_user(
        "promotora", password="una-clave-larga", first_name="Rosa", last_name="Ibarra", role="promotor"
    )


@pytest.fixture
def director(db):
    return get_user_model().objects.create_user("directora", password="una-clave-larga", role="director")


@pytest.fixture
def tablet(promotor):
    """A device and its token."""
    opened = open_enrolment(user=promotor, name="Tableta 1", by=None)
    return enrol_device(code=opened.code)


@pytest.fixture
def http(live_server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_server.url, timeout=30) as client:
        yield client


@pytest.fixture
def tablet_http(live_server, tablet) -> Iterator[httpx.Client]:
    _device, token = tablet
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=live_server.url, timeout=30, headers=headers) as client:
        yield client
