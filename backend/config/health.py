"""``GET /healthz``: whether the parts that the program stands on answer, for monitors and balancers."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import redis
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from backend.config.celery import HEARTBEAT_KEY

PATIENCE_S = 2


def database_answers() -> bool:
    """Whether PostgreSQL answers, on a connection of its own: the program's may be in use or waiting."""
    known = connections["default"].get_connection_params()
    address = {
        name: known[name] for name in ("host", "port", "user", "password", "dbname") if known.get(name)
    }
    limit = f"-c statement_timeout={PATIENCE_S * 1000}"
    try:
        with psycopg.connect(**address, connect_timeout=PATIENCE_S, options=limit) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _redis() -> redis.Redis:
    limits = {"socket_timeout": PATIENCE_S, "socket_connect_timeout": PATIENCE_S}
    return redis.Redis.from_url(settings.REDIS_URL, **limits)


def queue_answers() -> bool:
    """Whether Redis answers."""
    try:
        with _redis() as client:
            client.ping()
    except redis.RedisError:
        return False
    return True


def worker_seen() -> bool:
    """Whether a worker has done the heartbeat task lately; without one, work waits and nothing is lost."""
    try:
        with _redis() as client:
            return bool(client.exists(HEARTBEAT_KEY))
    except redis.RedisError:
        return False


PARTS: dict[str, Callable[[], bool]] = {"database": database_answers, "queue": queue_answers}


def health() -> JsonResponse:
    """200 when all is well, 503 naming the parts that are down; the worker is for information only."""
    parts = {name: "ok" if answers() else "down" for name, answers in PARTS.items()}
    down = [name for name, state in parts.items() if state == "down"]
    body: dict[str, object] = {"status": "down" if down else "ok", **parts}
    if "queue" not in down:
        body["worker"] = "ok" if worker_seen() else "unseen"
    if down:
        body["down"] = down
    return JsonResponse(body, status=503 if down else 200, headers={"Cache-Control": "no-store"})


class HealthMiddleware:
    """Answers ``/healthz`` before anything that wants a known host name, HTTPS or a session.

    A balancer asks by address, over plain HTTP, and just when the database may be away.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The state of the parts, or whatever the rest of the program answers."""
        if request.path_info == "/healthz" and request.method in ("GET", "HEAD"):
            return health()
        return self.get_response(request)
