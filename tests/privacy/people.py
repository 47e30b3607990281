"""Everybody who may knock at an address, each with a real session or a tablet's key, asking the program's
own WSGI application: every middleware, CSRF and the router take part."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from backend.accounts.models import User
from backend.config.wsgi import application
from tests.casework.conftest import Office
from tests.factories import UserFactory
from tests.privacy.things import LOST_TOKEN, TOKEN

#: The columns of the matrix, in its order: letter, who.
COLUMNS = {
    "a": "anonymous",
    "g": "gone",
    "r": "revoked tablet",
    "t": "tablet",
    "p": "promotor",
    "s": "supervisor",
    "x": "auxiliar",
    "l": "asesor",
    "j": "jefe",
    "d": "director",
    "e": "enlace",
    "o": "enlace_obras",
    "c": "enlace_control",
}


@dataclass
class Visitor:
    """Somebody at the door, and the means to ask."""

    name: str
    http: httpx.Client
    user: User | None = None

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **more: Any
    ) -> httpx.Response:
        """Ask as a browser's form or a tablet would. What it changes stays."""
        return self.http.request(method, path, data=body, **more)

    def try_out(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **more: Any
    ) -> httpx.Response:
        """Ask, and let the database forget that it happened."""
        with forgotten():
            return self.ask(method, path, body, **more)


@contextmanager
def forgotten() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def visitors_of(office: Office) -> dict[str, Visitor]:
    gone = UserFactory(role=User.Role.DIRECTOR, username="gone")
    people: dict[str, User | None] = {
        name: office.staff.get(name) for name in COLUMNS.values() if name in office.staff
    }
    visitors = {name: visitor(name, user=user) for name, user in people.items()}
    visitors["anonymous"] = visitor("anonymous")
    visitors["gone"] = visitor("gone", user=gone)
    visitors["tablet"] = visitor("tablet", token=TOKEN)
    visitors["revoked tablet"] = visitor("revoked tablet", token=LOST_TOKEN)
    gone.is_active = False
    gone.save()
    return visitors


def visitor(name: str, *, user: User | None = None, token: str = "") -> Visitor:
    csrf = secrets.token_hex(16)
    headers = {"X-CSRFToken": csrf} | ({"Authorization": f"Bearer {token}"} if token else {})
    cookies = {settings.CSRF_COOKIE_NAME: csrf}
    if user is not None:
        cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
    transport = httpx.WSGITransport(app=application)
    return Visitor(
        name,
        httpx.Client(transport=transport, base_url="http://testserver", headers=headers, cookies=cookies),
        user,
    )


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "backend.accounts.backends.RoleBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key
