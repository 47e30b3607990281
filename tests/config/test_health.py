"""``/healthz`` tells monitors the truth, and only that."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings


def test_all_is_well(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() | {"worker": ""} == {"status": "ok", "database": "ok", "queue": "ok", "worker": ""}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_balancer_may_ask_by_address_and_without_https(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["aldaba.municipio.gob.mx"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_a_database_that_is_away_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["down"] == ["database"]
    assert "nonexistent" not in answer.content.decode()


def test_a_queue_that_is_away_is_named(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nonexistent/redis.sock"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "database": "ok", "queue": "down", "down": ["queue"]}


def test_the_worker_is_seen_after_its_heartbeat(client: Client) -> None:
    from backend.config.celery import heartbeat

    heartbeat()
    assert client.get("/healthz").json()["worker"] == "ok"
