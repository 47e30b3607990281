"""A Redis that takes a connection and says nothing more: the office goes on working, if a little slower."""

from __future__ import annotations

import itertools
import socket
import time

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache, caches
from django.urls import reverse
from redis.exceptions import RedisError

from tests.factories import MunicipalityFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hung_cache(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": address}}
        yield silent
    caches.close_all()


def asked(silent: socket.socket) -> int:
    """How often it was asked: each question that is not answered was a connection of its own."""
    silent.setblocking(False)
    for times in itertools.count():
        try:
            silent.accept()[0].close()
        except BlockingIOError:
            return times


def test_signing_in_waits_a_moment_and_not_longer(hung_cache, client):
    get_user_model().objects.create_user("capturista", password="una-clave-larga", role="capturista")
    page = client.post(reverse("accounts:sign-in"), {"username": "capturista", "password": "una-clave-larga"})
    assert page.status_code == 302
    assert asked(hung_cache) <= 2, "a second each"


def test_one_question_to_it_costs_a_second(hung_cache):
    started = time.monotonic()
    with pytest.raises(RedisError):
        cache.get("anything")
    assert time.monotonic() - started < 4, "where it waited for the socket it was five"


@pytest.mark.parametrize(
    "page", ["/boletas/nueva/", "/mapas/rezago/", "/mapas/densidad/", "/mapas/lugares.json"]
)
def test_pages_with_a_map_are_given_without_it(hung_cache, client, page):
    MunicipalityFactory()
    client.force_login(UserFactory(role="director"))
    assert client.get(page).status_code == 200
